import { dense } from '../src/attention/dense';
import { resolveParameters, type AttentionMechanism, type AttentionShape } from '../src/attention/mechanism';
import { replacements } from '../src/attention/registry';
import { fitScaling, project } from '../src/advisor/scaling';
import { summarise } from '../src/engine/timing';
import { formatDuration, formatInteger, formatPercent } from '../src/model/units';
import type { MeasuredPoint, Timing } from '../src/report/report';
import type { Bar } from './bar';
import { eightHeads } from './eightHeads';
import { verifiedKernels } from './interleaved';

const FITTED = [256, 512, 1024, 2048, 4096];
const PROJECTED = 16_384;
const RUNS = 5;
const BAR = { dense: 0.1, replacement: 0.15 } as const;

/**
 * How far the projection at n = 16 384, fitted on n ≤ 4096, is from the measurement: of each mechanism the most
 * promising kernel, so that one kernel is fitted and not the change from one to another; medians of five runs.
 */
export async function scalingBars(): Promise<Bar[]> {
  const bars: Bar[] = [];
  for (const mechanism of [dense, ...replacements]) {
    const causal = mechanism.causal === 'yes';
    const bar = await projectionBar(mechanism, eightHeads(PROJECTED, causal));
    if (bar !== undefined) bars.push(bar);
  }
  return bars;
}

async function projectionBar(mechanism: AttentionMechanism, shape: AttentionShape): Promise<Bar | undefined> {
  const parameters = resolveParameters(mechanism, shape);
  const points: MeasuredPoint[] = [];
  for (const n of [...FITTED, PROJECTED]) {
    const timing = await timeAt(mechanism, { ...shape, n });
    if (timing === undefined) return undefined;
    const { flops, executedFlops, workspaceBytes } = mechanism.cost({ ...shape, n }, parameters);
    points.push({
      n,
      kernel: mechanism.id,
      timing,
      verification: { passed: true, maxError: 0, tolerance: 1, rows: 0 },
      formulaBytes: workspaceBytes,
      flops,
      executedFlops,
      otherKernels: [],
    });
  }
  const known = points.slice(0, -1);
  const measured = points.at(-1)?.timing?.medianMs ?? NaN;
  const fit = fitScaling(known.map(({ n, flops, timing }) => ({ n, flops, ms: timing?.medianMs ?? NaN })));
  const [projected] = project(fit, known, [PROJECTED], (n) => ({
    flops: mechanism.flops({ ...shape, n }, parameters),
    bytes: 0,
  }));
  if (projected === undefined || fit === undefined) return undefined;
  const leftOut = fit.leaveOneOutError === undefined ? 'unknown' : formatPercent(fit.leaveOneOutError);
  return {
    title: `${mechanism.id}: projection at n = ${formatInteger(PROJECTED)}, fitted on n ≤ ${formatInteger(FITTED.at(-1) ?? 0)}, against the measurement`,
    value: Math.abs(projected.ms / measured - 1),
    unit: '',
    bar: mechanism.id === dense.id ? BAR.dense : BAR.replacement,
    sense: 'at most',
    detail: `projected ${formatDuration(projected.ms)} (${formatDuration(projected.low)} to ${formatDuration(projected.high)}), measured ${formatDuration(measured)}; leave-one-out error ${leftOut}`,
  };
}

/** Median and spread of five runs of the first kernel, after one that warms up; undefined for a shape it cannot do. */
async function timeAt(mechanism: AttentionMechanism, shape: AttentionShape): Promise<Timing | undefined> {
  const parameters = resolveParameters(mechanism, { ...shape, n: PROJECTED });
  try {
    const first = mechanism.kernels(shape, parameters)[0]?.id;
    const [kernel] = await verifiedKernels(mechanism, shape, parameters, (id) => id === first);
    if (kernel === undefined) return undefined;
    const samples: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const start = performance.now();
      await kernel.run();
      samples.push(performance.now() - start);
    }
    await kernel.session.release();
    return summarise(samples);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
