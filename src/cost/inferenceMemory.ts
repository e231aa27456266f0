import * as l10n from '@vscode/l10n';
import { factor, productOf, type Factor } from '../model/factor';
import {
  valueWidth,
  type AttentionSpec,
  type FeedForwardSpec,
  type LayerKind,
  type ModelSpec,
  type Stack,
} from '../model/modelSpec';
import type { EstimateOptions, InferenceParts } from './estimate';
import { feedForwardFactor } from './feedForwardWidth';
import { kvCacheBytes } from './kvCache';
import { modelWeights } from './modelWeights';
import { sourceTokens, stackTokens } from './stackTokens';
import { greatest, sumOf, term, type Place, type Term } from './term';
import { parametersOf } from '../model/weightSpec';
import { storedBytesPerElement } from './weightFormats';
import { activationBytes, FLOAT32_BYTES } from './widths';

export interface InferenceMemory {
  readonly weights: number;
  readonly kvCache: number;
  readonly parts: InferenceParts;
  /** Weights, cache, activations and logits: fused attention, which holds no n × n tensor (Dao et al. 2022). */
  readonly peak: number;
  /** The same plus the scores and probabilities of one layer. */
  readonly peakNaive: number;
}

/**
 * Bytes during a prefill. The parts are added as if their worst moments coincided, so the sum is an upper
 * bound of this accounting; what an allocator or a framework holds beyond tensors is not in it.
 */
export function inferenceMemory(model: ModelSpec, options: EstimateOptions): InferenceMemory {
  const weights = storedWeightBytes(model, options);
  const kvCache = kvCacheBytes(model, options);
  const parts = inferenceParts(model, options);
  const peak = weights + kvCache + parts.activations + parts.logits;
  return { weights, kvCache, parts, peak, peakNaive: peak + parts.naiveScores };
}

/** What a prefill holds beside weights and cache. */
export function inferenceParts(model: ModelSpec, options: EstimateOptions): InferenceParts {
  return {
    activations: sumOf(activationTerms(model, options)),
    logits: sumOf(logitTerms(model, options)),
    naiveScores: sumOf(scoreTerms(model, options)),
  };
}

/** Bytes of all weights as they are stored for inference. */
export function storedWeightBytes(
  model: Pick<ModelSpec, 'stacks'>,
  { weightFormat = 'none', dtype }: Pick<EstimateOptions, 'weightFormat' | 'dtype'>,
): number {
  return modelWeights(model).reduce(
    (sum, { weight, layers }) =>
      sum + layers * parametersOf(weight) * storedBytesPerElement(weight, weightFormat, dtype),
    0,
  );
}

/**
 * Activations alive at once, in the worst layer. One stack after the other runs, so that of the greatest counts.
 */
export function activationTerms(model: ModelSpec, options: EstimateOptions): Term[] {
  return greatest(model.stacks.map((stack) => stackActivations(model, stack, options)));
}

/** Softmax out of place: the scores and the probabilities of the largest layer are alive together. */
export function scoreTerms(model: ModelSpec, options: EstimateOptions): Term[] {
  const source = factor('nₛ', sourceTokens(model, options));
  return greatest(
    model.stacks.flatMap((stack) => {
      const n = factor('n', stackTokens(stack, options));
      return stack.layerKinds.flatMap((kind) => [
        ...(kind.attention ? [scores({ stack, kind, attention: kind.attention }, n, n, options)] : []),
        ...(kind.crossAttention
          ? [scores({ stack, kind, attention: kind.crossAttention }, n, source, options)]
          : []),
      ]);
    }),
  );
}

/** The last position only, in float32, as sampling reads it; of a pooler the pooled vector. */
export function logitTerms(model: ModelSpec, options: EstimateOptions): Term[] {
  const batch = factor('b', options.batch);
  const [stack] = model.stacks;
  if (stack === undefined) return [];
  if (model.head.kind === 'language-model') {
    const float32 = factor(String(FLOAT32_BYTES), FLOAT32_BYTES);
    return [
      term(l10n.t('logits of the last position'), [batch, factor('V', model.vocabSize), float32], { stack }),
    ];
  }
  if (model.head.kind !== 'pooler') return [];
  return [
    term(l10n.t('pooled vector'), [batch, factor('h', model.hiddenSize), activationFactor(options)], {
      stack,
    }),
  ];
}

