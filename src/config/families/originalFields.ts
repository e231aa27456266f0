import * as l10n from '@vscode/l10n';
import type { DropoutSpec, FeedForwardSpec } from '../../model/modelSpec';
import type { Fallback, FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import { dividedHeadDim } from './headShape';

/** Spellings of one key, the preferred one first. */
export type Keys = readonly [string, ...string[]];

/** The figures that every line has, under whatever key. */
const figures = {
  hiddenSize: { meaning: () => l10n.t('width of the model'), limit: limits.size, example: 768 },
  layers: { meaning: () => l10n.t('number of layers'), limit: limits.layers, example: 12 },
  heads: { meaning: () => l10n.t('number of heads'), limit: limits.heads, example: 12 },
  kvHeads: { meaning: () => l10n.t('number of key/value heads'), limit: limits.heads, example: 8 },
  headDim: { meaning: () => l10n.t('width of a head'), limit: limits.size, example: 64 },
  intermediateSize: { meaning: () => l10n.t('width of the MLP'), limit: limits.size, example: 3072 },
  embeddingSize: { meaning: () => l10n.t('width of the embeddings'), limit: limits.size, example: 128 },
  vocabSize: { meaning: () => l10n.t('size of the vocabulary'), limit: limits.size, example: 32000 },
  maxSequenceLength: {
    meaning: () => l10n.t('longest sequence in tokens'),
    limit: limits.tokens,
    example: 512,
  },
  window: { meaning: () => l10n.t('window in tokens'), limit: limits.tokens, example: 512 },
  buckets: {
    meaning: () => l10n.t('number of buckets of relative positions'),
    limit: limits.tokens,
    example: 32,
  },
} as const;

type Figure = keyof typeof figures;

/** Reads a figure, of the encoder where the property says so. Throws ConfigError as FieldReader.integer does. */
export function size(
  reader: FieldReader,
  property: Figure | `encoder.${Figure}`,
  keys: Keys,
  fallback?: Fallback<number>,
): number {
  const figure = figures[property.replace('encoder.', '') as Figure];
  return reader.integer({ property, keys, ...figure, meaning: figure.meaning() }, fallback);
}

/** A default of the model type's configuration class that changes the figures. */
export function classDefault<T extends number | boolean | string>(key: string, value: T): Fallback<T> {
  return {
    value,
    rule: l10n.t('{0} is not set: {1}, the default of this model type.', key, String(value)),
    assumed: true,
  };
}

/** A switch under `key`, by the class's default where it is absent; `told`: the user is told of that. */
export function flag(
  reader: FieldReader,
  property: string,
  key: string,
  byDefault: boolean,
  told: 'told' | 'untold' = 'untold',
): boolean {
  return reader.boolean(
    { property, keys: [key], meaning: property },
    {
      value: byDefault,
      rule: l10n.t('{0} is absent: {1}, the default of this model type.', key, String(byDefault)),
      assumed: told === 'told',
    },
  );
}

export interface Heads {
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
}

/** As many key/value heads as heads, each of hidden_size / heads. Throws ConfigError where heads do not divide. */
export function multiHead(
  reader: FieldReader,
  hiddenSize: number,
  keys: { readonly hidden: Keys; readonly heads: Keys },
  stack: '' | 'encoder.' = '',
): Heads {
  const heads = size(reader, `${stack}heads`, keys.heads);
  const written = { hidden: writtenKey(reader, keys.hidden), heads: writtenKey(reader, keys.heads) };
  const headDim = dividedHeadDim(reader, hiddenSize, heads, { ...written, mayNameHeadDim: false });
  reader.assume(`${stack}headDim`, { value: headDim, rule: `${written.hidden} / ${written.heads}.` });
  reader.assume(`${stack}kvHeads`, {
    value: heads,
    rule: l10n.t('This model type has as many key/value heads as heads.'),
  });
  return { heads, kvHeads: heads, headDim };
}

/** The first of `keys` that the config has; the preferred one where it has none. */
export function writtenKey(reader: FieldReader, keys: Keys): string {
  return keys.find((key) => reader.raw(key) !== undefined) ?? keys[0];
}

/** An MLP of two matrices, 4 · hidden_size wide where the key is absent or null. */
export function fourfoldMlp(reader: FieldReader, hiddenSize: number, keys: Keys): FeedForwardSpec {
  const fallback = {
    value: 4 * hiddenSize,
    rule: l10n.t('{0} is not set: 4 · width of the model.', keys[0]),
  };
  return { kind: 'plain', intermediateSize: size(reader, 'intermediateSize', keys, fallback) };
}

/** Dropout probabilities under two keys; where one is absent, `byDefault`, that of the configuration class. */
export function readDropouts(
  reader: FieldReader,
  keys: { readonly attention: string; readonly hidden: string },
  byDefault: number | DropoutSpec,
): DropoutSpec {
  const defaults = typeof byDefault === 'number' ? { attention: byDefault, hidden: byDefault } : byDefault;
  return {
    attention: dropoutOf(reader, 'attentionDropout', keys.attention, defaults.attention),
    hidden: dropoutOf(reader, 'hiddenDropout', keys.hidden, defaults.hidden),
  };
}

/** One probability of dropout; where `key` is absent, `value`, that of the configuration class. */
export function dropoutOf(reader: FieldReader, property: string, key: string, value: number): number {
  const rule = l10n.t('{0} is absent: {1}, the default of this model type.', key, String(value));
  return reader.probability({ property, keys: [key], meaning: l10n.t('dropout') }, { value, rule });
}
