import { FULL_SHARE } from '../../model/fullShare';
import type { OneByOne, ScalingAxis, ScalingPoint, Throughput } from '../../report/regimes';
import type { Timing } from '../../report/report';

/** Rates of a call that handles `tokens` tokens with `flops` needed operations in `ms`. */
export function throughput(tokens: number, flops: number, ms: number): Throughput {
  return { tokensPerSecond: (tokens / ms) * 1000, flopsPerSecond: (flops / ms) * 1000 };
}

/** A measured step of decode: the time of one token at a context. */
export interface MeasuredStep {
  readonly context: number;
  readonly timing: Timing;
}

/**
 * Time of n tokens one after another, from steps measured at some contexts: Σ t(c) over c = 1…n, with t linear between
 * the measured contexts and flat outside them, beside the time of one call over all n. Undefined without a step.
 */
export function sumSteps(steps: readonly MeasuredStep[], n: number, prefill: Timing): OneByOne | undefined {
  if (steps.length === 0) return undefined;
  const sorted = [...steps].sort((a, b) => a.context - b.context);
  const sumOf = (pick: (timing: Timing) => number): number =>
    sumOfLine(
      sorted.map(({ context, timing }) => ({ x: context, y: pick(timing) })),
      n,
    );
  const ms = sumOf((timing) => timing.medianMs);
  const lowMs = sumOf((timing) => timing.lowMs);
  const highMs = sumOf((timing) => timing.highMs);
  return {
    ms,
    lowMs,
    highMs,
    contexts: sorted.map((step) => step.context),
    parallelSpeedup: ms / prefill.medianMs,
    speedupLow: lowMs / prefill.highMs,
    speedupHigh: highMs / prefill.lowMs,
  };
}

interface Vertex {
  readonly x: number;
  readonly y: number;
}

/** Σ f(x) over the whole numbers 1…n of the line through `vertices`, which are ascending in x; flat at its ends. */
function sumOfLine(vertices: readonly Vertex[], n: number): number {
  let sum = 0;
  let next = 0;
  for (let x = 1; x <= n; x++) {
    while (next < vertices.length && (vertices[next]?.x ?? Infinity) < x) next++;
    const right = vertices[next];
    const left = vertices[next - 1];
    if (left !== undefined && right !== undefined)
      sum += left.y + ((right.y - left.y) * (x - left.x)) / (right.x - left.x);
    else sum += (left ?? right)?.y ?? NaN;
  }
  return sum;
}

/** A measured call on an axis, before it is set beside the others. */
export type AxisCall = Omit<ScalingPoint, 'shareOfBest'>;

/**
 * The calls of an axis beside their best rate. Undefined with fewer than two: one call says nothing of scaling.
 */
export function scalingAxis(
  axis: ScalingAxis['axis'],
  n: number,
  calls: readonly AxisCall[],
): ScalingAxis | undefined {
  if (calls.length < 2) return undefined;
  const best = Math.max(...calls.map((call) => call.flopsPerSecond));
  const points = [...calls]
    .sort((a, b) => a.value - b.value)
    .map((call) => ({ ...call, shareOfBest: call.flopsPerSecond / best }));
  // The best call itself reaches the share, so one is always found.
  const full = points.find((point) => point.shareOfBest >= FULL_SHARE);
  return full === undefined ? undefined : { axis, n, points, fullAt: full.value };
}
