import * as l10n from '@vscode/l10n';
import { factor, type Factor } from '../../model/factor';
import type { AttentionSpec, FeedForwardSpec } from '../../model/modelSpec';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import { bambaMixer } from './bambaMixer';
import type { ModelFamily } from './family';
import { readHybridAttention } from './hybridAttention';
import { figure, readLanguageSizes, readLayerIndices, readLayerNames, readLength } from './hybridFields';
import { groupLayers, hybridReading, readAttentionDropout } from './hybridModel';
import { mamba2Recurrence, mamba2Weights, readMamba2, type Mamba2Rule } from './mamba2Mixer';
import { flag } from './originalFields';
import { hidden, linear, norm } from './weights/vectors';

const mixer: Mamba2Rule = {
  ...bambaMixer,
  keys: {
    heads: 'n_mamba_heads',
    headDim: 'mamba_headdim',
    groups: 'mamba_ngroups',
    state: 'mamba_d_state',
    kernel: 'mamba_d_conv',
    convolutionBias: 'use_conv_bias',
    inputBias: 'add_bias_linear',
    outputBias: 'add_bias_linear',
  },
  heads: 8,
  state: 64,
};

type Layer = 'mamba' | 'hybrid' | 'hybrid, shared block';

/** The transformer block that hybrid layers share, and what each of them has for itself. */
interface Block {
  readonly attention: AttentionSpec;
  readonly feedForward: FeedForwardSpec;
  readonly bias: boolean;
  readonly rank: number;
  readonly adaptsAttention: boolean;
}

/**
 * Zamba2 (Glorioso et al. 2024): Mamba-2 layers, before some of which a transformer block reads the layer's input
 * and the embedding side by side. A few blocks take turns; each use has low-rank adapters of its own.
 */
export const zamba2Family: ModelFamily = {
  id: 'zamba2',
  modelTypes: ['zamba2'],
  requiredKeys: [
    'hidden_size',
    'num_hidden_layers',
    'num_attention_heads',
    'vocab_size',
    'layers_block_type',
  ],
  read(reader) {
    const sizes = readLanguageSizes(reader);
    const width = hidden(sizes.hiddenSize);
    const mamba = readMamba2(reader, sizes.hiddenSize, mixer);
    const block = readBlock(reader, sizes.hiddenSize);
    const mixing = [...mamba2Weights('mamba.', width, mamba), ...norm('mamba.input_layernorm', 'rms', width)];
    const recurrence = mamba2Recurrence(mamba);
    const layerKinds = groupLayers(readLayers(reader, sizes.layers), (name) => {
      if (name === 'mamba') return { recurrence, norms: 1, weights: mixing };
      const shared = blockWeights(width, block);
      const weights = [
        ...(name === 'hybrid' ? shared : shared.map((weight) => ({ ...weight, sharedWith: weight.name }))),
        ...ownWeights(width, block),
        ...mixing,
      ];
      // The first norm is over the input and the embedding, so it is twice as wide.
      return { attention: block.attention, feedForward: block.feedForward, recurrence, norms: 4, weights };
    });
    return hybridReading(reader, {
      ...sizes,
      maxSequenceLength: readLength(reader, undefined, 4096),
      tied: true,
      attentionDropout: readAttentionDropout(reader),
      layerKinds,
      names: { embedding: 'embed_tokens.weight', finalNorm: 'final_layernorm' },
    });
  },
};

function readBlock(reader: FieldReader, hiddenSize: number): Block {
  return {
    attention: readHybridAttention(reader, 2 * hiddenSize, {
      kvHeads: 'heads',
      headDimKeys: ['attention_head_dim'],
      headDim: 'divided',
    }),
    feedForward: {
      kind: 'gated',
      intermediateSize: figure(reader, {
        property: 'intermediateSize',
        keys: ['intermediate_size'],
        meaning: l10n.t('width of the MLP'),
        example: 8192,
        fallback: { value: 4 * hiddenSize, rule: l10n.t('intermediate_size is not set: 4 · hidden_size.') },
      }),
    },
    bias: flag(reader, 'feedForwardBias', 'add_bias_linear', false),
    rank: figure(reader, {
      property: 'adapterRank',
      keys: ['adapter_rank'],
      meaning: l10n.t('rank of the adapters'),
      example: 128,
      byDefault: 128,
    }),
    adaptsAttention: flag(reader, 'attentionAdapters', 'use_shared_attention_adapter', false),
  };
}

