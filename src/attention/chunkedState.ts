import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import { foldChunks, unfoldChunks, type ChunkedBlock } from './chunkedBlocks';
import { groupSize } from './layout';
import type { AttentionShape } from './mechanism';
import { productTurnedLeft, productTurnedRight, type Operators } from './turnedProduct';

/** How the state is forgotten: γ of each key/value head, and a factor of the outputs. */
interface Decay {
  readonly decays: readonly number[];
  readonly scale: number;
}

/**
 * Causal attention without a softmax, oᵢ = qᵢ·Sᵢ with Sᵢ = γSᵢ₋₁ + kᵢvᵢᵀ, in chunks: pairs within a chunk by a
 * MatMul with the mask γ^(i−j), all that came before by the state at the chunk's start (Sun et al. 2023,
 * equations 6 and 7, of which γ = 1 is the linear attention of Katharopoulos et al. 2020).
 */
export class ChunkedState {
  private readonly geometries = new Map<string, Geometry>();
  /** Makes the state at the end of the block before. Only on demand: a node that nothing reads would run first. */
  private current: () => Value;

  /** `decay` absent: γ is 1, and so is the scale. */
  public constructor(
    private readonly graph: GraphBuilder,
    private readonly shape: AttentionShape,
    private readonly features: number,
    private readonly width: number,
    private readonly decay?: Decay,
    private readonly operators: Operators = 'runtime',
  ) {
    this.current = () => this.empty();
  }

  /** Begins a new sequence: the state is empty. */
  public restart(): void {
    this.current = () => this.empty();
  }

  /** Multiplies what was summed so far by `factor`, [kvHeads, 1, 1, 1]. */
  public scale(factor: Value): void {
    const before = this.current;
    this.current = () => this.graph.node('Mul', [before(), factor]);
  }

  /**
   * The outputs of a block, [rows, kvHeads, group, width], from its queries [rows, kvHeads, group, features], keys
   * [rows, kvHeads, 1, features] and values [rows, kvHeads, 1, width]; the state then is that at the block's end.
   */
  public next(block: ChunkedBlock, [q, k, v]: readonly [Value, Value, Value]): Value {
    const { graph, features, width, operators } = this;
    const geometry = this.geometryOf(block);
    // The state first: what it still reads of the block before is then free before this block's tensors are made.
    const state = this.current();
    const keys = foldChunks(graph, this.shape, block, k, 1, features);
    const values = foldChunks(graph, this.shape, block, v, 1, width);
    const before = this.carry(geometry, state, block.chunks, () => {
      const late = geometry.keyDecay === undefined ? keys : graph.node('Mul', [keys, geometry.keyDecay]);
      return productTurnedLeft(graph, late, values, operators);
    });

    const queries = foldChunks(graph, this.shape, block, q, groupSize(this.shape), features);
    const early =
      geometry.queryDecay === undefined ? queries : graph.node('Mul', [queries, geometry.queryDecay]);
    const across = graph.node('MatMul', [early, before]);
    const scores = productTurnedRight(graph, queries, keys, operators);
    const within = graph.node('MatMul', [graph.node('Mul', [scores, geometry.mask]), values]);
    return unfoldChunks(graph, this.shape, block, graph.node('Add', [across, within]), width);
  }

  /** The states at the chunks' starts, [kvHeads, chunks, features, width]; sets what makes the one at the end. */
  private carry(geometry: Geometry, state: Value, chunks: number, sums: () => Value): Value {
    const { graph, features, width } = this;
    const { kvHeads } = this.shape;
    if (chunks === 1) {
      const { kept } = geometry;
      this.current = () =>
        graph.node('Add', [kept === undefined ? state : graph.node('Mul', [state, kept]), sums()]);
      return state;
    }
    const joined = graph.node('Reshape', [
      graph.node('Concat', [state, sums()], { attributes: { axis: 1 } }),
      graph.ints([kvHeads, chunks + 1, features * width]),
    ]);
    const states = (matrix: Value, count: number): Value =>
      graph.node('Reshape', [
        graph.node('MatMul', [matrix, joined]),
        graph.ints([kvHeads, count, features, width]),
      ]);
    this.current = () => states(geometry.after, 1);
    return states(geometry.before, chunks);
  }

  private empty(): Value {
    const { kvHeads, dtype } = this.shape;
    return this.graph.node('Expand', [
      this.graph.scalar(dtype, 0),
      this.graph.ints([kvHeads, 1, this.features, this.width]),
    ]);
  }

  private geometryOf({ chunks, size }: ChunkedBlock): Geometry {
    const key = `${String(chunks)}x${String(size)}`;
    const known = this.geometries.get(key);
    if (known !== undefined) return known;
    const made = makeGeometry(this.graph, this.shape, chunks, size, this.decay, key);
    this.geometries.set(key, made);
    return made;
  }
}

/** Constants of blocks of one size; the first axis is that of the key/value heads, or 1 where γ is 1. */
interface Geometry {
  /** [heads, 1, group·size, size]: γ^(i−j) for the keys j that query i sees, 0 for the others. */
  readonly mask: Value;
  /** [heads, 1, group·size, 1]: γ^(i+1), which a chunk's queries see of the state before it. */
  readonly queryDecay?: Value;
  /** [heads, 1, size, 1]: γ^(size−1−j), which is left of a key at the chunk's end. */
  readonly keyDecay?: Value;
  /** [heads, 1, 1, 1]: γ^size, which a chunk leaves of the state before it. */
  readonly kept?: Value;
  /** [heads, chunks, chunks + 1]: the states at the chunks' starts from the one before the block and their sums. */
  readonly before: Value;
  /** [heads, 1, chunks + 1]: the state at the block's end. */
  readonly after: Value;
}

function makeGeometry(
  graph: GraphBuilder,
  shape: AttentionShape,
  chunks: number,
  size: number,
  decay: Decay | undefined,
  suffix: string,
): Geometry {
  const g = groupSize(shape);
  const { decays, scale } = decay ?? { decays: [1], scale: 1 };
  const constant = (
    name: string,
    dims: readonly number[],
    power: (index: number) => number,
    factor = 1,
  ): Value => {
    const each = dims.reduce((product, dim) => product * dim, 1);
    const values = decays.flatMap((gamma) =>
      Array.from({ length: each }, (_, index) => {
        const exponent = power(index);
        return exponent < 0 ? 0 : factor * gamma ** exponent;
      }),
    );
    return graph.constant(`${name}_${suffix}`, shape.dtype, [decays.length, ...dims], values);
  };
  // A state that is `waiting` chunks away has decayed over all their tokens.
  const carried = (chunk: number, source: number): number => {
    const waiting = chunk - source;
    return waiting < 0 ? -1 : waiting * size;
  };
  return {
    mask: constant(
      'within',
      [1, g * size, size],
      (index) => (Math.floor(index / size) % size) - (index % size),
      scale,
    ),
    before: constant('before', [chunks, chunks + 1], (index) =>
      carried(Math.floor(index / (chunks + 1)), index % (chunks + 1)),
    ),
    after: constant('after', [1, chunks + 1], (index) => carried(chunks, index)),
    ...(decay === undefined
      ? {}
      : {
          kept: constant('kept', [1, 1, 1], () => size),
          queryDecay: constant('query_decay', [1, g * size, 1], (index) => (index % size) + 1, scale),
          keyDecay: constant('key_decay', [1, size, 1], (index) => size - 1 - index),
        }),
  };
}
