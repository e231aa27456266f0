import type { AttentionSpec, FeedForwardSpec, LayerKind, Stack } from '../../model/modelSpec';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import { multiHead, size } from './originalFields';
import { crossAttention, originalLayer, type LayerBiases, type LayerNames } from './originalLayers';
import { hidden, norm } from './weights/vectors';

/** The keys that every config of an encoder-decoder of this line has. */
export const bartKeys: readonly string[] = [
  'd_model',
  'encoder_layers',
  'decoder_layers',
  'encoder_attention_heads',
  'decoder_attention_heads',
  'encoder_ffn_dim',
  'decoder_ffn_dim',
  'vocab_size',
];

const projections = ['q_proj', 'k_proj', 'v_proj', 'out_proj'] as const;

const names: LayerNames = {
  attention: { prefix: 'self_attn.', projections },
  feedForward: ['fc1', 'fc2'],
  norms: ['self_attn_layer_norm', 'final_layer_norm'],
};

const crossNames = { prefix: 'encoder_attn.', projections, norm: 'encoder_attn_layer_norm' } as const;

/** Figures of one side of an encoder-decoder under BART's keys. */
export interface BartSide {
  readonly layers: number;
  readonly attention: AttentionSpec;
  readonly feedForward: FeedForwardSpec;
}

/** The layers, heads and MLP of a side; the decoder's properties have the plain names, being those of the first stack. */
export function readBartSide(reader: FieldReader, side: 'encoder' | 'decoder', hiddenSize: number): BartSide {
  const of = side === 'encoder' ? 'encoder.' : '';
  const keys = { hidden: ['d_model'], heads: [`${side}_attention_heads`] } as const;
  const layers = size(reader, `${of}layers`, [`${side}_layers`]);
  const attention = { ...multiHead(reader, hiddenSize, keys, of), causal: side === 'decoder' };
  const intermediateSize = size(reader, `${of}intermediateSize`, [`${side}_ffn_dim`]);
  return { layers, attention, feedForward: { kind: 'plain', intermediateSize } };
}

interface EncoderOptions {
  readonly hiddenSize: number;
  readonly side: BartSide;
  readonly biases?: LayerBiases;
  readonly tokens: Stack['tokens'];
  readonly dropout: Stack['dropout'];
  /** Embeddings, positions, convolutions. */
  readonly weights: readonly WeightSpec[];
  /** Names of the norms outside the layers. */
  readonly norms: readonly string[];
  /** The kinds of layers where they are not all alike. */
  readonly layerKinds?: (kind: LayerKind) => readonly LayerKind[];
}

/** An encoder as BART has it (Lewis et al. 2020): biases, two LayerNorms a layer, a plain MLP. */
export function bartEncoder(options: EncoderOptions): Stack {
  const { hiddenSize, side, biases } = options;
  const { layers, attention, feedForward } = side;
  const width = hidden(hiddenSize);
  const kind: LayerKind = {
    name: 'full_attention',
    layers,
    attention,
    feedForward,
    norms: 2,
    weights: originalLayer({ width, attention, feedForward, names, ...(biases && { biases }) }),
  };
  return stackOf('encoder', options, options.layerKinds?.(kind) ?? [kind]);
}

/** The decoder: the same with attention to the encoder's output and its norm between. */
export function bartDecoder(options: Omit<EncoderOptions, 'tokens' | 'layerKinds'>): Stack {
  const { hiddenSize, side, biases } = options;
  const { layers, attention, feedForward } = side;
  const width = hidden(hiddenSize);
  const cross = { ...attention, causal: false };
  const weights = [
    ...originalLayer({ width, attention, feedForward, names, ...(biases && { biases }) }),
    ...crossAttention(width, cross, crossNames, 'layer', biases),
  ];
  return stackOf('decoder', { ...options, tokens: 'sequence' }, [
    { name: 'full_attention', layers, attention, crossAttention: cross, feedForward, norms: 3, weights },
  ]);
}

function stackOf(
  name: 'encoder' | 'decoder',
  { hiddenSize, tokens, dropout, weights, norms }: EncoderOptions,
  layerKinds: readonly LayerKind[],
): Stack {
  const width = hidden(hiddenSize);
  return {
    name,
    hiddenSize,
    tokens,
    generates: name === 'decoder',
    layerKinds,
    weights: [...weights, ...norms.flatMap((each) => norm(`${name}.${each}`, 'layer', width))],
    outerNorms: norms.length,
    dropout,
  };
}
