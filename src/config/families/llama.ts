import type { AttentionSpec, FeedForwardSpec } from '../../model/modelSpec';
import type { Fallback, FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import type { FamilyReading, ModelFamily } from './family';
import { dividedHeadDim } from './headShape';
import { readLanguageModelHead } from './languageModelHead';
import type { WindowRule } from './llamaWindows';
import { readWindows } from './llamaWindows';

/** In what the model types of this line differ. Defaults are those of their configuration classes. */
interface LlamaVariant {
  /** Key/value heads where the key is absent (where it is null: as many as heads). */
  readonly kvHeads: number | 'heads';
  readonly headDim: number | 'divided';
  /** `attention_bias` governs q, k, v and o; `qkv`: q, k and v always have one. */
  readonly attentionBias: 'key' | 'qkv' | 'none';
  readonly feedForwardBias: 'key' | 'none';
  readonly queryKeyNorm: boolean;
  readonly windows: WindowRule;
}

const llama: LlamaVariant = {
  kvHeads: 'heads',
  headDim: 'divided',
  attentionBias: 'key',
  feedForwardBias: 'key',
  queryKeyNorm: false,
  windows: 'none',
};

const variants: ReadonlyMap<string, LlamaVariant> = new Map([
  ['llama', llama],
  ['mistral', { ...llama, kvHeads: 8, attentionBias: 'none', feedForwardBias: 'none', windows: 'all' }],
  ['qwen2', { ...llama, kvHeads: 32, attentionBias: 'qkv', feedForwardBias: 'none', windows: 'switched' }],
  [
    'qwen3',
    { ...llama, kvHeads: 32, headDim: 128, feedForwardBias: 'none', queryKeyNorm: true, windows: 'switched' },
  ],
]);

/** Decoders with rotary positions, RMSNorm and a gated MLP: Llama, Mistral, Qwen2, Qwen3. */
export const llamaFamily: ModelFamily = {
  id: 'llama',
  modelTypes: [...variants.keys()],
  requiredKeys: [
    'hidden_size',
    'num_hidden_layers',
    'num_attention_heads',
    'intermediate_size',
    'vocab_size',
    'max_position_embeddings',
  ],
  read(reader, modelType) {
    return readLlama(reader, variants.get(modelType) ?? llama);
  },
};

function readLlama(reader: FieldReader, variant: LlamaVariant): FamilyReading {
  const hiddenSize = required(reader, 'hiddenSize', 'hidden_size', 'width of the model', limits.size, 4096);
  const layers = required(reader, 'layers', 'num_hidden_layers', 'number of layers', limits.layers, 32);
  const vocabSize = required(reader, 'vocabSize', 'vocab_size', 'size of the vocabulary', limits.size, 32000);
  const maxSequenceLength = required(
    reader,
    'maxSequenceLength',
    'max_position_embeddings',
    'longest sequence in tokens',
    limits.tokens,
    4096,
  );
  const attention = readAttention(reader, variant, hiddenSize);
  return {
    hiddenSize,
    vocabSize,
    maxSequenceLength,
    layerKinds: readWindows(reader, variant.windows, layers).map(({ name, layers: count, window }) => ({
      name,
      layers: count,
      attention: window === undefined ? attention : { ...attention, window },
    })),
    feedForward: readFeedForward(reader, variant),
    norms: { kind: 'rms', perLayer: 2, outside: 1 },
    embeddings: { positions: 0, tokenTypes: 0 },
    head: readLanguageModelHead(reader, false),
    dropout: {
      attention: reader.probability(
        { property: 'attentionDropout', keys: ['attention_dropout'], meaning: 'dropout of attention' },
        { value: 0, rule: 'attention_dropout is absent: 0.' },
      ),
      hidden: reader.assume('hiddenDropout', {
        value: 0,
        rule: 'This line has no dropout of hidden states.',
      }),
    },
  };
}

function readAttention(reader: FieldReader, variant: LlamaVariant, hiddenSize: number): AttentionSpec {
  const heads = required(reader, 'heads', 'num_attention_heads', 'number of heads', limits.heads, 32);
  const kvHeads = readKvHeads(reader, variant, heads);
  const headDim = readHeadDim(reader, variant, hiddenSize, heads);
  const keyedBias = readBias(reader, variant.attentionBias === 'key', 'attentionBias', 'attention_bias');
  const projectionBias = keyedBias || variant.attentionBias === 'qkv';
  return {
    heads,
    kvHeads,
    headDim,
    causal: true,
    queryBias: projectionBias,
    keyValueBias: projectionBias,
    outputBias: keyedBias,
    queryKeyNorm: variant.queryKeyNorm,
  };
}

function readKvHeads(reader: FieldReader, variant: LlamaVariant, heads: number): number {
  const key = 'num_key_value_heads';
  const byDefault = variant.kvHeads === 'heads' || reader.isNull([key]) ? heads : variant.kvHeads;
  const kvHeads = reader.integer(
    {
      property: 'kvHeads',
      keys: [key],
      meaning: 'number of key/value heads',
      limit: limits.heads,
      example: 8,
    },
    {
      value: byDefault,
      rule: `${key} is not set: ${String(byDefault)}, the default of this model type.`,
      assumed: true,
    },
  );
  if (heads % kvHeads === 0) return kvHeads;
  return reader.fail(
    key,
    `"${key}" is ${String(kvHeads)}, which does not divide "num_attention_heads" ${String(heads)}.`,
    `Give a number of key/value heads that divides ${String(heads)}.`,
  );
}

function readHeadDim(reader: FieldReader, variant: LlamaVariant, hiddenSize: number, heads: number): number {
  const request = {
    property: 'headDim',
    keys: ['head_dim'],
    meaning: 'width of a head',
    limit: limits.size,
    example: 128,
  } as const;
  if (reader.raw('head_dim') !== undefined) return reader.integer(request);
  if (variant.headDim !== 'divided') {
    const byClass: Fallback<number> = {
      value: variant.headDim,
      rule: `head_dim is not set: ${String(variant.headDim)}, the default of this model type.`,
      assumed: true,
    };
    return reader.integer(request, byClass);
  }
  const keys = { hidden: 'hidden_size', heads: 'num_attention_heads', mayNameHeadDim: true };
  return reader.assume('headDim', {
    value: dividedHeadDim(reader, hiddenSize, heads, keys),
    rule: 'head_dim is not set: hidden_size / num_attention_heads.',
  });
}

function readFeedForward(reader: FieldReader, variant: LlamaVariant): FeedForwardSpec {
  return {
    kind: 'gated',
    intermediateSize: required(
      reader,
      'intermediateSize',
      'intermediate_size',
      'width of the MLP',
      limits.size,
      11008,
    ),
    bias: readBias(reader, variant.feedForwardBias === 'key', 'feedForwardBias', 'mlp_bias'),
  };
}

function readBias(reader: FieldReader, hasKey: boolean, property: string, key: string): boolean {
  if (!hasKey) return reader.assume(property, { value: false, rule: `This model type has no key ${key}.` });
  return reader.boolean(
    { property, keys: [key], meaning: 'biases' },
    { value: false, rule: `${key} is absent: false.` },
  );
}

function required(
  reader: FieldReader,
  property: string,
  key: string,
  meaning: string,
  limit: number,
  example: number,
): number {
  return reader.integer({ property, keys: [key], meaning, limit, example });
}
