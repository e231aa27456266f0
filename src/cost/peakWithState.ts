import type { AttentionKind } from '../model/attentionKinds';
import type { AttentionSpec, LayerKind, ModelSpec } from '../model/modelSpec';
import type { WeightSpec } from '../model/weightSpec';
import type { EstimateOptions } from './estimate';
import { kvCacheTerms } from './kvCache';
import { parallelismOf } from './parallelism';
import { cacheShare, inferencePerDevice, layerShare } from './perDevice';
import type { Term } from './term';

/** Inference peak in bytes of a model whose layers keep that many elements, of that many bytes each, between tokens. */
export type StatePeak = (stateElements: number, elementBytes: number) => number;

/**
 * Inference peak of `model` in bytes, on its most loaded device, where the layers of `kind` keep `stateElements` a layer
 * between tokens, for the whole batch, in the cache's dtype, instead of their keys and values; split over devices as
 * these are. Undefined where they keep nothing (encoders). A projection from the same formulas as the estimate;
 * activations are taken to stay the same.
 */
export function peakWithState(
  model: ModelSpec,
  options: EstimateOptions,
  kind: AttentionKind,
  stateElements: number,
  elementBytes: number,
): number | undefined {
  return statePeak(model, options, kind)?.(stateElements, elementBytes);
}

/** The same for any state, from one estimate. */
export function statePeak(
  model: ModelSpec,
  options: EstimateOptions,
  kind: AttentionKind,
): StatePeak | undefined {
  const own = cacheTermsOf(model, options, kind);
  const [first] = own;
  if (first === undefined) return undefined;
  const parallelism = parallelismOf(options.parallelism);
  const layers = layerShare(model, parallelism);
  const kept = own.reduce((sum, each) => sum + each.value * cacheShare(each, parallelism), 0);
  const share = cacheShare(first, parallelism);
  const { peak } = inferencePerDevice(model, options);
  return (stateElements, elementBytes) =>
    peak + layers * (kind.layers * stateElements * elementBytes * share - kept);
}

/**
 * The same where the layers of `kind` have `attention` in place of theirs: what an edit of the config makes of the
 * model. With fewer key/value heads the weights that make keys and values are smaller too.
 */
export function peakWithAttention(
  model: ModelSpec,
  options: EstimateOptions,
  kind: AttentionKind,
  attention: AttentionSpec,
): number | undefined {
  if (cacheTermsOf(model, options, kind).length === 0) return undefined;
  return inferencePerDevice(withAttention(model, kind, attention), options).peak;
}

function cacheTermsOf(model: ModelSpec, options: EstimateOptions, { attention }: AttentionKind): Term[] {
  const wanted = JSON.stringify(attention);
  return kvCacheTerms(model, options).filter(({ at }) => JSON.stringify(at?.attention) === wanted);
}

function withAttention(model: ModelSpec, kind: AttentionKind, attention: AttentionSpec): ModelSpec {
  const wanted = JSON.stringify(kind.attention);
  const changed = (layers: LayerKind): LayerKind =>
    JSON.stringify(layers.attention) === wanted
      ? {
          ...layers,
          attention,
          weights: layers.weights.map((weight) => withKeyValueHeads(weight, attention)),
        }
      : layers;
  return {
    ...model,
    stacks: model.stacks.map((stack) => ({ ...stack, layerKinds: stack.layerKinds.map(changed) })),
  };
}

function withKeyValueHeads(weight: WeightSpec, { heads, kvHeads }: AttentionSpec): WeightSpec {
  if (weight.part !== 'attention') return weight;
  const values = new Map([
    ['kv', kvHeads],
    ['(a + 2·kv)', heads + 2 * kvHeads],
  ]);
  return {
    ...weight,
    shape: weight.shape.map((factor) => ({ ...factor, value: values.get(factor.symbol) ?? factor.value })),
  };
}
