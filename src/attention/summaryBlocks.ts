import * as l10n from '@vscode/l10n';
import { GraphBuilder, type Value } from '../onnx/graphBuilder';
import { fusedOperator, plainOperator, type AttentionOperator } from './attentionOperators';
import { queryElements } from './attentionCost';
import {
  declareInputs,
  declareOutput,
  groupQueries,
  groupSize,
  joinRows,
  sliceRows,
  ungroupOutputs,
} from './layout';
import type { AttentionCost, AttentionShape, Kernel } from './mechanism';

/** What a block of queries attends to beside its own tokens. */
export interface BlockView {
  /** Summaries whose visibility differs from row to row, and the rows' scores with them: see `bias`. */
  readonly near: readonly number[];
  /**
   * Added to the scores of the own tokens and of `near`, [rows, rows + near.length]; the same for every block with
   * as many rows. Undefined: nothing.
   */
  readonly bias: Float32Array | undefined;
  /** Summaries that every row sees, with what is added to their scores. */
  readonly far: readonly number[];
  readonly farBias: readonly number[];
}

/** Blocks of queries that see themselves and summaries of other tokens. */
export interface SummaryPlan {
  /** Queries a block. */
  readonly rows: number;
  /** Summaries in all. */
  readonly summaries: number;
  /** Adds the summaries of keys or values: [batch, n, width] → [batch, summaries, width] */
  summarise(graph: GraphBuilder, value: Value): Value;
  viewOf(start: number, end: number): BlockView;
}

/** How a kernel holds the scores of a block: the runtime's operator, or MatMul and Softmax apart. */
export type HeldScores = 'fused' | 'plain';

/** The runtime's operator, and the standard set's, over the blocks of `plan`; what each costs, `costOf` says. */
export function summaryBlockKernels(
  name: string,
  shape: AttentionShape,
  plan: SummaryPlan,
  costOf: (held: HeldScores) => AttentionCost,
): Kernel[] {
  const kernel = (id: string, title: string, operator: AttentionOperator, held: HeldScores): Kernel => {
    const graph = new GraphBuilder(name);
    buildSummaryBlocks(graph, shape, plan, operator);
    return { id, title, graph: graph.build(), cost: costOf(held) };
  };
  return [
    kernel('blocks', l10n.t('MultiHeadAttention over blocks and summaries'), fusedOperator, 'fused'),
    kernel(
      'plain blocks',
      l10n.t('MatMul, Softmax, MatMul over blocks and summaries'),
      plainOperator,
      'plain',
    ),
  ];
}

/**
 * One softmax over a block's own tokens and summaries of others, block by block: no tensor grows with n × block
 * beyond one block's scores, which stay in cache.
 */
function buildSummaryBlocks(
  graph: GraphBuilder,
  shape: AttentionShape,
  plan: SummaryPlan,
  operator: AttentionOperator,
): void {
  const { q, k, v } = declareInputs(graph, shape);
  const { batch, n, kvHeads, headDim } = shape;
  const g = groupSize(shape);
  const width = kvHeads * headDim;
  const grouped = groupQueries(graph, shape, q);
  const summaries =
    plan.summaries === 0 ? undefined : { k: plan.summarise(graph, k), v: plan.summarise(graph, v) };
  const biases = new BiasParts(graph, shape);
  const blocks: Value[] = [];
  for (let start = 0; start < n; start += plan.rows) {
    const end = Math.min(n, start + plan.rows);
    const rows = end - start;
    const view = plan.viewOf(start, end);
    const others = [...view.near, ...view.far];
    const memory = (tokens: Value, all: Value | undefined): Value => {
      const own = sliceRows(graph, tokens, 1, start, end);
      if (all === undefined || others.length === 0) return own;
      return joinRows(graph, [
        own,
        graph.node('Gather', [all, graph.ints(others)], { attributes: { axis: 1 } }),
      ]);
    };
    const output = operator(graph, shape, {
      q: graph.node('Reshape', [
        sliceRows(graph, grouped, 2, start, end),
        graph.ints([batch, g * rows, width]),
      ]),
      k: memory(k, summaries?.k),
      v: memory(v, summaries?.v),
      bias: biases.of(rows, view),
      name: `layer/block${String(blocks.length)}`,
    });
    blocks.push(graph.node('Reshape', [output, graph.ints([batch, g, rows, width])]));
  }
  declareOutput(graph, shape, ungroupOutputs(graph, shape, joinRows(graph, blocks, 2)));
}