/** Which layers are hybrid, and which of them use a block that an earlier one has used. */
function readLayers(reader: FieldReader, layers: number): Layer[] {
  const listed = readLayerNames(reader, 'layers_block_type', layers, ['mamba', 'hybrid'] as const);
  const indices = listed === undefined ? readLayerIndices(reader, 'hybrid_layer_ids', layers) : undefined;
  if (listed === undefined && indices === undefined) {
    return reader.fail(
      'layers_block_type',
      l10n.t('"layers_block_type", the kinds of the layers, is missing.'),
      l10n.t('Add a list of "mamba" and "hybrid", one a layer.'),
    );
  }
  const blocks = figure(reader, {
    property: 'sharedBlocks',
    keys: ['num_mem_blocks'],
    meaning: l10n.t('number of shared blocks'),
    limit: limits.layers,
    example: 1,
    byDefault: 1,
  });
  let used = 0;
  return Array.from({ length: layers }, (_, index): Layer => {
    const isHybrid = listed === undefined ? indices?.has(index) === true : listed[index] === 'hybrid';
    if (!isHybrid) return 'mamba';
    used++;
    return used <= blocks ? 'hybrid' : 'hybrid, shared block';
  });
}

function blockWeights(width: Factor, { attention, feedForward, bias }: Block): WeightSpec[] {
  const double = factor('2·h', 2 * width.value);
  const [a, kv, d] = [
    factor('a', attention.heads),
    factor('kv', attention.kvHeads),
    factor('d', attention.headDim),
  ];
  const inner = factor('f', feedForward.intermediateSize);
  const name = (end: string): string => `shared_transformer.${end}`;
  return [
    ...linear(name('self_attn.q_proj'), 'attention', [a, d], [double], false),
    ...linear(name('self_attn.k_proj'), 'attention', [kv, d], [double], false),
    ...linear(name('self_attn.v_proj'), 'attention', [kv, d], [double], false),
    ...linear(name('self_attn.o_proj'), 'attention', [width], [a, d], false),
    ...linear(name('feed_forward.gate_up_proj'), 'feedForward', [factor('2', 2), inner], [width], bias),
    ...linear(name('feed_forward.down_proj'), 'feedForward', [width], [inner], bias),
    ...norm(name('input_layernorm'), 'rms', double),
    ...norm(name('pre_ff_layernorm'), 'rms', width),
  ];
}

/** Adapters of the MLP and, where a key says so, of q, k and v, and the matrix that leads into the mixer. */
function ownWeights(width: Factor, { attention, feedForward, rank, adaptsAttention }: Block): WeightSpec[] {
  const r = factor('r', rank);
  const double = factor('2·h', 2 * width.value);
  const gateAndUp = [factor('2', 2), factor('f', feedForward.intermediateSize)];
  const d = factor('d', attention.headDim);
  const projections: readonly [string, Factor][] = [
    ['q', factor('a', attention.heads)],
    ['k', factor('kv', attention.kvHeads)],
    ['v', factor('kv', attention.kvHeads)],
  ];
  const adapters = projections.flatMap(([each, heads]) => [
    ...linear(`linear_${each}_adapter.0`, 'attention', [r], [double], false),
    ...linear(`linear_${each}_adapter.1`, 'attention', [heads, d], [r], false),
  ]);
  return [
    ...(adaptsAttention ? adapters : []),
    ...linear('gate_up_proj_adapter.0', 'feedForward', [r], [width], false),
    ...linear('gate_up_proj_adapter.1', 'feedForward', gateAndUp, [r], false),
    ...linear('linear', 'projector', [width], [width], false),
  ];
}
