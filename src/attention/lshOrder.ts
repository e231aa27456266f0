import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import { asIndex, joinRows, sliceRows } from './layout';
import { bucketOperator, EXACT, placesOfPowerOfTwo, type BucketOperator } from './lshHash';
import type { LshPlan } from './lshPlan';
import type { AttentionShape } from './mechanism';
import type { Operators } from './turnedProduct';

/** Tokens of some heads in the order of their buckets, as whole numbers in float32. */
export interface SortedTokens {
  /** Positions: [units, rounds, n] */
  readonly order: Value;
  /** The same in chunks, the last one filled up with position 0: [units·rounds, chunks, chunk] */
  readonly own: Value;
  /** What each chunk sees: [units·rounds, chunks, keys] */
  readonly seen: Value;
}

/** Sorts the tokens of `units` heads by their buckets, and brings them back; the constants are shared by all calls. */
export class LshOrder {
  private readonly bucketsOf: BucketOperator | undefined;
  private readonly made = new Map<string, Value>();

  public constructor(
    private readonly graph: GraphBuilder,
    private readonly shape: AttentionShape,
    private readonly plan: LshPlan,
    private readonly units: number,
    operators: Operators,
  ) {
    this.bucketsOf = plan.hash === undefined ? undefined : bucketOperator(graph, plan.hash, operators);
  }

  /** `queries`: [units, n, headDim] */
  public of(queries: Value): SortedTokens {
    const order = this.orderOf(queries);
    const own = this.inChunks(order, 0);
    return { order, own, seen: this.withChunkBefore(own) };
  }

  /** Chunks of an order, the last one filled up with `filler`: [units·rounds, chunks, chunk] */
  public inChunks(order: Value, filler: number): Value {
    const { graph, units } = this;
    const { rounds, chunks, chunk } = this.plan;
    const missing = chunks * chunk - this.shape.n;
    const fill = (): Value =>
      this.once(`filler ${String(filler)}`, () =>
        graph.node('Expand', [graph.scalar('float32', filler), graph.ints([units, rounds, missing])]),
      );
    const filled = missing === 0 ? order : joinRows(graph, [order, fill()], 2);
    return graph.node('Reshape', [filled, graph.ints([units * rounds, chunks, chunk])]);
  }

  /** Each chunk behind the one before it, the first behind the last: [units·rounds, chunks, keys] */
  public withChunkBefore(own: Value): Value {
    const { graph } = this;
    const { chunks } = this.plan;
    if (chunks === 1) return own;
    const [others, last] = graph.nodeWithOutputs('Split', [own, graph.ints([chunks - 1, 1])], 2, {
      attributes: { axis: 1 },
    });
    if (others === undefined || last === undefined) throw new RangeError('a split has two parts');
    return joinRows(graph, [joinRows(graph, [last, others]), own], 2);
  }

  /** Positions as rows of [units·n, headDim], chunk after chunk: int32 [units·rounds·chunks, tokens] */
  public rowsOf(positions: Value): Value {
    const { graph, units } = this;
    const { rounds, chunks } = this.plan;
    const calls = units * rounds;
    const whole = asIndex(graph, positions);
    const first = Array.from({ length: calls }, (_, call) => Math.floor(call / rounds) * this.shape.n);
    const rows = units === 1 ? whole : graph.node('Add', [whole, graph.int32s(first, [calls, 1, 1])]);
    return graph.node('Reshape', [rows, graph.ints([calls * chunks, -1])]);
  }

  /**
   * Outputs of all chunks, [units·rounds·chunks, chunk, headDim], in the order of the positions again: [units, n,
   * headDim]. Several rounds are weighed by their sums, of which a last column has the logarithms.
   */
  public bringBack({ order }: SortedTokens, context: Value): Value {
    const { graph, units } = this;
    const { n, headDim } = this.shape;
    const { rounds } = this.plan;
    const dims = graph.ints([units, n, headDim]);
    // Nothing was sorted, and nothing filled up.
    if (this.bucketsOf === undefined) return graph.node('Reshape', [context, dims]);
    const columns = rounds === 1 ? headDim : headDim + 1;
    const outputs = graph.node(
      'Gather',
      [graph.node('Reshape', [context, graph.ints([-1, columns])]), this.placesOf(order)],
      { attributes: { axis: 0 } },
    );
    if (rounds === 1) return graph.node('Reshape', [outputs, dims]);
    const sums = sliceRows(graph, outputs, 3, headDim, columns);
    const shares = graph.node('Softmax', [sums], { attributes: { axis: 2 } });
    const weighed = graph.node('MatMul', [
      graph.node('Reshape', [shares, graph.ints([units, n, 1, rounds])]),
      outputs,
    ]);
    return graph.node('Reshape', [sliceRows(graph, weighed, 3, 0, headDim), dims]);
  }

