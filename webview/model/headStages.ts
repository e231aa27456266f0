import type { DecomposedResult, HeadTiming, MechanismResult } from '../../src/report/report';
import { validPoints } from './timeCurves';

export const stages = ['qk', 'softmax', 'pv'] as const;

export type Stage = (typeof stages)[number];

/** Measured time of one stage of one head, in ms. */
export function stageMs(head: HeadTiming, stage: Stage): number {
  if (stage === 'qk') return head.qkMs;
  return stage === 'softmax' ? head.softmaxMs : head.pvMs;
}

/** Measured time of all stages of one head, in ms. */
export function headTotalMs(head: HeadTiming): number {
  return head.qkMs + head.softmaxMs + head.pvMs;
}

export interface HeadSummary {
  readonly least: number;
  readonly most: number;
  /** Share of each stage in the sum over heads, 0 to 1. */
  readonly shares: Readonly<Record<Stage, number>>;
  readonly meanTotal: number;
  readonly slowest: HeadTiming;
}

/** What the heads have in common; undefined without any head. */
export function summariseHeads(result: DecomposedResult): HeadSummary | undefined {
  const [first] = result.perHead;
  if (first === undefined) return undefined;
  const cells = result.perHead.flatMap((head) => stages.map((stage) => stageMs(head, stage)));
  const sums = { qk: 0, softmax: 0, pv: 0 };
  let slowest = first;
  for (const head of result.perHead) {
    for (const stage of stages) sums[stage] += stageMs(head, stage);
    if (headTotalMs(head) > headTotalMs(slowest)) slowest = head;
  }
  const total = sums.qk + sums.softmax + sums.pv;
  const share = (sum: number) => (total > 0 ? sum / total : 0);
  return {
    least: Math.min(...cells),
    most: Math.max(...cells),
    shares: { qk: share(sums.qk), softmax: share(sums.softmax), pv: share(sums.pv) },
    meanTotal: total / result.perHead.length,
    slowest,
  };
}

/** Strength of a cell's colour, 0 to 1, on a scale from `low` to `high`. */
export function intensity(value: number, low: number, high: number): number {
  if (!(high > low)) return value > 0 ? 1 : 0;
  return Math.min(1, Math.max(0, (value - low) / (high - low)));
}

/** Splits `count` heads into bands of equal size, none wider than `most` cells. */
export function bandSize(count: number, most: number): number {
  const bands = Math.max(1, Math.ceil(count / Math.max(1, most)));
  return Math.max(1, Math.ceil(count / bands));
}

/** Fused dense time at the length of the decomposed run, and how many times longer the sum of heads is. */
export function fusedBeside(
  dense: MechanismResult,
  decomposed: DecomposedResult,
): { readonly fusedMs: number; readonly ratio: number } | undefined {
  const fusedMs = validPoints(dense).find((point) => point.n === decomposed.n)?.timing.medianMs;
  if (fusedMs === undefined || !(fusedMs > 0)) return undefined;
  return { fusedMs, ratio: decomposed.totalMs / fusedMs };
}
