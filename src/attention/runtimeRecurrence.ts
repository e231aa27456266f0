import * as l10n from '@vscode/l10n';
import { GraphBuilder, type Value } from '../onnx/graphBuilder';
import type { GraphDescription } from '../onnx/modelProto';
import { compulsoryBytes, elementBytes, keyElements, queryElements } from './attentionCost';
import { declareInputs, declareOutput } from './layout';
import type { AttentionCost, AttentionShape } from './mechanism';

/** What the runtime's LinearAttention does to the state of a head at each token. */
interface RuntimeRule {
  readonly updateRule: 'gated' | 'gated_delta';
  /** γ of each key/value head. */
  readonly decays: readonly number[];
  /** β of each key/value head, for the delta rule. */
  readonly rates?: readonly number[];
  readonly scale: number;
  /** Makes queries and keys, [batch, n, count, headDim], what the rule wants. Absent: as they are. */
  readonly prepare?: (graph: GraphBuilder, value: Value) => Value;
}

/**
 * Attention by the runtime's LinearAttention, which runs the recurrence token by token, the heads in parallel. It takes
 * q, k, v as they stand, the decay as its logarithm, and both gates for each token: [batch, n, kvHeads].
 */
export function runtimeRecurrence(shape: AttentionShape, rule: RuntimeRule): GraphDescription {
  const { batch, n, heads, kvHeads, headDim, dtype } = shape;
  const graph = new GraphBuilder('runtime_recurrence');
  const { q, k, v } = declareInputs(graph, shape);
  const gate = (name: string, values: readonly number[]): Value =>
    graph.node('Expand', [
      graph.constant(name, dtype, [1, 1, kvHeads], values),
      graph.ints([batch, n, kvHeads]),
    ]);
  const prepared = (value: Value, count: number): Value => {
    if (rule.prepare === undefined) return value;
    const split = graph.node('Reshape', [value, graph.ints([batch, n, count, headDim])]);
    return graph.node('Reshape', [rule.prepare(graph, split), graph.ints([batch, n, count * headDim])]);
  };
  const [output] = graph.nodeWithOutputs(
    'LinearAttention',
    [
      prepared(q, heads),
      prepared(k, kvHeads),
      v,
      undefined,
      gate('log_decay', rule.decays.map(Math.log)),
      ...(rule.rates === undefined ? [] : [gate('rate', rule.rates)]),
    ],
    2,
    {
      domain: 'com.microsoft',
      attributes: {
        q_num_heads: heads,
        kv_num_heads: kvHeads,
        scale: { float: rule.scale },
        update_rule: rule.updateRule,
      },
    },
  );
  if (output === undefined) throw new Error('LinearAttention has two outputs');
  declareOutput(graph, shape, output);
  return graph.build();
}

/**
 * Cost of `runtimeRecurrence`, which computes no more than the `flops` that the mathematics needs. It holds its gates,
 * the states, and prepared queries and keys.
 */
export function runtimeRecurrenceCost(
  shape: AttentionShape,
  flops: number,
  gates = 1,
  prepared = false,
): AttentionCost {
  const { batch, n, kvHeads, headDim } = shape;
  const copies = prepared ? queryElements(shape) + keyElements(shape) : 0;
  const elements = gates * batch * n * kvHeads + batch * kvHeads * headDim ** 2 + copies;
  return {
    flops,
    executedFlops: flops,
    compulsoryBytes: compulsoryBytes(shape),
    workspaceBytes: elements * elementBytes(shape),
  };
}

/** Throws RangeError where `shape` is not causal: a recurrence has no other form. */
export function requireCausal(mechanism: string, { causal }: AttentionShape): void {
  if (!causal) throw new RangeError(causalOnly(mechanism));
}

/** Why a recurrence is nothing for layers that see both sides, as a sentence. */
export function causalOnly(mechanism: string): string {
  return l10n.t(
    '{0} is causal: its state knows only the tokens before, so it cannot replace attention to both sides.',
    mechanism,
  );
}