  private orderOf(queries: Value): Value {
    const { graph, units } = this;
    const { n, dtype } = this.shape;
    const { hash } = this.plan;
    if (this.bucketsOf === undefined || hash === undefined) {
      return this.once('all in order', () =>
        graph.node('Expand', [this.positions(), graph.ints([units, 1, n])]),
      );
    }
    const whole = dtype === 'float32' ? queries : graph.node('Cast', [queries], { attributes: { to: 1 } });
    const digits = this.bucketsOf(units, whole);
    const { digits: sizes } = hash;
    if (sizes.reduce((product, size) => product * size, placesOfPowerOfTwo(n)) <= EXACT) {
      return this.sorted(
        digits.reduce((sum, digit, index) =>
          graph.node('Add', [graph.node('Mul', [sum, graph.scalar('float32', sizes[index] ?? NaN)]), digit]),
        ),
      );
    }
    // By the lowest digit first: each further sort keeps the order of the one before it.
    let order: Value | undefined;
    for (const digit of digits.toReversed()) {
      const gather = (value: Value, at: Value): Value =>
        graph.node('GatherElements', [value, asIndex(graph, at)], { attributes: { axis: 2 } });
      order = order === undefined ? this.sorted(digit) : gather(order, this.sorted(gather(digit, order)));
    }
    if (order === undefined) throw new RangeError('a bucket has a digit');
    return order;
  }

  /**
   * Places of `keys` in ascending order, equal ones in the order of their places: [units, rounds, n]. No two numbers
   * that are sorted are alike, so that every device sorts alike.
   */
  private sorted(keys: Value): Value {
    const { graph } = this;
    const { n } = this.shape;
    const step = placesOfPowerOfTwo(n);
    const number = (value: number): Value => graph.scalar('float32', value);
    const unique = graph.node('Add', [graph.node('Mul', [keys, number(step)]), this.positions()]);
    const [ascending] = graph.nodeWithOutputs('TopK', [unique, graph.ints([n])], 2, {
      attributes: { axis: 2, largest: 0, sorted: 1 },
    });
    if (ascending === undefined) throw new RangeError('TopK has two outputs');
    // The indices have 64 bits, for which not every device has kernels: the place is in the number itself.
    const key = graph.node('Floor', [graph.node('Mul', [ascending, number(1 / step)])]);
    return graph.node('Sub', [ascending, graph.node('Mul', [key, number(step)])]);
  }

  /** Where each position went, among the rows of all chunks: int32 [units, n, rounds] */
  private placesOf(order: Value): Value {
    const { graph, units } = this;
    const { n } = this.shape;
    const { rounds, chunks, chunk } = this.plan;
    const zeros = this.once('zeros', () =>
      graph.node('Expand', [graph.scalar('int32', 0), graph.ints([units, rounds, n])]),
    );
    const sorted = this.once('sorted places', () => {
      const first = Array.from({ length: units * rounds }, (_, call) => call * chunks * chunk);
      return graph.node('Add', [graph.int32s(first, [units, rounds, 1]), asIndex(graph, this.positions())]);
    });
    const places = graph.node('ScatterElements', [zeros, asIndex(graph, order), sorted], {
      attributes: { axis: 2 },
    });
    return graph.node('Transpose', [places], { attributes: { perm: [0, 2, 1] } });
  }

  /** 0 … n − 1, [1, 1, n] */
  private positions(): Value {
    const { n } = this.shape;
    return this.once('positions', () =>
      this.graph.constant(
        'positions',
        'float32',
        [1, 1, n],
        Array.from({ length: n }, (_, token) => token),
      ),
    );
  }

  private once(key: string, make: () => Value): Value {
    const known = this.made.get(key) ?? make();
    this.made.set(key, known);
    return known;
  }
}
