import * as l10n from '@vscode/l10n';
import { factor } from '../../model/factor';
import type { AttentionSpec, FeedForwardSpec, OutputHeadSpec, Stack } from '../../model/modelSpec';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import type { FamilyReading, ModelFamily } from './family';
import { classDefault, size } from './originalFields';
import { crossAttention, originalLayer, type LayerNames } from './originalLayers';
import { readLongT5Encoder, type T5Encoder } from './t5Long';
import { languageModelHead, tokenEmbedding } from './weights/outside';
import { hidden, norm, table } from './weights/vectors';

/** In what the model types differ; defaults are those of their configuration classes. */
interface T5Variant {
  readonly tied: boolean;
  readonly gated: boolean;
  /** Each layer has relative positions of its own, not the first one of the stack alone. */
  readonly positionsInEachLayer: boolean;
  readonly long: boolean;
}

const t5: T5Variant = { tied: true, gated: false, positionsInEachLayer: false, long: false };

const variants: ReadonlyMap<string, T5Variant> = new Map([
  ['t5', t5],
  ['mt5', { ...t5, tied: false, gated: true }],
  ['umt5', { ...t5, gated: true, positionsInEachLayer: true }],
  ['longt5', { ...t5, long: true }],
]);

/** T5 (Raffel et al. 2020) and its descendants: no biases, RMSNorm, relative positions by buckets. */
export const t5Family: ModelFamily = {
  id: 't5',
  modelTypes: [...variants.keys()],
  requiredKeys: ['d_model', 'd_kv', 'd_ff', 'num_layers', 'num_heads', 'vocab_size'],
  read(reader, modelType) {
    return readT5(reader, variants.get(modelType) ?? t5);
  },
};

const projections = ['q', 'k', 'v', 'o'] as const;
const noBiases = { queryKeyValue: false, output: false, feedForward: false };
const TOKENS = 'shared.weight';
const TRAINED_LENGTH = 512;

interface T5Parts {
  readonly variant: T5Variant;
  readonly hiddenSize: number;
  readonly attention: AttentionSpec;
  readonly feedForward: FeedForwardSpec;
  readonly buckets: number;
  readonly dropout: Stack['dropout'];
}

function readT5(reader: FieldReader, variant: T5Variant): FamilyReading {
  const parts = readParts(reader, variant);
  const { hiddenSize } = parts;
  const encoderLayers = size(reader, 'encoder.layers', ['num_layers', 'num_hidden_layers']);
  const vocabSize = size(reader, 'vocabSize', ['vocab_size']);
  const maxSequenceLength = size(reader, 'maxSequenceLength', ['n_positions', 'max_position_embeddings'], {
    value: TRAINED_LENGTH,
    rule: l10n.t(
      'n_positions is absent: {0} tokens, which the line was trained at; relative positions set no limit.',
      String(TRAINED_LENGTH),
    ),
    assumed: true,
  });
  const width = hidden(hiddenSize);
  const embedding = tokenEmbedding(TOKENS, vocabSize, width);
  const head = readHead(reader, variant.tied);
  const encoder = encoderStack(reader, parts, encoderLayers);
  const common = { hiddenSize, vocabSize, maxSequenceLength, head };
  if (reader.texts('architectures')?.[0]?.endsWith('EncoderModel') === true) {
    reader.assume('layers', { value: encoderLayers, rule: l10n.t('The encoder alone.') });
    const alone: Stack = { ...encoder, tokens: 'sequence', weights: [embedding, ...encoder.weights] };
    return { ...common, head: { kind: 'none', tied: head.tied }, stacks: [alone] };
  }
  const layers = size(reader, 'layers', ['num_decoder_layers'], {
    value: encoderLayers,
    rule: l10n.t('num_decoder_layers is not set: as many as num_layers.'),
  });
  const decoder = decoderStack(parts, layers);
  const outer = [
    embedding,
    ...decoder.weights,
    ...languageModelHead(head, 'lm_head', vocabSize, width, TOKENS),
  ];
  return { ...common, stacks: [{ ...decoder, weights: outer }, encoder] };
}

function readParts(reader: FieldReader, variant: T5Variant): T5Parts {
  const hiddenSize = size(reader, 'hiddenSize', ['d_model', 'hidden_size']);
  const heads = size(reader, 'heads', ['num_heads', 'num_attention_heads']);
  const headDim = size(reader, 'headDim', ['d_kv'], classDefault('d_kv', 64));
  reader.assume('kvHeads', {
    value: heads,
    rule: l10n.t('This model type has as many key/value heads as heads.'),
  });
  const intermediateSize = size(reader, 'intermediateSize', ['d_ff']);
  const key = 'relative_attention_num_buckets';
  const rate = reader.probability(
    { property: 'hiddenDropout', keys: ['dropout_rate'], meaning: l10n.t('dropout') },
    { value: 0.1, rule: l10n.t('dropout_rate is absent: 0.1, the default of this model type.') },
  );
  reader.assume('attentionDropout', { value: rate, rule: l10n.t('dropout_rate is that of attention too.') });
  return {
    variant,
    hiddenSize,
    attention: { heads, kvHeads: heads, headDim, causal: false },
    feedForward: { kind: readGate(reader, variant) ? 'gated' : 'plain', intermediateSize },
    buckets: size(reader, 'buckets', [key], classDefault(key, 32)),
    dropout: { attention: rate, hidden: rate },
  };
}

