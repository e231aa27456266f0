import * as l10n from '@vscode/l10n';
import { factor, type Factor } from '../model/factor';
import {
  valueWidth,
  type AttentionSpec,
  type FeedForwardSpec,
  type LayerKind,
  type ModelSpec,
  type Stack,
} from '../model/modelSpec';
import type { EstimateOptions, TrainingOptions } from './estimate';
import { feedForwardFactor } from './feedForwardWidth';
import { layerActivations } from './layerActivations';
import { sourceTokens, stackTokens } from './stackTokens';
import { greatest, sumOf, term, type Place, type Term } from './term';
import { trainingOptions } from './trainingState';
import { activationBytes } from './widths';

/**
 * Bytes that live for a moment while the backward pass goes through one layer, the greatest of all layers: the
 * gradients of its activations. A naive attention has two n × n of them, of the probabilities and of the scores;
 * with the 2.5 that it stored, 4.5 n × n buffers live at once in 16 bits, which is what PyTorch's attention shows
 * (4.2 to 4.6, computed from Dao et al. 2022, Table 21). Where its core is recomputed, the stored ones are rebuilt
 * for that moment.
 */
export function transientBytes(model: ModelSpec, options: EstimateOptions): number {
  return sumOf(transientTerms(model, options));
}

/** The same, tensor by tensor of the worst layer. */
export function transientTerms(model: ModelSpec, options: EstimateOptions): Term[] {
  const training = trainingOptions(options);
  return greatest(
    model.stacks.flatMap((stack) =>
      stack.layerKinds.map((kind) => [
        ...greatest(layerBlocks(model, { stack, kind }, options, training)),
        ...rebuiltTerms(model, stack, kind, options, training),
      ]),
    ),
  );
}

interface LayerPlace extends Place {
  readonly kind: LayerKind;
}

/** Gradients of each block of a layer; one block is at work at a time. */
function layerBlocks(
  model: ModelSpec,
  at: LayerPlace,
  options: EstimateOptions,
  training: TrainingOptions,
): Term[][] {
  const { attention, crossAttention, feedForward, recurrence } = at.kind;
  const n = factor('n', stackTokens(at.stack, options));
  const source = factor('nₛ', sourceTokens(model, options));
  const width = factor('eₐ', activationBytes(options.dtype));
  const bytes: BytesOf = (label, elements, place = at) =>
    term(label, [factor('b', options.batch), ...elements, width], place);
  const h = factor('h', at.stack.hiddenSize);
  return [
    ...(attention ? [attentionGradients({ ...at, attention }, n, n, training, bytes)] : []),
    ...(crossAttention
      ? [attentionGradients({ ...at, attention: crossAttention }, n, source, training, bytes)]
      : []),
    ...(feedForward ? [feedForwardGradients(feedForward, h, n, bytes)] : []),
    ...(recurrence
      ? [
          [
            bytes(l10n.t('gradient of the input'), [n, h]),
            bytes(l10n.t('gradients inside {0}', recurrence.kind), [
              n,
              factor('kept', recurrence.keptElements),
            ]),
          ],
        ]
      : []),
  ];
}

type BytesOf = (label: string, elements: readonly Factor[], at?: Place) => Term;

/** Gradients of q, k, v, the output of the heads and the block's input; naive: of probabilities and scores too. */
function attentionGradients(
  at: Place & { readonly attention: AttentionSpec },
  queries: Factor,
  keys: Factor,
  training: TrainingOptions,
  bytes: BytesOf,
): Term[] {
  const { heads, kvHeads, headDim } = at.attention;
  const a = factor('a', heads);
  const both = factor('(d + dᵥ)', headDim + valueWidth(at.attention));
  return [
    bytes(l10n.t('gradient of the input'), [queries, factor('h', at.stack.hiddenSize)], at),
    bytes(l10n.t('gradients of queries and of the output of the heads'), [queries, a, both], at),
    bytes(l10n.t('gradients of keys and values'), [keys, factor('kv', kvHeads), both], at),
    ...(training.attention === 'naive'
      ? [bytes(l10n.t('gradients of probabilities and scores'), [factor('2', 2), a, queries, keys], at)]
      : []),
  ];
}

/** Gradients of the product, the gate and up (plain: of the activation's output and input), and of the input. */
function feedForwardGradients(feedForward: FeedForwardSpec, h: Factor, n: Factor, bytes: BytesOf): Term[] {
  const inner = feedForward.kind === 'gated' ? 3 : 2;
  return [
    bytes(l10n.t('gradient of the input'), [n, h]),
    bytes(l10n.t('gradients inside the MLP'), [
      n,
      factor(String(inner), inner),
      feedForwardFactor(feedForward),
    ]),
  ];
}

/** The n × n tensors of one layer, where a naive attention does not keep but rebuild them. */
function rebuiltTerms(
  model: ModelSpec,
  stack: Stack,
  kind: LayerKind,
  options: EstimateOptions,
  { attention, recomputation }: TrainingOptions,
): Term[] {
  if (attention === 'fused' || recomputation === 'none') return [];
  return layerActivations(model, stack, kind, options).filter(({ keptBy }) => keptBy === 'naive');
}
