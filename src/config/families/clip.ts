import * as l10n from '@vscode/l10n';
import { factor } from '../../model/factor';
import type { Stack } from '../../model/modelSpec';
import type { FieldReader } from '../fieldReader';
import { readClipText } from './clipText';
import type { FamilyReading, ModelFamily } from './family';
import { figure } from './hybridFields';
import { readAttentionPool } from './vision';
import { readVisionTower } from './visionTower';
import { clipVision, siglipVision } from './visionVariants';
import { hidden, matrix, vector } from './weights/vectors';

/** Two towers, of text and of images, whose pooled outputs are compared (Radford et al. 2021; Zhai et al. 2023). */
export const clipFamily: ModelFamily = {
  id: 'clip',
  modelTypes: ['clip', 'siglip'],
  requiredKeys: ['text_config', 'vision_config'],
  read(reader, modelType) {
    const text = partOf(reader, 'text_config', 'text');
    const vision = partOf(reader, 'vision_config', 'vision');
    return modelType === 'clip' ? readClip(reader, text, vision) : readSiglip(text, vision);
  },
};

/** The text tower alone. */
export const clipTextFamily: ModelFamily = {
  id: 'clip-text',
  modelTypes: ['clip_text_model', 'siglip_text_model'],
  requiredKeys: [
    'hidden_size',
    'num_hidden_layers',
    'num_attention_heads',
    'intermediate_size',
    'vocab_size',
  ],
  read(reader, modelType) {
    const kind = modelType === 'clip_text_model' ? 'clip' : 'siglip';
    return readClipText(reader, kind, false);
  },
};

/** The mapping under `key`. Throws ConfigError where there is none. */
function partOf(reader: FieldReader, key: string, name: string): FieldReader {
  const nested = reader.nested(key, name === 'text' ? '' : name);
  if (nested !== undefined) return nested;
  return reader.fail(
    key,
    l10n.t('"{0}", the {1} tower, is missing.', key, name),
    l10n.t("Add it as a mapping of the tower's sizes."),
  );
}

function readClip(reader: FieldReader, text: FieldReader, vision: FieldReader): FamilyReading {
  const words = readClipText(text, 'clip', true);
  const tower = readVisionTower(vision, clipVision, true);
  const common = figure(reader, {
    property: 'projectionSize',
    keys: ['projection_dim'],
    meaning: l10n.t('width in which text and images are compared'),
    example: 512,
    byDefault: 512,
  });
  const project = (name: string, from: number): ReturnType<typeof matrix> =>
    matrix(`${name}_projection.weight`, 'projector', [factor('projection', common)], [hidden(from)], {
      per: 'sequence',
    });
  const image: Stack = {
    ...tower.stack,
    name: 'vision',
    tokens: tower.tokens,
    weights: [...tower.stack.weights, project('visual', tower.hiddenSize)],
  };
  return {
    ...words,
    stacks: [
      ...words.stacks.map((stack) => ({
        ...stack,
        weights: [
          ...stack.weights,
          project('text', words.hiddenSize),
          vector('logit_scale', 'projector', factor('1', 1)),
        ],
      })),
      image,
    ],
  };
}

function readSiglip(text: FieldReader, vision: FieldReader): FamilyReading {
  const words = readClipText(text, 'siglip', true);
  const tower = readVisionTower(vision, siglipVision, true);
  const image: Stack = {
    ...tower.stack,
    name: 'vision',
    tokens: tower.tokens,
    weights: [...tower.stack.weights, ...readAttentionPool(vision, tower)],
  };
  const one = factor('1', 1);
  const scales = [vector('logit_scale', 'projector', one), vector('logit_bias', 'projector', one)];
  return {
    ...words,
    stacks: [...words.stacks.map((stack) => ({ ...stack, weights: [...stack.weights, ...scales] })), image],
  };
}
