import * as l10n from '@vscode/l10n';
import type { Stack } from '../../model/modelSpec';
import { formatInteger } from '../../model/units';
import type { FieldReader } from '../fieldReader';
import type { FamilyReading, ModelFamily } from './family';
import { nestRules, type NestRule } from './nestRules';
import { readVisionTower } from './visionTower';
import { visionVariants } from './visionVariants';
import { hidden, vector } from './weights/vectors';

/** The family of a model type, or undefined. Passed in, because the registry lists this family too. */
export type FamilyLookup = (modelType: string) => ModelFamily | undefined;

/**
 * Models that read text and images: the language model by its own family, then the vision tower with the tokens
 * of one image, and what joins them.
 */
export function nestFamily(lookup: FamilyLookup): ModelFamily {
  return {
    id: 'multimodal',
    modelTypes: [...nestRules.keys()],
    requiredKeys: ['text_config', 'vision_config'],
    read(reader, modelType) {
      const rule = nestRules.get(modelType);
      if (rule === undefined) throw new RangeError(`No multimodal model type ${modelType}.`);
      const text = readText(reader, rule, lookup);
      const image = readVision(reader, rule, text);
      reader.assumptions.push(...(image === undefined ? [] : (rule.notes?.() ?? [])));
      if (image === undefined) return text;
      return { ...text, stacks: [...withNewline(text, rule), image] };
    },
  };
}

/** Keys under which nests have their language model. */
const textKeys = ['text_config', 'language_config', 'llm_config'] as const;

/** The language model, by the family of its own `model_type`. Throws ConfigError where there is none. */
function readText(reader: FieldReader, rule: NestRule, lookup: FamilyLookup): FamilyReading {
  const key = textKeys.find((each) => reader.nested(each, '') !== undefined);
  if (key === undefined && rule.textAtTop !== true) {
    reader.fail(
      'text_config',
      l10n.t('"text_config", the language model, is missing.'),
      l10n.t('Add it as a mapping of its sizes.'),
    );
  }
  const part = key === undefined ? reader : (reader.nested(key, '') ?? reader);
  const written = key === undefined ? undefined : part.raw('model_type')?.value;
  const name = typeof written === 'string' ? written : rule.textType;
  const modelType = rule.textAliases?.[name] ?? name;
  const family = lookup(modelType);
  if (family === undefined || nestRules.has(modelType)) {
    return part.fail(
      'model_type',
      l10n.t('"model_type" of the language model is "{0}", which is not supported.', modelType.slice(0, 40)),
      l10n.t('Use one that is, such as "{0}".', rule.textType),
    );
  }
  const text = family.read(part, modelType, key !== undefined);
  if (text.stacks.some(({ generates }) => generates)) return text;
  return part.fail(
    'model_type',
    l10n.t('"model_type" of the language model is "{0}", which generates no text.', modelType),
    l10n.t('Use one that does, such as "{0}".', rule.textType),
  );
}

function withNewline(text: FamilyReading, rule: NestRule): Stack[] {
  const [first, ...others] = text.stacks;
  if (first === undefined || rule.newline !== true) return [...text.stacks];
  const newline = vector('image_newline', 'projector', hidden(text.hiddenSize));
  return [{ ...first, weights: [...first.weights, newline] }, ...others];
}

/** The vision tower and the projector; undefined, with a sentence, where the tower is none that is known. */
function readVision(reader: FieldReader, rule: NestRule, text: FamilyReading): Stack | undefined {
  const vision = reader.nested('vision_config', 'vision');
  if (vision === undefined) {
    reader.assumptions.push(l10n.t('There is no "vision_config": only the language model is counted.'));
    return undefined;
  }
  const written = vision.raw('model_type')?.value;
  const visionType = typeof written === 'string' ? written : rule.visionType;
  const variant = visionVariants.get(visionType);
  if (variant === undefined) {
    reader.assumptions.push(
      l10n.t(
        'The vision tower "{0}" is not known: it and its projector are not counted.',
        visionType.slice(0, 40),
      ),
    );
    return undefined;
  }
  const tower = readVisionTower(vision, variant, true);
  const { weights, norms, imageTokens } = rule.project({ nest: reader, vision, tower, text });
  vision.assume('imageTokens', {
    value: imageTokens,
    rule: l10n.t('One image becomes {0} tokens of the text.', formatInteger(imageTokens)),
  });
  return {
    ...tower.stack,
    name: 'vision',
    tokens: tower.tokens,
    weights: [...tower.stack.weights, ...weights],
    outerNorms: tower.stack.outerNorms + norms,
  };
}
