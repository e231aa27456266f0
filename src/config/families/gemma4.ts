import * as l10n from '@vscode/l10n';
import type { Factor } from '../../model/factor';
import type { AttentionSpec, FeedForwardSpec, LayerKind } from '../../model/modelSpec';
import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import { readHeadDim, readKvHeads, readSize, type SizeReading } from './decoderSizes';
import { llamaShape, type DecoderVariant } from './decoderVariant';
import type { FamilyReading, ModelFamily } from './family';
import { readGemmaLayers, type GemmaLayer, type GemmaLayerRule } from './gemmaLayers';
import { perLayerEmbedding, perLayerGate, perLayerNorm } from './gemmaPerLayer';
import { gemma4AttentionWeights, gemma4FeedForwardWeights } from './gemma4Weights';
import { dividingKvHeads } from './headShape';
import { countByClass } from './hybridFields';
import { readAttentionDropout } from './hybridModel';
import { readLanguageModelHead } from './languageModelHead';
import { singleStack } from './originalLayers';
import { languageModelHead, tokenEmbedding } from './weights/outside';
import { hidden, norm } from './weights/vectors';

const shape: DecoderVariant = {
  ...llamaShape,
  kvHeads: 4,
  headDim: 256,
  defaults: {
    hiddenSize: 2304,
    layers: 30,
    heads: 8,
    vocabSize: 262144,
    maxSequenceLength: 131072,
    intermediateSize: 9216,
  },
  omitted: ['vocabSize', 'maxSequenceLength'],
};

const layerRule: GemmaLayerRule = { period: 6, shared: 0, lastSeesAll: true };

/**
 * The text part of Gemma 4: windows in five of six layers, wider heads in the others, which may use their keys as
 * values; late layers may read the cache of earlier ones; each layer may add an embedding of its own; experts may
 * stand beside the MLP. Facts are those of the model's classes in transformers.
 */
export const gemma4Family: ModelFamily = {
  id: 'gemma4',
  modelTypes: ['gemma4_text'],
  requiredKeys: ['hidden_size', 'num_hidden_layers', 'num_attention_heads', 'intermediate_size'],
  read: readGemma4,
};

function readGemma4(reader: FieldReader): FamilyReading {
  const sizes: SizeReading = { reader, variant: shape, nested: false };
  const hiddenSize = readSize(sizes, 'hiddenSize');
  const layers = readSize(sizes, 'layers');
  const vocabSize = readSize(sizes, 'vocabSize');
  const width = hidden(hiddenSize);
  const perLayer = countByClass(
    reader,
    'perLayerSize',
    'hidden_size_per_layer_input',
    l10n.t('width of the embedding of a layer'),
    256,
  );
  const layerKinds = readKinds(sizes, hiddenSize, layers, width, perLayer);
  const head = readLanguageModelHead(reader, true);
  return singleStack({
    name: 'decoder',
    generates: true,
    hiddenSize,
    vocabSize,
    maxSequenceLength: readSize(sizes, 'maxSequenceLength'),
    layerKinds,
    weights: [
      tokenEmbedding('embed_tokens.weight', vocabSize, width),
      ...(perLayer > 0 ? perLayerEmbedding(reader, layers, width, perLayer) : []),
      ...norm('norm', 'rms', width),
      ...languageModelHead(head, 'lm_head', vocabSize, width, 'embed_tokens.weight'),
    ],
    outerNorms: 1,
    dropout: { attention: readAttentionDropout(reader), hidden: 0 },
    head,
  });
}

