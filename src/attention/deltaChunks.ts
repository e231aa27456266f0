import { GraphBuilder, type Value } from '../onnx/graphBuilder';
import type { GraphDescription } from '../onnx/modelProto';
import { blockTokens, chunkedBlocks, foldChunks, unfoldChunks, type ChunkedBlock } from './chunkedBlocks';
import { entryByEntry, tokensOf } from './tokenBlocks';
import { declareInputs, groupSize, joinRows } from './layout';
import type { AttentionShape } from './mechanism';
import { productTurnedLeft, productTurnedRight } from './turnedProduct';

/** The gated delta rule of each key/value head. */
export interface DeltaGates {
  /** γ, by which the state shrinks a token. */
  readonly decays: readonly number[];
  /** β, how much of the correction is written. */
  readonly rates: readonly number[];
  /** Factor of the outputs. */
  readonly scale: number;
  /** Makes queries and keys, [rows, kvHeads, inner, headDim], unit vectors. */
  readonly normalise: (graph: GraphBuilder, value: Value) => Value;
}

/** Tokens of a chunk: fewer make the chain longer, more the inversion dearer. */
const CHUNK = 32;
/** Chunks of a block, whose tensors stay in the caches; more where a call would have very many blocks. */
const CHUNKS = 8;
const MOST_BLOCKS = 128;

/** The blocks in which the graph goes over one batch entry. */
export function deltaBlocks({ batch, n }: AttentionShape): ChunkedBlock[] {
  const chunks = Math.max(CHUNKS, Math.ceil((batch * n) / (MOST_BLOCKS * CHUNK)));
  return chunkedBlocks(n, chunks, CHUNK);
}

/** Products of two matrices of size² that invert a chunk's matrix. */
export function inversionProducts(size: number): number {
  return Math.max(0, 2 * (levelsOf(size) - 1));
}

function levelsOf(size: number): number {
  return Math.ceil(Math.log2(size));
}

/**
 * Sₜ = γSₜ₋₁ + kₜuₜᵀ with uₜ = β(vₜ − γSₜ₋₁ᵀkₜ), in chunks (Yang et al. 2024, arXiv 2412.06464, section 3.3). Within
 * a chunk (I + A)U = βV − β·diag(γⁱ)KS for Aᵢⱼ = βγ^(i−j) kᵢ·kⱼ, j < i; with T = (I + A)⁻¹β the state at its end is
 * (γᶜI − K′ᵀW)S + K′ᵀTV, where W = T·diag(γⁱ)K and K′ᵢ = γ^(C−i)kᵢ: all but this product is made for the chunks of a
 * block at once. Operators of the standard set alone: FusedMatMul is no faster here.
 */
export function deltaChunksGraph(shape: AttentionShape, gates: DeltaGates): GraphDescription {
  const { heads, kvHeads, headDim, dtype } = shape;
  const graph = new GraphBuilder('delta_chunks');
  const { q, k, v } = declareInputs(graph, shape);
  const known = new Map<number, Coefficients>();
  const coefficientsOf = (size: number): Coefficients => {
    const made = known.get(size) ?? makeCoefficients(graph, shape, gates, size);
    known.set(size, made);
    return made;
  };
  return entryByEntry(graph, shape, (entry) => {
    let state = graph.node('Expand', [graph.scalar(dtype, 0), graph.ints([kvHeads, 1, headDim, headDim])]);
    // The state at a block's end is made when the next block asks: a node that nothing reads would run first.
    let following = (): Value => state;
    return deltaBlocks(shape).map((block) => {
      state = following();
      const part = (value: Value): Value =>
        tokensOf(graph, shape, value, entry, block.start, block.start + blockTokens(block));
      const keys = foldChunks(graph, shape, block, gates.normalise(graph, part(k)), 1, headDim);
      const values = foldChunks(graph, shape, block, part(v), 1, headDim);
      const c = coefficientsOf(block.size);
      const inverse = invert(graph, productTurnedRight(graph, keys, keys, 'standard'), c);
      const written = graph.node('MatMul', [inverse, values]);
      const read = graph.node('MatMul', [inverse, graph.node('Mul', [keys, c.sinceStart])]);
      const late = graph.node('Mul', [keys, c.tillEnd]);
      const steps = graph.node('Sub', [c.kept, productTurnedLeft(graph, late, read, 'standard')]);
      const sums = productTurnedLeft(graph, late, written, 'standard');

      const states = chain(graph, block, state, steps, sums);
      following = states.after;
      const updates = graph.node('Sub', [written, graph.node('MatMul', [read, states.before])]);
      const queries = foldChunks(
        graph,
        shape,
        block,
        gates.normalise(graph, part(q)),
        groupSize(shape),
        headDim,
      );
      const across = graph.node('MatMul', [graph.node('Mul', [queries, c.queries]), states.before]);
      const scores = graph.node('Mul', [productTurnedRight(graph, queries, keys, 'standard'), c.visible]);
      const all = graph.node('Add', [across, graph.node('MatMul', [scores, updates])]);
      const rows = unfoldChunks(graph, shape, block, all, headDim);
      return graph.node('Reshape', [rows, graph.ints([1, blockTokens(block), heads * headDim])]);
    });
  });
}

