import type { DropoutSpec, FeedForwardSpec } from '../../model/modelSpec';
import type { Fallback, FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import { dividedHeadDim } from './headShape';

/** Spellings of one key, the preferred one first. */
export type Keys = readonly [string, ...string[]];

/** The figures that every line has, under whatever key. */
const figures = {
  hiddenSize: { meaning: 'width of the model', limit: limits.size, example: 768 },
  layers: { meaning: 'number of layers', limit: limits.layers, example: 12 },
  heads: { meaning: 'number of heads', limit: limits.heads, example: 12 },
  kvHeads: { meaning: 'number of key/value heads', limit: limits.heads, example: 8 },
  headDim: { meaning: 'width of a head', limit: limits.size, example: 64 },
  intermediateSize: { meaning: 'width of the MLP', limit: limits.size, example: 3072 },
  embeddingSize: { meaning: 'width of the embeddings', limit: limits.size, example: 128 },
  vocabSize: { meaning: 'size of the vocabulary', limit: limits.size, example: 32000 },
  maxSequenceLength: { meaning: 'longest sequence in tokens', limit: limits.tokens, example: 512 },
  window: { meaning: 'window in tokens', limit: limits.tokens, example: 512 },
  buckets: { meaning: 'number of buckets of relative positions', limit: limits.tokens, example: 32 },
} as const;

type Figure = keyof typeof figures;

/** Reads a figure, of the encoder where the property says so. Throws ConfigError as FieldReader.integer does. */
export function size(
  reader: FieldReader,
  property: Figure | `encoder.${Figure}`,
  keys: Keys,
  fallback?: Fallback<number>,
): number {
  const figure = property.replace('encoder.', '') as Figure;
  return reader.integer({ property, keys, ...figures[figure] }, fallback);
}

/** A default of the model type's configuration class that changes the figures. */
export function classDefault<T extends number | boolean | string>(key: string, value: T): Fallback<T> {
  return {
    value,
    rule: `${key} is not set: ${String(value)}, the default of this model type.`,
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
      rule: `${key} is absent: ${String(byDefault)}, the default of this model type.`,
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
    rule: 'This model type has as many key/value heads as heads.',
  });
  return { heads, kvHeads: heads, headDim };
}

/** The first of `keys` that the config has; the preferred one where it has none. */
export function writtenKey(reader: FieldReader, keys: Keys): string {
  return keys.find((key) => reader.raw(key) !== undefined) ?? keys[0];
}

/** An MLP of two matrices, 4 · hidden_size wide where the key is absent or null. */
export function fourfoldMlp(reader: FieldReader, hiddenSize: number, keys: Keys): FeedForwardSpec {
  const fallback = { value: 4 * hiddenSize, rule: `${keys[0]} is not set: 4 · width of the model.` };
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
  const rule = `${key} is absent: ${String(value)}, the default of this model type.`;
  return reader.probability({ property, keys: [key], meaning: 'dropout' }, { value, rule });
}