function readKinds(
  sizes: SizeReading,
  hiddenSize: number,
  layers: number,
  width: Factor,
  perLayer: number,
): LayerKind[] {
  const { reader } = sizes;
  const heads = readSize(sizes, 'heads');
  const attentionOf = readAttention(sizes, hiddenSize, heads);
  const bias = reader.boolean(
    { property: 'attentionBias', keys: ['attention_bias'], meaning: l10n.t('biases') },
    { value: false, rule: l10n.t('attention_bias is absent: false.') },
  );
  const intermediateSize = readSize(sizes, 'intermediateSize');
  const isWide = reader.boolean(
    {
      property: 'doubleWide',
      keys: ['use_double_wide_mlp'],
      meaning: l10n.t('a wider MLP where the cache is shared'),
    },
    { value: false, rule: l10n.t('use_double_wide_mlp is absent: false.') },
  );
  const experts = readGemma4Experts(reader);
  return readGemmaLayers(reader, layers, layerRule).map((layer) => {
    const attention = attentionOf(layer);
    const dense = intermediateSize * (isWide && layer.sharesCache ? 2 : 1);
    const feedForward: FeedForwardSpec = experts
      ? {
          kind: 'gated',
          intermediateSize: experts.size,
          experts: { count: experts.count, active: experts.active, sharedSize: dense },
        }
      : { kind: 'gated', intermediateSize: dense };
    const norms = [...layerNorms, ...(experts ? expertNorms : []), ...(perLayer > 0 ? [perLayerNorm] : [])];
    return {
      name: layer.name,
      layers: layer.layers,
      attention,
      feedForward,
      norms: norms.length,
      weights: [
        ...gemma4AttentionWeights(width, attention, { bias, keysAreValues: keysAreValues(reader, layer) }),
        ...gemma4FeedForwardWeights(width, feedForward, dense),
        ...(perLayer > 0 ? perLayerGate(width, perLayer) : []),
        ...norms.flatMap((name) => norm(name, 'rms', width)),
      ],
    };
  });
}

const layerNorms = [
  'input_layernorm',
  'post_attention_layernorm',
  'pre_feedforward_layernorm',
  'post_feedforward_layernorm',
] as const;
const expertNorms = [
  'post_feedforward_layernorm_1',
  'post_feedforward_layernorm_2',
  'pre_feedforward_layernorm_2',
] as const;

/** Layers that see everything have heads and key/value heads of their own. */
function readAttention(
  sizes: SizeReading,
  hiddenSize: number,
  heads: number,
): (layer: GemmaLayer) => AttentionSpec {
  const { reader } = sizes;
  const kvHeads = readKvHeads(sizes, heads);
  const headDim = readHeadDim(sizes, hiddenSize, heads);
  const wideDim = reader.isNull(['global_head_dim'])
    ? headDim
    : countByClass(
        reader,
        'globalHeadDim',
        'global_head_dim',
        l10n.t('width of a head that sees everything'),
        512,
      ) || headDim;
  const globalKey = 'num_global_key_value_heads';
  const mayReplace = isTrue(reader, 'attention_k_eq_v') && reader.raw(globalKey) !== undefined;
  const meaning = l10n.t('number of key/value heads of layers that see everything');
  const globalKvHeads = mayReplace
    ? dividingKvHeads(
        reader,
        countByClass(reader, 'globalKvHeads', globalKey, meaning, kvHeads),
        heads,
        globalKey,
      )
    : kvHeads;
  return ({ window, sharesCache }) => ({
    heads,
    kvHeads: window === undefined ? globalKvHeads : kvHeads,
    headDim: window === undefined ? wideDim : headDim,
    causal: true,
    ...(window !== undefined && { window }),
    queryKeyNorm: true,
    ...(sharesCache && { sharesCache: true }),
  });
}

function keysAreValues(reader: FieldReader, layer: GemmaLayer): boolean {
  return layer.window === undefined && isTrue(reader, 'attention_k_eq_v');
}

function isTrue(reader: FieldReader, key: string): boolean {
  return reader.raw(key)?.value === true;
}

interface Gemma4Experts {
  readonly count: number;
  readonly active: number;
  readonly size: number;
}

function readGemma4Experts(reader: FieldReader): Gemma4Experts | undefined {
  if (!isTrue(reader, 'enable_moe_block')) return undefined;
  const read = (property: string, key: string, meaning: string, example: number): number =>
    reader.integer({ property, keys: [key], meaning, limit: limits.size, example });
  const count = read('experts', 'num_experts', l10n.t('number of experts'), 128);
  const active = read('activeExperts', 'top_k_experts', l10n.t('number of experts a token is sent to'), 8);
  if (active > count) {
    return reader.fail(
      'top_k_experts',
      l10n.t('"top_k_experts" sends a token to {0} of {1} experts.', String(active), String(count)),
      l10n.t('Give at most {0}.', String(count)),
    );
  }
  return {
    count,
    active,
    size: read('expertSize', 'moe_intermediate_size', l10n.t('width of an expert'), 704),
  };
}
