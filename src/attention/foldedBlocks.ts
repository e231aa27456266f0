import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import { keyElements, queryElements } from './attentionCost';
import { groupSize, joinRows, maskedScore, sliceRows } from './layout';
import type { AttentionShape } from './mechanism';
import type { Triple } from './triple';
import type { WindowCost } from './windowAttention';
import { boundedRows, type WindowPattern } from './windowPlan';

/**
 * Attention to a window and a prefix with the chunks of queries folded into the batch: every chunk attends to its own
 * and the neighbouring chunks of keys and to the prefix, all in one MatMul, Softmax, MatMul (Beltagy et al. 2020 use
 * the same folding). Few large operators of the standard set, so it suits a GPU and is right wherever
 * MatMul and Softmax are; it holds n × (rows + reach) scores, never n × n. q, k, v and the result are token-major;
 * `scope` leads the names of nodes and constants.
 * Where attention is bidirectional, the rows of the prefix itself get no more than their window and the prefix.
 */
export function attendFolded(
  graph: GraphBuilder,
  shape: AttentionShape,
  pattern: WindowPattern,
  [q, k, v]: Triple,
  scope = '',
): Value {
  const { batch, n, heads, kvHeads, headDim, dtype } = shape;
  const { rows, chunks, width } = geometryOf(shape, pattern);
  const g = groupSize(shape);
  const padded = chunks * rows;

  const queries = graph.node(
    'Transpose',
    [
      graph.node('Reshape', [
        pad(graph, q, 0, padded - n),
        graph.ints([batch * chunks, rows, kvHeads, g, headDim]),
      ]),
    ],
    { attributes: { perm: [0, 2, 3, 1, 4] } },
  );
  const windows = chunkWindows(graph, shape, pattern);
  const keys = graph.node('Transpose', [windows(k)], { attributes: { perm: [0, 2, 3, 4, 1] } });
  const values = graph.node('Transpose', [windows(v)], { attributes: { perm: [0, 2, 3, 1, 4] } });

  const scaled = graph.node('Mul', [queries, graph.scalar(dtype, 1 / Math.sqrt(headDim))], {
    name: `layer/${scope}all/scale`,
  });
  const scores = graph.node('MatMul', [scaled, keys], { name: `layer/${scope}all/qk` });
  const band = graph.constant(`${scope}band`, dtype, [1, 1, 1, rows, width], bandMask(shape, pattern));
  const banded = graph.node('Add', [scores, band], { name: `layer/${scope}all/mask_band` });
  const outside = graph.constant(
    `${scope}outside`,
    dtype,
    [batch * chunks, 1, 1, 1, width],
    outsideMask(shape, pattern),
  );
  const valid = graph.node('Add', [banded, outside], { name: `layer/${scope}all/mask_outside` });
  const probabilities = graph.node('Softmax', [valid], {
    name: `layer/${scope}all/softmax`,
    attributes: { axis: -1 },
  });
  const context = graph.node('MatMul', [probabilities, values], { name: `layer/${scope}all/pv` });
  const tokens = graph.node('Reshape', [
    graph.node('Transpose', [context], { attributes: { perm: [0, 3, 1, 2, 4] } }),
    graph.ints([batch, padded, heads * headDim]),
  ]);
  return padded === n ? tokens : sliceRows(graph, tokens, 1, 0, n);
}

/** The cost of `attendFolded` with the same arguments. */
export function foldedCost(shape: AttentionShape, pattern: WindowPattern): WindowCost {
  const { rows, chunks, width } = geometryOf(shape, pattern);
  const executedPairs = chunks * rows * width;
  const overlap = width / rows;
  // Two buffers of scores live at once, beside the overlapping windows of keys and values.
  const scores = 2 * shape.batch * shape.heads * executedPairs;
  return { executedPairs, elements: scores + queryElements(shape) + 3 * overlap * keyElements(shape) };
}