/** `feed_forward_proj` is the activation, with `gated-` before it where there is a gate. */
function readGate(reader: FieldReader, { gated }: T5Variant): boolean {
  const fallback = gated ? 'gated-gelu' : 'relu';
  const text = reader.text(
    { property: 'feedForwardKind', keys: ['feed_forward_proj'], meaning: l10n.t('kind of MLP') },
    classDefault<string>('feed_forward_proj', fallback),
  );
  return (text ?? fallback).startsWith('gated');
}

/** A stack's table of relative positions: buckets · heads, in its first layer or in each. */
function relativePositions({ buckets, attention }: T5Parts): WeightSpec {
  const name = 'SelfAttention.relative_attention_bias.weight';
  return table(name, 'positionEmbedding', factor('buckets', buckets), factor('a', attention.heads));
}

function feedForwardNames({ feedForward }: T5Parts): LayerNames['feedForward'] {
  const prefix = 'DenseReluDense.';
  return feedForward.kind === 'gated'
    ? [`${prefix}wi_1`, `${prefix}wo`, `${prefix}wi_0`]
    : [`${prefix}wi`, `${prefix}wo`];
}

function encoderStack(reader: FieldReader, parts: T5Parts, layers: number): Stack {
  const { variant, hiddenSize, attention, feedForward } = parts;
  const width = hidden(hiddenSize);
  const long: T5Encoder = variant.long
    ? readLongT5Encoder(reader, width, parts)
    : { kind: 'full_attention', attention, prefix: 'SelfAttention.', layerWeights: [], stackWeights: [] };
  const names: LayerNames = {
    attention: { prefix: long.prefix, projections },
    feedForward: feedForwardNames(parts),
    norms: ['layer.0.layer_norm', 'layer.1.layer_norm'],
  };
  const weights = [
    ...originalLayer({ width, attention, feedForward, names, biases: noBiases, norms: 'rms' }),
    ...long.layerWeights,
  ];
  return stack(
    parts,
    'encoder',
    {
      name: long.kind,
      layers,
      attention: long.attention,
      feedForward,
      norms: 2,
      weights,
    },
    long.stackWeights,
  );
}

function decoderStack(parts: T5Parts, layers: number): Stack {
  const { hiddenSize, feedForward } = parts;
  const width = hidden(hiddenSize);
  const attention = { ...parts.attention, causal: true };
  const names: LayerNames = {
    attention: { prefix: 'SelfAttention.', projections },
    feedForward: feedForwardNames(parts),
    norms: ['layer.0.layer_norm', 'layer.2.layer_norm'],
  };
  const cross = { prefix: 'EncDecAttention.', projections, norm: 'layer.1.layer_norm' };
  return stack(
    parts,
    'decoder',
    {
      name: 'full_attention',
      layers,
      attention,
      crossAttention: parts.attention,
      feedForward,
      norms: 3,
      weights: [
        ...originalLayer({ width, attention, feedForward, names, biases: noBiases, norms: 'rms' }),
        ...crossAttention(width, parts.attention, cross, 'rms', noBiases),
      ],
    },
    [],
  );
}

function stack(
  parts: T5Parts,
  name: 'encoder' | 'decoder',
  kind: Stack['layerKinds'][number],
  more: readonly WeightSpec[],
): Stack {
  const { variant, hiddenSize, dropout } = parts;
  const relative = [relativePositions(parts)];
  const inLayers = variant.positionsInEachLayer;
  return {
    name,
    hiddenSize,
    tokens: name === 'decoder' ? 'sequence' : 'source',
    generates: name === 'decoder',
    layerKinds: [inLayers ? { ...kind, weights: [...kind.weights, ...relative] } : kind],
    weights: [
      ...(inLayers ? [] : relative),
      ...more,
      ...norm(`${name}.final_layer_norm`, 'rms', hidden(hiddenSize)),
    ],
    outerNorms: 1,
    dropout,
  };
}

function readHead(reader: FieldReader, tiedByDefault: boolean): OutputHeadSpec {
  const tied = reader.boolean(
    {
      property: 'tied',
      keys: ['tie_word_embeddings'],
      meaning: l10n.t('sharing of the embedding with the head'),
    },
    {
      value: tiedByDefault,
      rule: l10n.t('tie_word_embeddings is absent: {0} for this model type.', String(tiedByDefault)),
      assumed: true,
    },
  );
  const architecture = reader.texts('architectures')?.[0] ?? '';
  if (architecture === '' || /ForConditionalGeneration$|WithLMHeadModel$/.test(architecture)) {
    return { kind: 'language-model', tied };
  }
  reader.assumptions.push(l10n.t('{0}: counted without the heads of the task.', architecture));
  return { kind: 'none', tied };
}
