import type { EstimateOptions } from '../cost/estimate';
import { prefillTerms } from '../cost/flops';
import { stackTokens } from '../cost/stackTokens';
import { sumOf } from '../cost/term';
import type { ModelSpec, Stack } from '../model/modelSpec';
import { changedStack } from './changedStack';
import type { TowerCost, TowerInsight } from './insight';
import { conditionsOf, type InsightSubject } from './insightSubject';
import { tokensOf } from './lengthInsight';

/** Learned tokens beside the patches: class, distillation, registers. More are no plain grid of patches. */
const MAX_LEARNED_TOKENS = 64;

/** Tokens of a tower and what its attention costs for one image or clip; the same at half and twice the field's value. */
export function towerInsight(subject: InsightSubject, stack: Stack): TowerInsight {
  const { reading, field } = subject;
  const { model } = reading;
  const conditions = { ...conditionsOf(subject), batch: 1 };
  const tokens = stackTokens(stack, conditions);
  const image = imageOf(model, stack);
  const terms = prefillTerms(model, conditions).filter(({ at }) => at.stack === stack);
  return {
    kind: 'tower',
    key: field.key,
    conditions,
    stack: stack.name,
    tokens,
    ...(image && { image }),
    attentionFlops: sumOf(terms.filter(({ part }) => part === 'attention')),
    flops: sumOf(terms),
    others: [2, 0.5].flatMap((by): TowerCost[] => {
      const value = (field.value ?? 0) * by;
      const changed = tokensAt(field.kind, value, image, tokens);
      if (changed === undefined) return [];
      return [{ value, tokens: changed, attentionFlops: attentionAt(model, stack, conditions, changed) }];
    }),
  };
}

function attentionAt(model: ModelSpec, stack: Stack, conditions: EstimateOptions, tokens: number): number {
  const changed = changedStack(model, stack, (each) => ({ ...each, tokens }));
  const terms = prefillTerms(changed, conditions);
  return sumOf(terms.filter(({ at, part }) => at.stack.name === stack.name && part === 'attention'));
}

/** Pixels of image and patch, where both are written as plain numbers. */
function imageOf(model: ModelSpec, stack: Stack): TowerInsight['image'] {
  const prefix = stack === model.stacks[0] ? '' : `${stack.name}.`;
  const read = (property: string): unknown => {
    const source = model.fields[`${prefix}${property}`];
    return source?.kind === 'key' ? source.value : undefined;
  };
  const [size, patch] = [read('imageSize'), read('patchSize')];
  return typeof size === 'number' && typeof patch === 'number' ? { size, patch } : undefined;
}

/** Tokens for another value of the field; undefined where no whole grid of patches comes of it. */
function tokensAt(
  kind: InsightSubject['field']['kind'],
  value: number,
  image: TowerInsight['image'],
  tokens: number,
): number | undefined {
  if (kind === 'length') return tokensOf(value);
  if (image === undefined) return undefined;
  const learned = tokens - patchesOf(image.size, image.patch);
  const patches = kind === 'imageSize' ? patchesOf(value, image.patch) : patchesOf(image.size, value);
  if (learned < 0 || learned > MAX_LEARNED_TOKENS || !Number.isInteger(patches) || patches < 1)
    return undefined;
  return patches + learned;
}

function patchesOf(size: number, patch: number): number {
  return (size / patch) ** 2;
}
