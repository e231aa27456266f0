import { dense } from '../src/attention/dense';
import {
  resolveParameters,
  type AttentionMechanism,
  type AttentionShape,
  type MechanismParameters,
} from '../src/attention/mechanism';
import { replacements } from '../src/attention/registry';
import { fitScaling, project } from '../src/advisor/scaling';
import { summarise } from '../src/engine/timing';
import { formatDuration, formatInteger, formatPercent } from '../src/model/units';
import type { MeasuredPoint, Timing } from '../src/report/report';
import type { Bar } from './bar';
import { eightHeads } from './eightHeads';
import { sampleInTurn, verifiedKernels, type VerifiedKernel } from './interleaved';

const FITTED = [256, 512, 1024, 2048, 4096];
const PROJECTED = 16_384;
const LENGTHS = [...FITTED, PROJECTED];
const RUNS = 5;
const BAR = { dense: 0.1, replacement: 0.15 } as const;

/**
 * How far the projection at n = 16 384, fitted on n ≤ 4096, is from the measurement: of each mechanism the most
 * promising kernel, so that one kernel is fitted and not the change from one to another. All lengths run in turn, five
 * rounds, so that drift of the machine hits them alike; the error is that of the medians.
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
  const timings = await timesAt(mechanism, shape, parameters);
  if (timings === undefined) return undefined;
  const points = [...timings].map(([n, timing]): MeasuredPoint => {
    const { flops, executedFlops, workspaceBytes } = mechanism.cost({ ...shape, n }, parameters);
    return {
      n,
      kernel: mechanism.id,
      timing,
      verification: { passed: true, maxError: 0, tolerance: 1, rows: 0 },
      formulaBytes: workspaceBytes,
      flops,
      executedFlops,
      otherKernels: [],
    };
  });
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

/**
 * Median and spread of the first kernel at each length, in rounds over all of them; undefined for a shape that the
 * mechanism cannot do.
 */
async function timesAt(
  mechanism: AttentionMechanism,
  shape: AttentionShape,
  parameters: MechanismParameters,
): Promise<ReadonlyMap<number, Timing> | undefined> {
  const kernels: VerifiedKernel[] = [];
  try {
    for (const n of LENGTHS) kernels.push(await firstKernel(mechanism, { ...shape, n }, parameters));
    const samples = await sampleInTurn(kernels, RUNS);
    return new Map(LENGTHS.map((n, index) => [n, summarise(samples[index] ?? [])]));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  } finally {
    for (const kernel of kernels) await kernel.session.release();
  }
}

async function firstKernel(
  mechanism: AttentionMechanism,
  shape: AttentionShape,
  parameters: MechanismParameters,
): Promise<VerifiedKernel> {
  const first = mechanism.kernels(shape, parameters)[0]?.id;
  const [kernel] = await verifiedKernels(mechanism, shape, parameters, (id) => id === first);
  if (kernel === undefined) throw new RangeError(`${mechanism.id} has no kernel at n = ${String(shape.n)}`);
  return kernel;
}