/** S ← step·S + sum, chunk after chunk: the states at the chunks' starts, and what makes the one at the end. */
function chain(
  graph: GraphBuilder,
  { chunks }: ChunkedBlock,
  state: Value,
  steps: Value,
  sums: Value,
): { before: Value; after: () => Value } {
  const apart = (value: Value): Value[] =>
    chunks === 1
      ? [value]
      : graph.nodeWithOutputs('Split', [value, graph.ints(Array<number>(chunks).fill(1))], chunks, {
          attributes: { axis: 1 },
        });
  const [stepList, sumList] = [apart(steps), apart(sums)];
  const advance = (from: Value, chunk: number): Value =>
    graph.node('Add', [graph.node('MatMul', [stepList[chunk], from]), sumList[chunk]]);
  const states = [state];
  for (let chunk = 0; chunk < chunks - 1; chunk++) states.push(advance(states[chunk] ?? state, chunk));
  return {
    before: joinRows(graph, states, 1),
    after: () => advance(states[chunks - 1] ?? state, chunks - 1),
  };
}

/**
 * (I + A)⁻¹β of unit lower triangular matrices, the blocks on the diagonal doubling in size: with T their inverse and
 * B what stands between two neighbours, the inverse of both is T − TBT. As sure as solving row by row, where the
 * powers of A may be large.
 */
function invert(graph: GraphBuilder, products: Value, { identity, between, rates }: Coefficients): Value {
  let inverse = identity;
  between.forEach((coefficient, level) => {
    const part = graph.node('Mul', [products, coefficient]);
    const correction =
      level === 0 ? part : graph.node('MatMul', [graph.node('MatMul', [inverse, part]), inverse]);
    inverse = graph.node('Sub', [inverse, correction]);
  });
  return graph.node('Mul', [inverse, rates]);
}

/** Constants of chunks of one size C; i and j count from 1. */
interface Coefficients {
  /** [kvHeads, 1, C, C]. */
  readonly identity: Value;
  /** [kvHeads, 1, 1, 1]: β. */
  readonly rates: Value;
  /** [kvHeads, 1, C, C] for each level: βγ^(i−j) between neighbouring blocks of 2^level tokens. */
  readonly between: readonly Value[];
  /** [kvHeads, 1, C, 1]: γⁱ. */
  readonly sinceStart: Value;
  /** [kvHeads, 1, C, 1]: γ^(C−i). */
  readonly tillEnd: Value;
  /** [kvHeads, 1, d, d]: γᶜ on the diagonal. */
  readonly kept: Value;
  /** [kvHeads, 1, group·C, 1]: γⁱ times the scale. */
  readonly queries: Value;
  /** [kvHeads, 1, group·C, C]: γ^(i−j) times the scale for j ≤ i. */
  readonly visible: Value;
}

function makeCoefficients(
  graph: GraphBuilder,
  shape: AttentionShape,
  { decays, rates, scale }: DeltaGates,
  size: number,
): Coefficients {
  const { headDim, dtype } = shape;
  const g = groupSize(shape);
  const constant = (
    name: string,
    [rows, columns]: readonly [number, number],
    value: (gamma: number, beta: number, i: number, j: number) => number,
  ): Value => {
    const values = decays.flatMap((gamma, head) =>
      Array.from({ length: rows * columns }, (_, index) =>
        value(gamma, rates[head] ?? NaN, Math.floor(index / columns), index % columns),
      ),
    );
    return graph.constant(`${name}_${String(size)}`, dtype, [decays.length, 1, rows, columns], values);
  };
  const neighbours = (i: number, j: number, level: number): boolean =>
    i >> (level + 1) === j >> (level + 1) && i >> level > j >> level;
  return {
    identity: constant('identity', [size, size], (_gamma, _beta, i, j) => (i === j ? 1 : 0)),
    rates: constant('rates', [1, 1], (_gamma, beta) => beta),
    between: Array.from({ length: levelsOf(size) }, (_, level) =>
      constant(`between_${String(level)}`, [size, size], (gamma, beta, i, j) =>
        neighbours(i, j, level) ? beta * gamma ** (i - j) : 0,
      ),
    ),
    sinceStart: constant('since_start', [size, 1], (gamma, _beta, i) => gamma ** (i + 1)),
    tillEnd: constant('till_end', [size, 1], (gamma, _beta, i) => gamma ** (size - 1 - i)),
    kept: constant('kept', [headDim, headDim], (gamma, _beta, i, j) => (i === j ? gamma ** size : 0)),
    queries: constant('queries', [g * size, 1], (gamma, _beta, i) => scale * gamma ** ((i % size) + 1)),
    visible: constant('visible', [g * size, size], (gamma, _beta, i, j) =>
      i % size >= j ? scale * gamma ** ((i % size) - j) : 0,
    ),
  };
}
