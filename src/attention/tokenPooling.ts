import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import { joinRows, sliceRows } from './layout';

/** A token-major tensor, [batch, n, width]. */
export interface Tokens {
  readonly value: Value;
  readonly batch: number;
  readonly n: number;
  readonly width: number;
}

/**
 * Means of `stride` tokens, one after another; the last is of those that are left. [batch, ⌈n/stride⌉, width]
 */
export function poolTokens(graph: GraphBuilder, tokens: Tokens, stride: number): Value {
  const { value, batch, n, width } = tokens;
  if (stride === 1) return value;
  const whole = Math.floor(n / stride);
  const parts: Value[] = [];
  if (whole > 0) {
    const divisible = whole * stride === n ? value : sliceRows(graph, value, 1, 0, whole * stride);
    const split = graph.node('Reshape', [divisible, graph.ints([batch, whole, stride, width])]);
    parts.push(graph.node('ReduceMean', [split, graph.ints([2])], { attributes: { keepdims: 0 } }));
  }
  if (whole * stride < n) {
    const rest = sliceRows(graph, value, 1, whole * stride, n);
    parts.push(graph.node('ReduceMean', [rest, graph.ints([1])], { attributes: { keepdims: 1 } }));
  }
  return joinRows(graph, parts);
}

/** The inverse for outputs: each row `stride` times, cut to n. [batch, ⌈n/stride⌉, width] → [batch, n, width] */
export function repeatTokens(graph: GraphBuilder, { value, batch, n, width }: Tokens, stride: number): Value {
  if (stride === 1) return value;
  const pooled = Math.ceil(n / stride);
  const single = graph.node('Reshape', [value, graph.ints([batch, pooled, 1, width])]);
  const repeated = graph.node('Expand', [single, graph.ints([batch, pooled, stride, width])]);
  const all = graph.node('Reshape', [repeated, graph.ints([batch, pooled * stride, width])]);
  return pooled * stride === n ? all : sliceRows(graph, all, 1, 0, n);
}
