import * as l10n from '@vscode/l10n';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import type { FamilyReading, ModelFamily } from './family';
import { attentionPoolWeights } from './visionAttentionPool';
import { readVisionHead, type VisionHeadRule } from './visionHead';
import { readVisionTower, type VisionTower } from './visionTower';
import { visionVariants } from './visionVariants';

/** Model types that stand alone, and their heads. */
const heads: ReadonlyMap<string, VisionHeadRule> = new Map<string, VisionHeadRule>([
  ['vit', { pooler: true }],
  ['deit', { pooler: true }],
  ['beit', { pooler: false }],
  ['dinov2', { pooler: false, concatenates: true }],
  ['dinov2_with_registers', { pooler: false, concatenates: true }],
  ['clip_vision_model', { pooler: false }],
  ['siglip_vision_model', { pooler: false }],
]);

/** Vision transformers by themselves (Dosovitskiy et al. 2021): the sequence is the patches of one image. */
export const visionFamily: ModelFamily = {
  id: 'vision',
  modelTypes: [...heads.keys()],
  requiredKeys: [
    'hidden_size',
    'num_hidden_layers',
    'num_attention_heads',
    'intermediate_size',
    'image_size',
  ],
  read(reader, modelType) {
    const variant = visionVariants.get(modelType);
    const rule = heads.get(modelType);
    if (variant === undefined || rule === undefined) throw new RangeError(`No vision tower ${modelType}.`);
    const tower = readVisionTower(reader, variant, false);
    const { head, weights } = readVisionHead(reader, rule, tower.hiddenSize);
    const pool = modelType === 'siglip_vision_model' ? readAttentionPool(reader, tower) : [];
    return visionReading(reader, tower, [...pool, ...weights], head);
  },
};

/** SigLIP's pooling, unless `vision_use_head` is false. */
export function readAttentionPool(reader: FieldReader, tower: VisionTower): WeightSpec[] {
  const isUsed = reader.boolean(
    { property: 'pooling', keys: ['vision_use_head'], meaning: l10n.t('pooling by attention') },
    { value: true, rule: l10n.t('vision_use_head is not set: true, the default of this model type.') },
  );
  const inner = tower.stack.layerKinds[0]?.feedForward?.intermediateSize;
  return isUsed && inner !== undefined ? attentionPoolWeights(tower.hiddenSize, inner) : [];
}

/** What a tower that stands alone is: `weights` and `head` are those after its layers. */
export function visionReading(
  reader: FieldReader,
  { stack, tokens, hiddenSize }: VisionTower,
  weights: readonly WeightSpec[],
  head: FamilyReading['head'],
): FamilyReading {
  reader.assume('vocabSize', { value: 0, rule: l10n.t('A vision tower reads no tokens of text.') });
  return {
    hiddenSize,
    vocabSize: 0,
    maxSequenceLength: reader.assume('maxSequenceLength', {
      value: tokens,
      rule: l10n.t('(image_size / patch_size)² and the learned tokens.'),
    }),
    learnedPositions: tokens,
    stacks: [{ ...stack, name: 'vision', tokens: 'sequence', weights: [...stack.weights, ...weights] }],
    head,
  };
}
