import * as l10n from '@vscode/l10n';
import type { FieldReader } from '../fieldReader';
import type { FamilyReading } from './family';
import { findOtherShape } from './otherShapes';
import { towerSizeKeys, usualTower } from './usualTower';
import { readVisionTower } from './visionTower';
import type { VisionVariant } from './visionVariant';
import { visionVariants } from './visionVariants';

const visionKeys = ['vision_config', 'vision_tower_config', 'visual', 'vit_config'] as const;

/** Parts beside text and images that configs describe in a mapping of their own. */
const otherKeys = [
  'audio_config',
  'speech_config',
  'talker_config',
  'projector_config',
  'qformer_config',
  'perceiver_config',
] as const;

/**
 * The towers of an unknown architecture beside its language model, which stands under `textKey`: that of images
 * by its own model type or by the usual names of its fields. A sentence says what is left out.
 */
export function addTowers(nest: FieldReader, textKey: string, text: FamilyReading): FamilyReading {
  const left = nest.present(otherKeys);
  const key = visionKeys.find((each) => nest.nested(each, 'vision') !== undefined);
  const vision = key === undefined ? undefined : nest.nested(key, 'vision');
  const variant = vision && towerOf(vision);
  if (key === undefined || vision === undefined || variant === undefined) {
    tellWhatIsLeft(nest, [...(key === undefined ? [] : [key]), ...left], textKey);
    return text;
  }
  const { stack, tokens } = readVisionTower(vision, variant, true);
  if (variant === usualTower) {
    nest.assumptions.push(
      l10n.t('"{0}" is read by the usual names of its fields as a plain vision transformer.', key),
    );
  }
  nest.assumptions.push(l10n.t('What joins "{0}" to the text is not known and not counted.', key));
  if (left.length > 0) tellWhatIsLeft(nest, left, textKey);
  return { ...text, stacks: [...text.stacks, { ...stack, name: 'vision', tokens }] };
}

function tellWhatIsLeft(nest: FieldReader, keys: readonly string[], textKey: string): void {
  nest.assumptions.push(
    keys.length === 0
      ? l10n.t('Only the model described under "{0}" is counted.', textKey)
      : l10n.t('Not known and not counted: {0}.', keys.map((each) => `"${each}"`).join(', ')),
  );
}

/** The variant of a tower; undefined where it gives too little to be read, or heads that do not divide its width. */
function towerOf(vision: FieldReader): VisionVariant | undefined {
  const modelType = vision.raw('model_type')?.value;
  const known = typeof modelType === 'string' ? visionVariants.get(modelType) : undefined;
  if (known !== undefined) return known;
  if (findOtherShape(vision)) return undefined;
  const [width, layers, heads] = [towerSizeKeys.hiddenSize, towerSizeKeys.layers, towerSizeKeys.heads].map(
    (keys) => keys.map((key) => vision.raw(key)?.value).find((value) => typeof value === 'number'),
  );
  const isDescribed = width !== undefined && layers !== undefined && heads !== undefined;
  return isDescribed && width % heads === 0 ? usualTower : undefined;
}
