import type { Factor } from '../../model/factor';
import type { AttentionSpec, FeedForwardSpec, Stack } from '../../model/modelSpec';
import type { WeightSpec } from '../../model/weightSpec';
import type { FamilyReading } from './family';
import { attentionWeights } from './weights/attention';
import { feedForwardWeights } from './weights/feedForward';
import { norm, type NormKind } from './weights/vectors';

/** What the weights of one attention are called: what the names begin with, then q, k, v and output. */
export interface AttentionNames {
  readonly prefix: string;
  readonly projections: readonly [query: string, key: string, value: string, output: string];
}

/** What one layer's weights are called. */
export interface LayerNames {
  readonly attention: AttentionNames;
  readonly feedForward: readonly [up: string, down: string, gate?: string];
  readonly norms: readonly string[];
}

export interface LayerOptions {
  readonly width: Factor;
  readonly attention: AttentionSpec;
  readonly feedForward: FeedForwardSpec;
  readonly names: LayerNames;
  /** Which linear layers have a bias; all where absent. */
  readonly biases?: LayerBiases;
  /** LayerNorm with a bias where absent. */
  readonly norms?: NormKind;
}

export interface LayerBiases {
  readonly queryKeyValue: boolean;
  /** Of the keys, where they differ from queries and values. */
  readonly key?: boolean;
  readonly output: boolean;
  readonly feedForward: boolean;
}

const allBiases: LayerBiases = { queryKeyValue: true, output: true, feedForward: true };

/** One layer of Vaswani et al. 2017: attention, an MLP and the norms that `names` lists. */
export function originalLayer(options: LayerOptions): WeightSpec[] {
  const { width, attention, feedForward, names, biases = allBiases, norms = 'layer' } = options;
  return [
    ...attentionWeights({
      hidden: width,
      attention,
      queryBias: biases.queryKeyValue,
      keyValueBias: biases.queryKeyValue,
      outputBias: biases.output,
      ...(biases.key !== undefined && { keyBias: biases.key }),
      prefix: names.attention.prefix,
      names: names.attention.projections,
    }),
    ...feedForwardWeights({
      hidden: width,
      feedForward,
      bias: biases.feedForward,
      prefix: '',
      names: names.feedForward,
    }),
    ...names.norms.flatMap((name) => norm(name, norms, width)),
  ];
}

/** Attention to the encoder's output, whose width is taken to be the decoder's, and its norm. */
export function crossAttention(
  width: Factor,
  attention: AttentionSpec,
  names: AttentionNames & { readonly norm: string },
  norms: NormKind = 'layer',
  biases: Omit<LayerBiases, 'feedForward'> = allBiases,
): WeightSpec[] {
  return [
    ...attentionWeights({
      hidden: width,
      attention,
      queryBias: biases.queryKeyValue,
      keyValueBias: biases.queryKeyValue,
      outputBias: biases.output,
      ...(biases.key !== undefined && { keyBias: biases.key }),
      prefix: names.prefix,
      names: names.projections,
      cross: { source: width },
    }),
    ...norm(names.norm, norms, width),
  ];
}

type SingleStack = Omit<FamilyReading, 'stacks'> &
  Pick<Stack, 'name' | 'generates' | 'layerKinds' | 'weights' | 'outerNorms' | 'dropout'>;

/** A model of one stack, which works on the sequence that is asked about. */
export function singleStack(parts: SingleStack): FamilyReading {
  const { name, generates, layerKinds, weights, outerNorms, dropout, ...model } = parts;
  const { hiddenSize } = model;
  return {
    ...model,
    stacks: [{ name, hiddenSize, tokens: 'sequence', generates, layerKinds, weights, outerNorms, dropout }],
  };
}
