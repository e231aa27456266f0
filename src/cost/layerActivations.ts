import * as l10n from '@vscode/l10n';
import { factor, type Factor } from '../model/factor';
import {
  valueWidth,
  type AttentionSpec,
  type FeedForwardSpec,
  type LatentAttention,
  type LayerKind,
  type Stack,
} from '../model/modelSpec';
import type { EstimateOptions } from './estimate';
import { feedForwardFactor } from './feedForwardWidth';
import { sourceTokens, stackTokens } from './stackTokens';
import { term, type Place, type Term } from './term';
import { activationBytes, FLOAT32_BYTES, MASK_BYTES } from './widths';

/** One tensor that a layer keeps for its backward pass; its value is bytes. */
export interface ActivationItem extends Term {
  readonly at: Place;
  /** `any` attention keeps it, or only one that writes the n × n scores, or only a fused one. */
  readonly keptBy: 'any' | 'naive' | 'fused';
  /**
   * What tensor parallelism does to it: `heads` and `inner` are split with the heads or the MLP's width,
   * `whole` only where the sequence is split too (Korthikanti et al. 2022 §4.2).
   */
  readonly split: 'heads' | 'inner' | 'whole';
}

type ActivationOptions = Pick<EstimateOptions, 'sequenceLength' | 'sourceLength' | 'batch' | 'dtype'>;

/** What the tensors of one block of a layer have in common. */
interface Scale {
  readonly batch: Factor;
  /** Tokens of a tensor; two factors for pairs of a query and a key. */
  readonly tokens: readonly Factor[];
  /** Bytes of an element. */
  readonly width: Factor;
  readonly at: Place;
}

/**
 * Everything that one layer of a kind keeps for its backward pass, item by item, after Korthikanti et al. 2022
 * §4.1. A 16-bit layer with MHA, an MLP of 4h, two LayerNorms and dropout has items `any` of 34·n·b·h bytes and
 * items `naive` of 5·a·n²·b. GQA keeps fewer keys and values; a gated MLP keeps gate, up, act(gate) and the
 * product; experts keep what the routed tokens pass; without dropout there are no masks. A fused kernel keeps,
 * in place of the n × n tensors, the logsumexp of each row (Dao et al. 2022 §3.1). A window masks the naive
 * scores, it does not shrink them.
 */
export function layerActivations(
  model: { readonly stacks: readonly Stack[] },
  stack: Stack,
  kind: LayerKind,
  options: ActivationOptions,
): ActivationItem[] {
  const tokens = factor('n', stackTokens(stack, options));
  const source = factor('nₛ', sourceTokens(model, options));
  const scale: Scale = {
    batch: factor('b', options.batch),
    tokens: [tokens],
    width: factor('eₐ', activationBytes(options.dtype)),
    at: { stack, kind },
  };
  const { attention, crossAttention, recurrence, feedForward } = kind;
  const hidden = hiddenFactor(stack);
  return [
    ...some(
      item(scale, 'whole', l10n.t('inputs of the norms'), [factor(String(kind.norms), kind.norms), hidden]),
    ),
    ...(attention ? attentionItems(attention, scale, tokens, tokens) : []),
    ...(crossAttention ? attentionItems(crossAttention, scale, tokens, source, 'cross-attention: ') : []),
    ...(recurrence
      ? [
          item(scale, 'whole', l10n.t('input of {0}', recurrence.kind), [hidden]),
          ...some(
            item(scale, 'inner', l10n.t('kept by {0}', recurrence.kind), [
              factor('kept', recurrence.keptElements),
            ]),
          ),
        ]
      : []),
    ...(feedForward ? feedForwardItems(feedForward, scale, kind.parallel === true) : []),
  ];
}

function some(each: ActivationItem): ActivationItem[] {
  return each.value > 0 ? [each] : [];
}

function hiddenFactor({ hiddenSize }: Stack): Factor {
  return factor('h', hiddenSize);
}