/** The additive biases of blocks; blocks that look alike share one. */
class BiasParts {
  private readonly made = new Map<string, Value>();

  public constructor(
    private readonly graph: GraphBuilder,
    private readonly shape: AttentionShape,
  ) {}

  /** [1, 1, g·rows, rows + near + far], or undefined where nothing is added to any score. */
  public of(rows: number, { near, bias, far, farBias }: BlockView): Value | undefined {
    const shifted = farBias.some((value) => value !== 0);
    if (bias === undefined && !shifted) return undefined;
    const own = bias ?? new Float32Array(rows * (rows + near.length));
    const key = `${String(rows)}:${String(near.length)}`;
    return this.once(`${key}:${farBias.join(',')}`, () => {
      const parts = [
        this.once(key, () =>
          this.graph.constant(`bias_${key}`, this.shape.dtype, [1, 1, rows, rows + near.length], own),
        ),
      ];
      if (far.length > 0) parts.push(this.farPart(rows, farBias));
      return this.tile(
        parts.length === 1 && parts[0] !== undefined
          ? parts[0]
          : this.graph.node('Concat', parts, { attributes: { axis: 3 } }),
      );
    });
  }

  private farPart(rows: number, farBias: readonly number[]): Value {
    const same = farBias.every((value) => value === farBias[0]);
    const row = same
      ? this.graph.scalar(this.shape.dtype, farBias[0] ?? 0)
      : this.once(`far:${farBias.join(',')}`, () =>
          this.graph.constant(
            `far_${String(this.made.size)}`,
            this.shape.dtype,
            [1, 1, 1, farBias.length],
            farBias,
          ),
        );
    return this.graph.node('Expand', [row, this.graph.ints([1, 1, rows, farBias.length])]);
  }

  private tile(bias: Value): Value {
    const g = groupSize(this.shape);
    return g === 1
      ? bias
      : this.graph.node('Concat', Array<Value>(g).fill(bias), { attributes: { axis: 2 } });
  }

  private once(key: string, make: () => Value): Value {
    const known = this.made.get(key);
    if (known !== undefined) return known;
    const value = make();
    this.made.set(key, value);
    return value;
  }
}

/** Elements held at once beside q, k, v and o, where a block sees `others` summaries at the most. */
export function summaryBlockElements(
  shape: AttentionShape,
  plan: SummaryPlan,
  others: number,
  operator: HeldScores,
): number {
  const { batch, n, heads, kvHeads, headDim } = shape;
  const g = groupSize(shape);
  const rows = Math.min(plan.rows, n);
  const keys = rows + others;
  const scores = batch * heads * rows * keys;
  const slices = batch * headDim * (heads * rows + 2 * kvHeads * keys);
  // Both make head-major copies of the slices. The standard operators hold the scores before and after the bias, and
  // the queries before and after scaling.
  const plain = scores + batch * headDim * heads * rows;
  const block = scores + g * rows * keys + 2 * slices + (operator === 'fused' ? g * rows * keys : plain);
  const summaries = 2 * batch * plan.summaries * kvHeads * headDim;
  // The outputs of all blocks wait for the concatenation, which writes a second copy while the last block's slices
  // are still there; grouping the queries of a GQA model holds one more.
  const whole = queryElements(shape);
  // Outputs of the standard operators come to lie in larger buffers that are free again: a quarter larger, measured.
  const outputs = operator === 'fused' ? 1 : 1.25;
  const blocks = (g === 1 ? outputs : 2) * whole + block;
  return summaries + Math.max(blocks, 2 * whole + slices);
}
