import * as l10n from '@vscode/l10n';
import { factor, type Factor } from '../../model/factor';
import type { AttentionSpec, FeedForwardSpec, LayerKind } from '../../model/modelSpec';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import { readHeadDim, readKvHeads, readSize, type SizeReading } from './decoderSizes';
import { llamaShape, type DecoderVariant } from './decoderVariant';
import type { FamilyReading, ModelFamily } from './family';
import { readGemmaLayers, type GemmaLayerRule } from './gemmaLayers';
import { perLayerEmbedding, perLayerGate, perLayerNorm } from './gemmaPerLayer';
import { countByClass } from './hybridFields';
import { readAttentionDropout } from './hybridModel';
import { readLanguageModelHead } from './languageModelHead';
import { attentionWeights } from './weights/attention';
import { feedForwardWeights } from './weights/feedForward';
import { singleStack } from './originalLayers';
import { languageModelHead, tokenEmbedding } from './weights/outside';
import { hidden, matrix, norm, vector } from './weights/vectors';

const shape: DecoderVariant = {
  ...llamaShape,
  kvHeads: 2,
  headDim: 256,
  defaults: { vocabSize: 262400, maxSequenceLength: 32768 },
  omitted: ['vocabSize', 'maxSequenceLength'],
};

const layerRule: GemmaLayerRule = { period: 5, shared: 15, lastSeesAll: false };

/**
 * The text part of Gemma 3n: several residual streams of which one passes the layer (AltUp, Baykal et al. 2023), a
 * low-rank path beside attention (LAuReL, Menghani et al. 2024), an embedding a layer, late layers that read the
 * cache of earlier ones. Facts are those of the model's classes in transformers.
 */
export const gemma3nFamily: ModelFamily = {
  id: 'gemma3n',
  modelTypes: ['gemma3n_text'],
  requiredKeys: ['hidden_size', 'num_hidden_layers', 'num_attention_heads', 'intermediate_size'],
  read: readGemma3n,
};

function readGemma3n(reader: FieldReader): FamilyReading {
  const sizes: SizeReading = { reader, variant: shape, nested: false };
  const hiddenSize = readSize(sizes, 'hiddenSize');
  const layers = readSize(sizes, 'layers');
  const vocabSize = readSize(sizes, 'vocabSize');
  const width = hidden(hiddenSize);
  const perLayer = reader.integer(
    {
      property: 'perLayerSize',
      keys: ['hidden_size_per_layer_input'],
      meaning: l10n.t('width of the embedding of a layer'),
      limit: limits.size,
      example: 256,
    },
    { value: 256, rule: l10n.t('hidden_size_per_layer_input is absent: 256.'), assumed: true },
  );
  const streams = reader.integer(
    {
      property: 'residualStreams',
      keys: ['altup_num_inputs'],
      meaning: l10n.t('number of residual streams'),
      limit: limits.heads,
      example: 4,
    },
    { value: 4, rule: l10n.t('altup_num_inputs is absent: 4.'), assumed: true },
  );
  const layerKinds = readKinds(sizes, { hiddenSize, layers, width, perLayer, streams });
  const head = readLanguageModelHead(reader, true);
  reader.assumptions.push(
    l10n.t(
      'The mixing of the residual streams (AltUp) is counted by its weights; activations are those of one stream.',
    ),
  );
  const others = { copies: factor('streams − 1', streams - 1) };
  return singleStack({
    name: 'decoder',
    generates: true,
    hiddenSize,
    vocabSize,
    maxSequenceLength: readSize(sizes, 'maxSequenceLength'),
    layerKinds,
    weights: [
      tokenEmbedding('embed_tokens.weight', vocabSize, width),
      ...perLayerEmbedding(reader, layers, width, perLayer),
      ...(streams > 1
        ? [
            matrix('altup_projections.*.weight', 'projector', [width], [width], others),
            matrix('altup_unembed_projections.*.weight', 'projector', [width], [width], others),
          ]
        : []),
      ...norm('norm', 'rms', width),
      ...languageModelHead(head, 'lm_head', vocabSize, width, 'embed_tokens.weight'),
    ],
    outerNorms: 1,
    dropout: { attention: readAttentionDropout(reader), hidden: 0 },
    head,
  });
}