function attentionItems(
  attention: AttentionSpec,
  layer: Scale,
  queryTokens: Factor,
  keyTokens: Factor,
  prefix = '',
): ActivationItem[] {
  const { stack } = layer.at;
  const scale: Scale = { ...layer, at: { ...layer.at, attention } };
  const { dropout } = stack;
  const { heads, kvHeads, headDim, latent, queryKeyNorm } = attention;
  const hidden = hiddenFactor(stack);
  const a = factor('a', heads);
  const queries = [a, factor('d', headDim)];
  const keys = [factor('kv', kvHeads), factor('d', headDim)];
  const value = factor(attention.valueHeadDim === undefined ? 'd' : 'dᵥ', valueWidth(attention));
  const ofKeys: Scale = { ...scale, tokens: [keyTokens] };
  const pairs: Scale = { ...scale, tokens: [queryTokens, keyTokens] };
  const masked = { ...scale, width: maskWidth };
  return [
    item(scale, 'whole', `${prefix}${l10n.t('input of q, k and v')}`, [hidden]),
    ...(queryKeyNorm === true
      ? [
          item(scale, 'heads', `${prefix}${l10n.t('inputs of the query and key norms')}`, [
            factor('(a + kv)', heads + kvHeads),
            factor('d', headDim),
          ]),
        ]
      : []),
    // Kept before and after their norms.
    ...(latent
      ? [item(scale, 'whole', `${prefix}${l10n.t('latents')}`, [factor('2', 2), latentFactor(latent)])]
      : []),
    item(scale, 'heads', `${prefix}${l10n.t('queries')}`, queries),
    item(ofKeys, 'heads', `${prefix}${l10n.t('keys')}`, keys),
    item(ofKeys, 'heads', `${prefix}${l10n.t('values')}`, [factor('kv', kvHeads), value]),
    item(scale, 'heads', `${prefix}${l10n.t('output of the heads')}`, [a, value]),
    ...(dropout.hidden > 0
      ? [item(masked, 'whole', `${prefix}${l10n.t('dropout mask after attention')}`, [hidden])]
      : []),
    item(pairs, 'heads', `${prefix}${l10n.t('softmax output')}`, [a], 'naive'),
    ...(dropout.attention > 0
      ? [
          item(
            { ...pairs, width: maskWidth },
            'heads',
            `${prefix}${l10n.t('dropout mask of the probabilities')}`,
            [a],
            'naive',
          ),
          item(pairs, 'heads', `${prefix}${l10n.t('probabilities after dropout')}`, [a], 'naive'),
        ]
      : []),
    item(
      { ...scale, width: float32Width },
      'heads',
      `${prefix}${l10n.t('logsumexp of each row')}`,
      [a],
      'fused',
    ),
  ];
}

const maskWidth = factor(String(MASK_BYTES), MASK_BYTES);
const float32Width = factor(String(FLOAT32_BYTES), FLOAT32_BYTES);

/** Elements of the latents of one token: keys and values, the part with the position, and compressed queries. */
function latentFactor({ rank, ropeDim, queryRank }: LatentAttention): Factor {
  return queryRank === undefined
    ? factor('(r + dᵣ)', rank + ropeDim)
    : factor('(r + dᵣ + r_q)', rank + ropeDim + queryRank);
}

function feedForwardItems(feedForward: FeedForwardSpec, scale: Scale, parallel: boolean): ActivationItem[] {
  const { stack } = scale.at;
  const hidden = hiddenFactor(stack);
  const inner = [feedForwardFactor(feedForward)];
  const gated = feedForward.kind === 'gated';
  const { experts } = feedForward;
  return [
    // Side by side with attention it reads the same tensor, which is kept there already.
    ...(parallel ? [] : [item(scale, 'whole', l10n.t('input of the MLP'), [hidden])]),
    // Each routed expert gets its own copy of the token.
    ...(experts
      ? [
          item(scale, 'whole', l10n.t('tokens sent to experts'), [factor('k', experts.active), hidden]),
          item({ ...scale, width: float32Width }, 'whole', l10n.t('probabilities of the router'), [
            factor('E', experts.count),
          ]),
        ]
      : []),
    ...(gated ? [item(scale, 'inner', l10n.t('gate'), inner)] : []),
    item(scale, 'inner', gated ? 'up' : l10n.t('input of the activation function'), inner),
    item(scale, 'inner', l10n.t('output of the activation function'), inner),
    ...(gated ? [item(scale, 'inner', l10n.t('product of gate and up'), inner)] : []),
    ...(stack.dropout.hidden > 0
      ? [item({ ...scale, width: maskWidth }, 'whole', l10n.t('dropout mask after the MLP'), [hidden])]
      : []),
  ];
}

/** `elements` a token of the scale. */
function item(
  { batch, tokens, width, at }: Scale,
  split: ActivationItem['split'],
  label: string,
  elements: readonly Factor[],
  keptBy: ActivationItem['keptBy'] = 'any',
): ActivationItem {
  return { ...term(label, [batch, ...tokens, ...elements, width], at), at, keptBy, split };
}
