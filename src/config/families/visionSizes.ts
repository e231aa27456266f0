import * as l10n from '@vscode/l10n';
import type { AttentionSpec, FeedForwardSpec } from '../../model/modelSpec';
import type { FieldReader, IntegerRequest } from '../fieldReader';
import { limits } from '../fieldReader';
import { dividedHeadDim } from './headShape';
import { classDefault, flag, writtenKey, type Keys } from './originalFields';
import type { TowerSizes, VisionMlp } from './visionVariant';

/** How a tower's sizes are read: at the top its keys must be there, in a nest the class fills them in. */
export interface TowerReading {
  readonly reader: FieldReader;
  readonly defaults: TowerSizes;
  readonly keys?: Partial<Record<keyof TowerSizes, Keys>>;
  readonly nested: boolean;
}

const usualKeys: Readonly<Record<keyof TowerSizes, Keys>> = {
  hiddenSize: ['hidden_size'],
  layers: ['num_hidden_layers'],
  heads: ['num_attention_heads'],
  intermediateSize: ['intermediate_size'],
};

const facts = {
  hiddenSize: { meaning: () => l10n.t('width of the model'), limit: limits.size },
  layers: { meaning: () => l10n.t('number of layers'), limit: limits.layers },
  heads: { meaning: () => l10n.t('number of heads'), limit: limits.heads },
  intermediateSize: { meaning: () => l10n.t('width of the MLP'), limit: limits.size },
} as const;

/** One of the sizes. Throws ConfigError where it is missing and may not be. */
export function readTowerSize(reading: TowerReading, property: keyof TowerSizes): number {
  const keys = reading.keys?.[property] ?? usualKeys[property];
  const byDefault = reading.defaults[property];
  const { meaning, limit } = facts[property];
  const request: IntegerRequest = { property, keys, example: byDefault, meaning: meaning(), limit };
  return reading.reader.integer(request, reading.nested ? classDefault(keys[0], byDefault) : undefined);
}

/** Attention with as many key/value heads as heads. Throws ConfigError where the heads do not divide the width. */
export function readTowerAttention(
  reading: TowerReading,
  hiddenSize: number,
  causal: boolean,
): AttentionSpec {
  const { reader, keys } = reading;
  const heads = readTowerSize(reading, 'heads');
  const headDim = dividedHeadDim(reader, hiddenSize, heads, {
    hidden: writtenKey(reader, keys?.hiddenSize ?? usualKeys.hiddenSize),
    heads: writtenKey(reader, keys?.heads ?? usualKeys.heads),
    mayNameHeadDim: false,
  });
  reader.assume('headDim', { value: headDim, rule: l10n.t('Width of the model / heads.') });
  reader.assume('kvHeads', {
    value: heads,
    rule: l10n.t('This tower has as many key/value heads as heads.'),
  });
  return { heads, kvHeads: heads, headDim, causal };
}

/** The MLP of a tower. */
export function readTowerMlp(reading: TowerReading, hiddenSize: number, mlp: VisionMlp): FeedForwardSpec {
  if (mlp.kind !== 'ratio') {
    return { kind: mlp.kind, intermediateSize: readTowerSize(reading, 'intermediateSize') };
  }
  const { reader } = reading;
  const ratio = reader.number(
    { property: 'mlpRatio', keys: ['mlp_ratio'], meaning: l10n.t("ratio of the MLP's width to the model's") },
    classDefault('mlp_ratio', mlp.byDefault),
  );
  const width = Math.max(1, Math.floor(ratio * hiddenSize));
  reader.assume('intermediateSize', { value: width, rule: l10n.t('mlp_ratio · width of the model.') });
  if (mlp.gateKey === undefined || !flag(reader, 'gatedMlp', mlp.gateKey, false)) {
    return { kind: 'plain', intermediateSize: width };
  }
  const narrowed = Math.floor((2 * width) / 3);
  return { kind: 'gated', intermediateSize: Math.max(8, Math.ceil(narrowed / 8) * 8) };
}