function stackActivations(model: ModelSpec, stack: Stack, options: EstimateOptions): Term[] {
  const batch = factor('b', options.batch);
  const width = activationFactor(options);
  const bytes = (label: string, tokens: Factor, elements: readonly Factor[], at: Place): Term =>
    term(label, [batch, tokens, ...elements, width], at);
  const n = factor('n', stackTokens(stack, options));
  const layer = greatest(
    stack.layerKinds.map((kind) =>
      liveTensors(stack, kind).map(({ label, elements, at }) => bytes(label, n, elements, at)),
    ),
  );
  const reader = stack.layerKinds.find(({ crossAttention }) => crossAttention);
  if (reader?.crossAttention === undefined) return layer;
  const attention = reader.crossAttention;
  const source = factor('nₛ', sourceTokens(model, options));
  const at = { stack, kind: reader, attention };
  return [
    ...layer,
    // The encoder's output stays beside the decoder, and one layer's keys and values of it.
    bytes(l10n.t("the encoder's output"), source, [factor('h', stack.hiddenSize)], at),
    bytes(l10n.t("keys and values of the encoder's output"), source, keyValueElements(attention), at),
  ];
}

function scores(
  at: Place & { readonly attention: AttentionSpec },
  queries: Factor,
  keys: Factor,
  options: EstimateOptions,
): Term[] {
  const factors = [
    factor('2', 2),
    factor('b', options.batch),
    factor('a', at.attention.heads),
    queries,
    keys,
  ];
  return [term(l10n.t('scores and probabilities of one layer'), [...factors, activationFactor(options)], at)];
}

/** A tensor of a layer, elements a token. */
interface LiveTensor {
  readonly label: string;
  readonly elements: readonly Factor[];
  readonly at: Place;
}

/** Activations alive at once in one layer: those of the greatest of its blocks. */
function liveTensors(stack: Stack, kind: LayerKind): LiveTensor[] {
  const { attention, recurrence, feedForward } = kind;
  const at = { stack, kind };
  const blocks = [
    ...(attention ? [attentionBlock({ ...at, attention })] : []),
    ...(recurrence
      ? [
          [
            {
              label: l10n.t('residual and input of the mixer'),
              elements: [factor('2', 2), hiddenFactor(stack)],
              at,
            },
            {
              label: l10n.t('tensors of {0}', recurrence.kind),
              elements: [factor('kept', recurrence.keptElements)],
              at,
            },
          ],
        ]
      : []),
    ...(feedForward ? [feedForwardBlock(feedForward, at)] : []),
  ];
  const size = (block: readonly LiveTensor[]): number =>
    block.reduce((sum, { elements }) => sum + productOf(elements), 0);
  return blocks.reduce<LiveTensor[]>((most, each) => (size(each) > size(most) ? each : most), []);
}

/** Residual, q, k and v, and beside them the block's input while it is projected or the output of the heads. */
function attentionBlock(at: Place & { readonly attention: AttentionSpec }): LiveTensor[] {
  const { attention, stack } = at;
  const a = factor('a', attention.heads);
  const h = hiddenFactor(stack);
  const output = [a, valueFactor(attention)];
  return [
    { label: l10n.t('residual'), elements: [h], at },
    { label: l10n.t('queries'), elements: [a, factor('d', attention.headDim)], at },
    { label: l10n.t('keys and values'), elements: keyValueElements(attention), at },
    productOf(output) > stack.hiddenSize
      ? { label: l10n.t('output of the heads'), elements: output, at }
      : { label: l10n.t('input of the block'), elements: [h], at },
  ];
}

function keyValueElements(attention: AttentionSpec): Factor[] {
  const kv = factor('kv', attention.kvHeads);
  return attention.valueHeadDim === undefined
    ? [factor('2', 2), kv, factor('d', attention.headDim)]
    : [kv, factor('(d + dᵥ)', attention.headDim + attention.valueHeadDim)];
}

function valueFactor(attention: AttentionSpec): Factor {
  return factor(attention.valueHeadDim === undefined ? 'd' : 'dᵥ', valueWidth(attention));
}

/** Residual, the block's input, and act(gate), up and their product; plain: the activation's input and output. */
function feedForwardBlock(feedForward: FeedForwardSpec, at: Place): LiveTensor[] {
  const h = hiddenFactor(at.stack);
  const { experts } = feedForward;
  const inner = feedForward.kind === 'gated' ? 3 : 2;
  return [
    { label: l10n.t('residual and input of the block'), elements: [factor('2', 2), h], at },
    ...(experts
      ? [{ label: l10n.t('tokens sent to experts'), elements: [factor('k', experts.active), h], at }]
      : []),
    {
      label:
        feedForward.kind === 'gated'
          ? l10n.t('activated gate, up and their product')
          : l10n.t('input and output of the activation function'),
      elements: [factor(String(inner), inner), feedForwardFactor(feedForward)],
      at,
    },
  ];
}

function hiddenFactor({ hiddenSize }: Stack): Factor {
  return factor('h', hiddenSize);
}

function activationFactor({ dtype }: Pick<EstimateOptions, 'dtype'>): Factor {
  return factor('eₐ', activationBytes(dtype));
}
