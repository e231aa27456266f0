import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import type { FeatureMap } from './featureMap';
import type { RunDType } from './mechanism';
import { addScaled, dot } from './referenceVectors';
import { seededNormal } from './seeded';

const SEED = 20_090_1479;

/**
 * Positive orthogonal random features of the softmax kernel (Choromanski et al. 2020, section 2.3 and 2.4):
 * φ(x) = exp(ωⱼ·x′ − |x′|²/2)/√m with x′ = x/d^¼, so that the mean of φ(q)·φ(k) is exp(q·k/√d). The 1/√m
 * is left out: it is in numerator and denominator alike.
 */
export function randomFeatures(headDim: number, count: number): FeatureMap {
  const scale = headDim ** -0.25;
  // Drawn where they are needed: the cost alone asks for none.
  const directions = (): Float64Array => drawnDirections(headDim, count);
  const vector = new Float64Array(headDim);
  const matrices = new WeakMap<GraphBuilder, Value>();
  const project = (graph: GraphBuilder, dtype: RunDType, x: Value): Value => {
    const matrix = matrices.get(graph) ?? projection(graph, dtype, headDim, count, directions(), scale);
    matrices.set(graph, matrix);
    return graph.node('MatMul', [x, matrix]);
  };
  return {
    count,
    flops: 2 * headDim * count,
    shifted: true,
    query(graph, dtype, queries) {
      const scores = project(graph, dtype, queries);
      // −|q′|²/2 and the maximum are factors of the row, which the quotient does without.
      const largest = graph.node('ReduceMax', [scores, graph.ints([-1])], { attributes: { keepdims: 1 } });
      return graph.node('Exp', [graph.node('Sub', [scores, largest])]);
    },
    key(graph, dtype, keys, tokenAxis, before) {
      const scores = project(graph, dtype, keys);
      const squares = graph.node('ReduceSumSquare', [keys, graph.ints([-1])], {
        attributes: { keepdims: 1 },
      });
      const halfNorm = graph.node('Mul', [squares, graph.scalar(dtype, (scale * scale) / 2)]);
      const rows = graph.node('Sub', [
        graph.node('ReduceMax', [scores, graph.ints([-1])], { attributes: { keepdims: 1 } }),
        halfNorm,
      ]);
      const here = graph.node('ReduceMax', [rows, graph.ints([tokenAxis])], { attributes: { keepdims: 1 } });
      const shift = before === undefined ? here : graph.node('Max', [here, before]);
      const exponents = graph.node('Sub', [scores, graph.node('Add', [halfNorm, shift])]);
      return { features: graph.node('Exp', [exponents]), shift };
    },
    write(values, offset, result, at) {
      const rows = directions();
      for (let index = 0; index < headDim; index++) vector[index] = values[offset + index] ?? NaN;
      const halfNorm = (dot(vector, 0, vector, 0, headDim) * scale * scale) / 2;
      for (let feature = 0; feature < count; feature++) {
        const score = dot(rows, feature * headDim, vector, 0, headDim);
        result[at + feature] = Math.exp(score * scale - halfNorm);
      }
    },
  };
}

/** The directions as a matrix of the graph, d^−¼ folded in: [headDim, count]. */
function projection(
  graph: GraphBuilder,
  dtype: RunDType,
  headDim: number,
  count: number,
  directions: Float64Array,
  scale: number,
): Value {
  const matrix = new Float32Array(headDim * count);
  for (let feature = 0; feature < count; feature++) {
    for (let index = 0; index < headDim; index++) {
      matrix[index * count + feature] = (directions[feature * headDim + index] ?? NaN) * scale;
    }
  }
  return graph.constant('random_features', dtype, [headDim, count], matrix);
}

/** What was drawn last: a run asks for the same directions at every length, for graphs and reference alike. */
let lastDrawn: { readonly headDim: number; readonly count: number; readonly rows: Float64Array } | undefined;

function drawnDirections(headDim: number, count: number): Float64Array {
  if (lastDrawn?.headDim !== headDim || lastDrawn.count !== count) {
    lastDrawn = { headDim, count, rows: orthogonalDirections(headDim, count) };
  }
  return lastDrawn.rows;
}

/**
 * `count` directions of `headDim` numbers, row-major: in each group of headDim rows orthogonal (Gram and Schmidt),
 * with the lengths of independent normal vectors, so that each row alone is a normal vector.
 */
function orthogonalDirections(headDim: number, count: number): Float64Array {
  const normal = Float64Array.from(seededNormal(SEED, count * headDim));
  const result = new Float64Array(count * headDim);
  const lengths = seededNormal(SEED + 1, count * headDim);
  for (let row = 0; row < count; row++) {
    const current = normal.slice(row * headDim, (row + 1) * headDim);
    for (let other = row - (row % headDim); other < row; other++) {
      const overlap = dot(current, 0, normal, other * headDim, headDim);
      addScaled(current, -overlap, normal, other * headDim);
    }
    const size = Math.hypot(...current);
    const length = Math.hypot(...lengths.subarray(row * headDim, (row + 1) * headDim));
    for (let index = 0; index < headDim; index++) {
      // `normal` keeps the unit vectors that later rows are made orthogonal to.
      normal[row * headDim + index] = (current[index] ?? 0) / size;
      result[row * headDim + index] = ((current[index] ?? 0) / size) * length;
    }
  }
  return result;
}
