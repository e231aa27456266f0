import * as l10n from '@vscode/l10n';
import type { Fallback, FieldReader, IntegerRequest } from '../fieldReader';
import { limits } from '../fieldReader';
import type { DecoderVariant } from './decoderVariant';
import { dividedHeadDim } from './headShape';
import { classDefault, writtenKey, type Keys } from './originalFields';

/** Sizes that every decoder has. */
export type DecoderField =
  'hiddenSize' | 'layers' | 'heads' | 'vocabSize' | 'maxSequenceLength' | 'intermediateSize';

export type DecoderKeys = Readonly<Record<DecoderField | 'kvHeads' | 'headDim', Keys>>;

/** What transformers calls them. */
export const usualKeys: DecoderKeys = {
  hiddenSize: ['hidden_size'],
  layers: ['num_hidden_layers'],
  heads: ['num_attention_heads'],
  kvHeads: ['num_key_value_heads'],
  headDim: ['head_dim'],
  vocabSize: ['vocab_size'],
  maxSequenceLength: ['max_position_embeddings'],
  intermediateSize: ['intermediate_size'],
};

const facts: Readonly<Record<DecoderField, { meaning: () => string; limit: number; example: number }>> = {
  hiddenSize: { meaning: () => l10n.t('width of the model'), limit: limits.size, example: 4096 },
  layers: { meaning: () => l10n.t('number of layers'), limit: limits.layers, example: 32 },
  heads: { meaning: () => l10n.t('number of heads'), limit: limits.heads, example: 32 },
  vocabSize: { meaning: () => l10n.t('size of the vocabulary'), limit: limits.size, example: 32000 },
  maxSequenceLength: {
    meaning: () => l10n.t('longest sequence in tokens'),
    limit: limits.tokens,
    example: 4096,
  },
  intermediateSize: { meaning: () => l10n.t('width of the MLP'), limit: limits.size, example: 11008 },
};

/** How the sizes of one config are read. */
export interface SizeReading {
  readonly reader: FieldReader;
  readonly variant: DecoderVariant;
  /** The config is a part of another, which leaves out what its class fills in. */
  readonly nested: boolean;
}

/** The keys of a field for this model type, in order. */
export function keysOf(variant: DecoderVariant, field: keyof DecoderKeys): Keys {
  return variant.keys?.[field] ?? usualKeys[field];
}

/** One of the sizes. Missing where the class's default may not be taken: ConfigError. */
export function readSize({ reader, variant, nested }: SizeReading, field: DecoderField): number {
  const given = variant.given?.[field];
  if (given !== undefined) return given;
  const value = variant.defaults?.[field];
  const mayBeAbsent = value !== undefined && (nested || variant.omitted?.includes(field) === true);
  const fact = facts[field];
  const request: IntegerRequest = {
    property: field,
    keys: keysOf(variant, field),
    ...fact,
    meaning: fact.meaning(),
  };
  return reader.integer(request, mayBeAbsent ? classDefault(request.keys[0], value) : undefined);
}

/** Key/value heads, checked to divide the heads. */
export function readKvHeads({ reader: config, variant }: SizeReading, heads: number): number {
  const { kvHeadsUnder } = variant;
  const reader = (kvHeadsUnder === undefined ? undefined : config.nested(kvHeadsUnder, '')) ?? config;
  const keys = keysOf(variant, 'kvHeads');
  const asHeads: Fallback<number> = {
    value: heads,
    rule: l10n.t('{0} is not set: {1}, as many as heads.', keys[0], String(heads)),
    assumed: true,
  };
  const kvHeads = reader.integer(
    {
      property: 'kvHeads',
      keys,
      meaning: l10n.t('number of key/value heads'),
      limit: limits.heads,
      example: 8,
    },
    variant.kvHeads === 'heads' || reader.isNull(keys) ? asHeads : classDefault(keys[0], variant.kvHeads),
  );
  if (heads % kvHeads === 0) return kvHeads;
  const key = writtenKey(reader, keys);
  const headsKey = writtenKey(config, keysOf(variant, 'heads'));
  const blamed = reader.raw(key) === undefined ? { at: config, key: headsKey } : { at: reader, key };
  return blamed.at.fail(
    blamed.key,
    l10n.t('"{0}" is {1}, which does not divide "{2}" {3}.', key, String(kvHeads), headsKey, String(heads)),
    l10n.t('Give a number of key/value heads that divides {0}.', String(heads)),
  );
}

/** Width of a head: the key's, the class's, or hidden_size / heads. */
export function readHeadDim({ reader, variant }: SizeReading, hiddenSize: number, heads: number): number {
  const keys = keysOf(variant, 'headDim');
  const request = {
    property: 'headDim',
    keys,
    meaning: l10n.t('width of a head'),
    limit: limits.size,
    example: 128,
  } as const;
  if (keys.some((key) => reader.raw(key) !== undefined)) return reader.integer(request);
  if (variant.headDim !== 'divided') return reader.integer(request, classDefault(keys[0], variant.headDim));
  const dividend = writtenKey(reader, keysOf(variant, 'hiddenSize'));
  const divisor = writtenKey(reader, keysOf(variant, 'heads'));
  return reader.assume('headDim', {
    value: dividedHeadDim(reader, hiddenSize, heads, {
      hidden: dividend,
      heads: divisor,
      mayNameHeadDim: true,
    }),
    rule: l10n.t('{0} is not set: {1} / {2}.', keys[0], dividend, divisor),
  });
}
