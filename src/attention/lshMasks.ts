import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import { maskedScore, splitRows } from './layout';
import type { LshOrder, SortedTokens } from './lshOrder';
import { selfScore, type LshPlan } from './lshPlan';
import type { AttentionShape } from './mechanism';

/** What is added to the scores of each group of chunks, one after another. */
export class LshMasks {
  private fixed: readonly (readonly Value[])[] | undefined;

  public constructor(
    private readonly graph: GraphBuilder,
    private readonly shape: AttentionShape,
    private readonly plan: LshPlan,
    private readonly order: LshOrder,
    private readonly units: number,
  ) {}

  /** `sizes`: chunks of each group, all rounds of all units in a row. */
  public of(tokens: SortedTokens, sizes: readonly number[]): readonly (readonly Value[])[] {
    if (this.shape.causal) return this.causalMasks(tokens, sizes);
    return (this.fixed ??= this.fixedMasks(sizes));
  }

  /**
   * min(0, (own position − position of the key − 1)·s) for the self score −s: nothing for earlier tokens, −s for the
   * token itself, −2s and less for later ones and for the filler, whose position is n. Exact for the earlier ones, as
   * equal positions give equal products.
   */
  private causalMasks({ order, own, seen }: SortedTokens, sizes: readonly number[]): Value[][] {
    const { graph } = this;
    const { n, dtype } = this.shape;
    const { rounds, chunks, chunk, keys } = this.plan;
    const all = this.units * rounds * chunks;
    const step = graph.scalar('float32', -selfScore(dtype));
    const scaled = (positions: Value, dims: readonly number[]): Value =>
      graph.node('Mul', [graph.node('Reshape', [positions, graph.ints(dims)]), step]);
    const filled = chunks * chunk === n ? own : this.order.inChunks(order, n);
    const visible = chunks * chunk === n ? seen : this.order.withChunkBefore(filled);
    const before = graph.node('Sub', [filled, graph.scalar('float32', 1)]);
    const queries = splitRows(graph, scaled(before, [all, chunk, 1]), 0, sizes);
    const others = splitRows(graph, scaled(visible, [all, 1, keys]), 0, sizes);
    const least = dtype === 'float16' ? graph.scalar('float32', maskedScore(dtype)) : undefined;
    return queries.map((query, group) => {
      const difference = graph.node('Sub', [query, others[group]]);
      const mask = graph.node('Clip', [difference, least, graph.scalar('float32', 0)]);
      return [dtype === 'float32' ? mask : graph.node('Cast', [mask], { attributes: { to: 10 } })];
    });
  }

  /** The token itself stands on the diagonal of its own chunk, and the filler at the end of the last one. */
  private fixedMasks(sizes: readonly number[]): Value[][] {
    const { graph } = this;
    const { n, dtype } = this.shape;
    const { rounds, chunks, chunk, keys } = this.plan;
    const own = keys - chunk;
    const diagonal = new Float32Array(chunk * keys);
    for (let row = 0; row < chunk; row++) diagonal[row * keys + own + row] = selfScore(dtype);
    const self = graph.constant('self', dtype, [1, chunk, keys], diagonal);
    const missing = chunks * chunk - n;
    if (missing === 0) return sizes.map(() => [self]);
    const filler = new Float32Array(chunks * keys);
    filler.fill(maskedScore(dtype), chunks * keys - missing);
    // The first chunk sees the last one as the one before it.
    filler.fill(maskedScore(dtype), own - missing, own);
    const one = graph.constant('filler', dtype, [1, chunks, keys], filler);
    const calls = this.units * rounds;
    const all = graph.node('Reshape', [
      graph.node('Expand', [one, graph.ints([calls, chunks, keys])]),
      graph.ints([calls * chunks, 1, keys]),
    ]);
    return splitRows(graph, all, 0, sizes).map((part) => [self, part]);
  }
}
