import type { AttentionSpec, ModelSpec } from '../model/modelSpec';
import type { EstimateOptions } from './estimate';
import { activationBytes, FLOAT32_BYTES, MASK_BYTES } from './widths';

/** One tensor that a layer keeps for its backward pass. */
export interface ActivationItem {
  readonly name: string;
  readonly bytes: number;
  /** `any` attention keeps it, or only one that writes the n × n scores, or only a fused one. */
  readonly keptBy: 'any' | 'naive' | 'fused';
}

/**
 * Everything that one layer keeps for its backward pass, item by item, after Korthikanti et al. 2022 §4.1.
 * A 16-bit layer with MHA, an MLP of 4h, two LayerNorms and dropout has items `any` of 34·n·b·h bytes and
 * items `naive` of 5·a·n²·b. GQA keeps fewer keys and values; a gated MLP keeps gate, up, act(gate) and
 * the product; without dropout there are no masks. A fused kernel keeps, in place of the n × n tensors,
 * the logsumexp of each row (Dao et al. 2022 §3.1). A window masks the naive scores, it does not shrink them.
 */
export function layerActivations(
  model: ModelSpec,
  attention: AttentionSpec,
  options: EstimateOptions,
): ActivationItem[] {
  const tokens = options.batch * options.sequenceLength;
  const width = activationBytes(options.dtype);
  return [
    item('inputs of the norms', model.norms.perLayer * model.hiddenSize, width),
    ...attentionItems(model, attention, width),
    ...naiveItems(model, attention, options.sequenceLength, width),
    item('logsumexp of each row', attention.heads, FLOAT32_BYTES, 'fused'),
    ...feedForwardItems(model, width),
  ]
    .filter(({ bytes }) => bytes > 0)
    .map((entry) => ({ ...entry, bytes: entry.bytes * tokens }));
}

function attentionItems(model: ModelSpec, attention: AttentionSpec, width: number): ActivationItem[] {
  const queries = attention.heads * attention.headDim;
  const keys = attention.kvHeads * attention.headDim;
  return [
    item('input of q, k and v', model.hiddenSize, width),
    item('inputs of the query and key norms', attention.queryKeyNorm ? queries + keys : 0, width),
    item('queries', queries, width),
    item('keys', keys, width),
    item('values', keys, width),
    item('output of the heads', queries, width),
    item('dropout mask after attention', model.dropout.hidden > 0 ? model.hiddenSize : 0, MASK_BYTES),
  ];
}

function naiveItems(model: ModelSpec, attention: AttentionSpec, n: number, width: number): ActivationItem[] {
  const scores = attention.heads * n;
  const dropped = model.dropout.attention > 0 ? scores : 0;
  return [
    item('softmax output', scores, width, 'naive'),
    item('dropout mask of the probabilities', dropped, MASK_BYTES, 'naive'),
    item('probabilities after dropout', dropped, width, 'naive'),
  ];
}

function feedForwardItems(model: ModelSpec, width: number): ActivationItem[] {
  const inner = model.feedForward.intermediateSize;
  const gated = model.feedForward.kind === 'gated';
  return [
    item('input of the MLP', model.hiddenSize, width),
    item('gate', gated ? inner : 0, width),
    item(gated ? 'up' : 'input of the activation function', inner, width),
    item('output of the activation function', inner, width),
    item('product of gate and up', gated ? inner : 0, width),
    item('dropout mask after the MLP', model.dropout.hidden > 0 ? model.hiddenSize : 0, MASK_BYTES),
  ];
}

/** An item's bytes for one token. */
function item(
  name: string,
  elements: number,
  width: number,
  keptBy: ActivationItem['keptBy'] = 'any',
): ActivationItem {
  return { name, bytes: elements * width, keptBy };
}
