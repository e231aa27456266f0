import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import type { AttentionShape, RunDType } from './mechanism';

/** The graph's inputs q, k, v in the token-major layout of AttentionShape. */
export function declareInputs(graph: GraphBuilder, shape: AttentionShape): { q: Value; k: Value; v: Value } {
  const { batch, n, heads, kvHeads, headDim, dtype } = shape;
  return {
    q: graph.input('q', dtype, [batch, n, heads * headDim]),
    k: graph.input('k', dtype, [batch, n, kvHeads * headDim]),
    v: graph.input('v', dtype, [batch, n, kvHeads * headDim]),
  };
}

/** Declares `value` as the graph's output o: [batch, n, heads·headDim]. */
export function declareOutput(graph: GraphBuilder, shape: AttentionShape, value: Value): void {
  graph.output('o', value, shape.dtype, outputDims(shape));
}

export function outputDims(shape: AttentionShape): number[] {
  return [shape.batch, shape.n, shape.heads * shape.headDim];
}

/** Query heads that share one key/value head. */
export function groupSize(shape: AttentionShape): number {
  return shape.heads / shape.kvHeads;
}

/** Rows [start, end) of `value` along `axis`. */
export function sliceRows(
  graph: GraphBuilder,
  value: Value,
  axis: number,
  start: number,
  end: number,
): Value {
  return graph.node('Slice', [value, graph.ints([start]), graph.ints([end]), graph.ints([axis])]);
}

/** Concatenates along the tokens, which are `axis`. Throws RangeError where there is nothing to join. */
export function joinRows(graph: GraphBuilder, parts: readonly Value[], axis = 1): Value {
  const [only] = parts;
  if (only === undefined) throw new RangeError('attention needs at least one token');
  return parts.length === 1 ? only : graph.node('Concat', parts, { attributes: { axis } });
}

/** Whole numbers in float32 as indices: WebGPU has no kernels for those of 64 bits. */
export function asIndex(graph: GraphBuilder, value: Value): Value {
  return graph.node('Cast', [value], { attributes: { to: 6 } });
}

/** Parts of `value` along `axis`, of these sizes, which add up to it. */
export function splitRows(
  graph: GraphBuilder,
  value: Value,
  axis: number,
  sizes: readonly number[],
): Value[] {
  if (sizes.length === 1) return [value];
  return graph.nodeWithOutputs('Split', [value, graph.ints(sizes)], sizes.length, { attributes: { axis } });
}

/**
 * A score so low that its softmax is exactly zero, and finite: −∞ turns a fully masked row into NaN
 * in some kernels, and float16 ends at 65504.
 */
export function maskedScore(dtype: RunDType): number {
  return dtype === 'float16' ? -10_000 : -1e30;
}

/** Masks the keys after a row's own, behind `open` columns that all rows see: [group·length, open + length] */
export function triangle(
  dtype: RunDType,
  length: number,
  { group = 1, open = 0 }: { readonly group?: number; readonly open?: number } = {},
): Float32Array {
  const width = open + length;
  const values = new Float32Array(group * length * width);
  for (let row = 0; row < group * length; row++) {
    values.fill(maskedScore(dtype), row * width + open + (row % length) + 1, (row + 1) * width);
  }
  return values;
}

/**
 * Stacks the query heads of a group as further rows of their key/value head, so that a multi-head
 * kernel with kvHeads heads computes grouped-query attention without copying keys and values
 * (Ainslie et al. 2023, arXiv 2305.13245, describes the grouping).
 * [batch, n, heads·d] → [batch, g, n, kvHeads·d]; for g = 1 a reshape only.
 */
export function groupQueries(graph: GraphBuilder, shape: AttentionShape, q: Value): Value {
  const { batch, n, kvHeads, headDim } = shape;
  const g = groupSize(shape);
  if (g === 1) return graph.node('Reshape', [q, graph.ints([batch, 1, n, kvHeads * headDim])]);
  const split = graph.node('Reshape', [q, graph.ints([batch, n, kvHeads, g, headDim])]);
  const grouped = graph.node('Transpose', [split], { attributes: { perm: [0, 3, 1, 2, 4] } });
  return graph.node('Reshape', [grouped, graph.ints([batch, g, n, kvHeads * headDim])]);
}

/** The inverse of `groupQueries`, for outputs. [batch, g, n, kvHeads·d] → [batch, n, heads·d] */
export function ungroupOutputs(graph: GraphBuilder, shape: AttentionShape, grouped: Value): Value {
  const { batch, n, kvHeads, headDim } = shape;
  const g = groupSize(shape);
  if (g === 1) return graph.node('Reshape', [grouped, graph.ints(outputDims(shape))]);
  const split = graph.node('Reshape', [grouped, graph.ints([batch, g, n, kvHeads, headDim])]);
  const merged = graph.node('Transpose', [split], { attributes: { perm: [0, 2, 3, 1, 4] } });
  return graph.node('Reshape', [merged, graph.ints(outputDims(shape))]);
}

/** Repeats each key/value head for its group: [batch, n, kvHeads·d] → [batch, n, heads·d]. */
export function repeatKeyValueHeads(graph: GraphBuilder, shape: AttentionShape, value: Value): Value {
  const { batch, n, heads, kvHeads, headDim } = shape;
  const g = groupSize(shape);
  if (g === 1) return value;
  const split = graph.node('Reshape', [value, graph.ints([batch, n, kvHeads, 1, headDim])]);
  const repeated = graph.node('Expand', [split, graph.ints([batch, n, kvHeads, g, headDim])]);
  return graph.node('Reshape', [repeated, graph.ints([batch, n, heads * headDim])]);
}