interface Geometry {
  /** Queries a chunk, and chunks in all. */
  readonly rows: number;
  readonly chunks: number;
  /** Neighbouring chunks before and after a chunk's own. */
  readonly before: number;
  readonly after: number;
  /** Keys that a chunk attends to: the prefix, and those of all these chunks. */
  readonly width: number;
}

function geometryOf(shape: AttentionShape, { behind, ahead, prefix }: WindowPattern): Geometry {
  const half = Math.ceil(Math.max(behind, ahead) / 2);
  const usual = boundedRows(shape.n, half);
  // A causal chunk inside the prefix finds the prefix's later keys in its own band, which must reach that far.
  const rows = shape.causal && prefix > 0 ? Math.min(usual, behind + 1) : usual;
  const chunks = Math.ceil(shape.n / rows);
  const before = Math.min(chunks - 1, Math.ceil(behind / rows));
  const after = Math.min(chunks - 1, Math.ceil(ahead / rows));
  return { rows, chunks, before, after, width: prefix + (before + 1 + after) * rows };
}

function pad(graph: GraphBuilder, value: Value, front: number, back: number): Value {
  return front === 0 && back === 0
    ? value
    : graph.node('Pad', [value, graph.ints([0, front, 0, 0, back, 0])]);
}

/** The keys or values of each chunk: [batch·chunks, width, kvHeads, 1, headDim]. */
function chunkWindows(
  graph: GraphBuilder,
  shape: AttentionShape,
  pattern: WindowPattern,
): (value: Value) => Value {
  const { batch, n, kvHeads, headDim } = shape;
  const { rows, chunks, before, after } = geometryOf(shape, pattern);
  const { prefix } = pattern;
  const padded = chunks * rows;
  const folded = (value: Value, tokens: number): Value =>
    graph.node('Reshape', [value, graph.ints([batch * chunks, tokens, kvHeads, 1, headDim])]);
  return (value) => {
    const whole = pad(graph, value, before * rows, padded - n + after * rows);
    const parts = Array.from({ length: before + 1 + after }, (_, index) =>
      folded(sliceRows(graph, whole, 1, index * rows, index * rows + padded), rows),
    );
    if (prefix === 0) return joinRows(graph, parts);
    const leading = graph.node('Reshape', [
      sliceRows(graph, value, 1, 0, prefix),
      graph.ints([batch, 1, prefix, kvHeads * headDim]),
    ]);
    const repeated = graph.node('Expand', [leading, graph.ints([batch, chunks, prefix, kvHeads * headDim])]);
    return joinRows(graph, [folded(repeated, prefix), ...parts]);
  };
}

/** Masks what is further from a query than the band reaches; the columns of the prefix stay open. */
function bandMask(shape: AttentionShape, pattern: WindowPattern): Float32Array {
  const { rows, before, width } = geometryOf(shape, pattern);
  const values = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    for (let column = pattern.prefix; column < width; column++) {
      const distance = column - pattern.prefix - before * rows - row;
      if (distance > pattern.ahead || -distance > pattern.behind) {
        values[row * width + column] = maskedScore(shape.dtype);
      }
    }
  }
  return values;
}

/**
 * Masks the keys of a chunk's window before the first and after the last token, and of two columns that hold the same
 * key, one: a key of the prefix counts as prefix. A causal chunk takes only what lies before it as prefix.
 */
function outsideMask(shape: AttentionShape, pattern: WindowPattern): Float32Array {
  const { rows, chunks, before, width } = geometryOf(shape, pattern);
  const { prefix } = pattern;
  const values = new Float32Array(shape.batch * chunks * width);
  for (let chunk = 0; chunk < shape.batch * chunks; chunk++) {
    const start = (chunk % chunks) * rows;
    const seen = shape.causal ? Math.min(prefix, start) : prefix;
    for (let column = 0; column < width; column++) {
      const key = start - before * rows + column - prefix;
      const open = column < prefix ? column < seen : key >= seen && key < shape.n;
      if (!open) values[chunk * width + column] = maskedScore(shape.dtype);
    }
  }
  return values;
}
