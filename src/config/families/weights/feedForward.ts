import { factor, type Factor } from '../../../model/factor';
import type { FeedForwardSpec } from '../../../model/modelSpec';
import type { WeightPart, WeightSpec } from '../../../model/weightSpec';
import { linear, matrix, vector } from './vectors';

export interface FeedForwardWeightOptions {
  readonly hidden: Factor;
  readonly feedForward: FeedForwardSpec;
  readonly bias: boolean;
  /** What the names begin with: `mlp.`. */
  readonly prefix: string;
  /** Names of up, down and, where gated, gate; Llama's where absent. */
  readonly names?: readonly [up: string, down: string, gate?: string];
  /** Gate and up are one matrix of this name. */
  readonly fused?: string;
}

/** Two matrices (Vaswani et al. 2017) or, gated, three (Shazeer 2020), and their biases. */
export function feedForwardWeights(options: FeedForwardWeightOptions): WeightSpec[] {
  const { hidden, feedForward, bias, prefix, names = llamaNames } = options;
  const inner = factor('f', feedForward.intermediateSize);
  const down = linear(`${prefix}${names[1]}`, 'feedForward', [hidden], [inner], bias);
  return [...inwards(options, 'feedForward', prefix, inner, {}), ...down];
}

/** What leads into the MLP: up and, where gated, gate, apart or as one matrix. */
function inwards(
  options: FeedForwardWeightOptions,
  part: WeightPart,
  prefix: string,
  inner: Factor,
  copies: Pick<WeightSpec, 'copies' | 'activeCopies'>,
): WeightSpec[] {
  const { hidden, feedForward, bias, names = llamaNames, fused } = options;
  const [up, , gate = 'gate_proj'] = names;
  const into = (name: string, ...out: readonly Factor[]): WeightSpec[] =>
    linear(`${prefix}${name}`, part, out, [hidden], bias, copies);
  if (feedForward.kind === 'plain') return into(up, inner);
  return fused === undefined
    ? [...into(gate, inner), ...into(up, inner)]
    : into(fused, factor('2', 2), inner);
}

const llamaNames = ['up_proj', 'down_proj', 'gate_proj'] as const;

export interface ExpertWeightOptions extends FeedForwardWeightOptions {
  /** Name of the router; `gate` where absent. */
  readonly router?: string;
  readonly routerBias?: boolean;
  /** One number an expert that corrects the routing and is trained apart (DeepSeek-V3). */
  readonly routerCorrection?: boolean;
  /** The shared experts have a gate of one number a token (Qwen2-MoE). */
  readonly sharedGate?: boolean;
  /** Name of the shared experts; `shared_experts` where absent. */
  readonly shared?: string;
}

/** A router, the experts, of which a token passes `active`, and the shared experts (Shazeer et al. 2017; DeepSeek-AI 2024). */
export function expertWeights(options: ExpertWeightOptions): WeightSpec[] {
  const { hidden, feedForward, bias, prefix, names = llamaNames, router = 'gate' } = options;
  const { experts, intermediateSize } = feedForward;
  if (experts === undefined) return feedForwardWeights(options);
  const count = factor('E', experts.count);
  const copies = { copies: count, activeCopies: factor('k', experts.active) };
  const inner = factor('f', intermediateSize);
  const expert = `${prefix}experts.*.`;
  const correction = vector(`${prefix}${router}.e_score_correction_bias`, 'router', count);
  return [
    ...linear(`${prefix}${router}`, 'router', [count], [hidden], options.routerBias === true),
    ...(options.routerCorrection === true ? [correction] : []),
    ...inwards(options, 'experts', expert, inner, copies),
    ...linear(`${expert}${names[1]}`, 'experts', [hidden], [inner], bias, copies),
    ...sharedExperts(options, experts.sharedSize),
  ];
}

function sharedExperts(options: ExpertWeightOptions, size: number): WeightSpec[] {
  if (size === 0) return [];
  const { hidden, feedForward, prefix, shared = 'shared_experts' } = options;
  return [
    ...feedForwardWeights({
      ...options,
      prefix: `${prefix}${shared}.`,
      feedForward: { kind: feedForward.kind, intermediateSize: size },
    }),
    ...(options.sharedGate === true
      ? [matrix(`${prefix}shared_expert_gate.weight`, 'router', [factor('1', 1)], [hidden])]
      : []),
  ];
}