interface Gemma3nShape {
  readonly hiddenSize: number;
  readonly layers: number;
  readonly width: Factor;
  readonly perLayer: number;
  readonly streams: number;
}

const norms = [
  'input_layernorm',
  'post_attention_layernorm',
  'pre_feedforward_layernorm',
  'post_feedforward_layernorm',
  'laurel.post_laurel_norm',
  'altup.router_norm',
  perLayerNorm,
] as const;

function readKinds(sizes: SizeReading, model: Gemma3nShape): LayerKind[] {
  const { reader } = sizes;
  const { hiddenSize, layers, width, perLayer, streams } = model;
  const heads = readSize(sizes, 'heads');
  const kvHeads = readKvHeads(sizes, heads);
  const headDim = readHeadDim(sizes, hiddenSize, heads);
  const feedForward: FeedForwardSpec = {
    kind: 'gated',
    intermediateSize: readIntermediateSize(sizes, layers),
  };
  const rank = countByClass(reader, 'laurelRank', 'laurel_rank', l10n.t('rank of LAuReL'), 64);
  return readGemmaLayers(reader, layers, layerRule).map(({ name, layers: count, window, sharesCache }) => {
    const attention: AttentionSpec = {
      heads,
      kvHeads,
      headDim,
      causal: true,
      ...(window !== undefined && { window }),
      queryKeyNorm: true,
      ...(sharesCache && { sharesCache: true }),
    };
    return {
      name,
      layers: count,
      attention,
      feedForward,
      norms: norms.length,
      weights: [
        ...projections(width, attention),
        ...feedForwardWeights({ hidden: width, feedForward, bias: false, prefix: 'mlp.' }),
        ...laurel(width, rank),
        ...altUp(width, streams),
        ...perLayerGate(width, perLayer),
        ...norms.flatMap((each) => norm(each, 'rms', width)),
      ],
    };
  });
}

/** Checkpoints have keys and values for every layer; those that share a cache do not apply them. */
function projections(width: Factor, attention: AttentionSpec): WeightSpec[] {
  const weights = attentionWeights({
    hidden: width,
    attention,
    queryBias: false,
    keyValueBias: false,
    outputBias: false,
    queryKeyNorm: { kind: 'rms', over: 'head' },
    prefix: 'self_attn.',
  });
  if (attention.sharesCache !== true) return weights;
  return weights.map((weight) => (/[kv]_proj/.test(weight.name) ? { ...weight, applications: 0 } : weight));
}

function laurel(width: Factor, rank: number): WeightSpec[] {
  if (rank === 0) return [];
  const r = factor('r', rank);
  return [
    matrix('laurel.linear_left.weight', 'projector', [r], [width]),
    matrix('laurel.linear_right.weight', 'projector', [width], [r]),
  ];
}

/** Coefficients of the prediction and of the correction, from a router that is asked for each of them. */
function altUp(width: Factor, streams: number): WeightSpec[] {
  const s = factor('streams', streams);
  return [
    { ...matrix('altup.modality_router.weight', 'projector', [s], [width]), applications: 2 },
    matrix('altup.prediction_coefs.weight', 'projector', [factor('streams²', streams * streams)], [s]),
    matrix('altup.correction_coefs.weight', 'projector', [s], [s]),
    vector('altup.correct_output_scale', 'projector', width),
  ];
}

/** One width for all layers, or a list of equal ones. */
function readIntermediateSize(sizes: SizeReading, layers: number): number {
  const { reader } = sizes;
  const key = 'intermediate_size';
  if (!Array.isArray(reader.raw(key)?.value)) return readSize(sizes, 'intermediateSize');
  const list = reader.integers('intermediateSize', key, limits.size) ?? [];
  const [first] = list;
  if (list.length !== layers || first === undefined || first < 1 || list.some((each) => each !== first)) {
    return reader.fail(
      key,
      l10n.t('"{0}" must be one width above 0, or a list of {1} equal ones.', key, String(layers)),
      l10n.t('Give one number.'),
    );
  }
  return first;
}
