import * as l10n from '@vscode/l10n';
import type { AttentionShape } from '../../attention/mechanism';
import { formatInteger } from '../../model/units';
import type { ScalingAxis, ScalingAxisName } from '../../report/regimes';
import { shortReason } from '../runtime/probe';
import { OpenAxisCall } from './axisCall';
import { plannedCalls } from './axisCalls';
import { scalingAxis } from './derive';
import { inputsFrom } from './inputPool';
import type { Prefill } from './prefill';
import type { RegimesRun } from './regimesRun';
import { LEAST_ROUNDS, runRounds } from '../rounds';

/** Below this length a call measures the runtime's overhead. */
const SHORTEST = 64;

/** Of an axis's time, what the least repetitions may be foreseen to take. */
const SHARE = 0.5;

export interface Scaling {
  readonly axes: readonly ScalingAxis[];
  readonly leftOut: readonly string[];
}

/**
 * How the rate of prefill depends on the batch, the heads and, on `cpu`, the threads, each at the longest length that its
 * share of the remaining time allows.
 */
export async function measureScaling(run: RegimesRun, prefill: Prefill, kernel: string): Promise<Scaling> {
  const axes: ScalingAxis[] = [];
  const leftOut: string[] = [];
  const base = { ...prefill.shape, batch: 1 };
  const names: ScalingAxisName[] = ['batch', 'heads', 'threads'];
  const wanted = names.filter((axis) => plannedCalls(axis, base, run.device).length > 1);
  for (const [index, axis] of wanted.entries()) {
    const available = (run.deadline - performance.now()) / (wanted.length - index);
    const n = lengthFor(axis, run, prefill, available);
    if (n === undefined) {
      leftOut.push(l10n.t('Scaling over {0} was left out: the time budget ends before.', axisName(axis)));
      continue;
    }
    run.step(
      l10n.t(
        'Scaling over {0} at n = {1} on {2} ({3})',
        axisName(axis),
        formatInteger(n),
        run.device.provider,
        run.name,
      ),
    );
    try {
      const end = performance.now() + available;
      const result = await measureAxis(axis, { ...base, n }, run, prefill, kernel, end);
      if (result !== undefined) axes.push(result);
      else leftOut.push(l10n.t('Scaling over {0} was left out: fewer than two calls ran.', axisName(axis)));
    } catch (error) {
      leftOut.push(l10n.t('Scaling over {0} failed: {1}', axisName(axis), shortReason(error)));
    }
  }
  return { axes, leftOut };
}

/** The word for an axis inside a sentence. */
function axisName(axis: ScalingAxisName): string {
  switch (axis) {
    case 'batch':
      return l10n.t('the batch');
    case 'heads':
      return l10n.t('the heads');
    case 'threads':
      return l10n.t('the CPU threads');
  }
}

/** The longest length whose calls are foreseen to fit into `availableMs`; undefined where none is. */
function lengthFor(
  axis: ScalingAxisName,
  run: RegimesRun,
  { shape, entry }: Prefill,
  availableMs: number,
): number | undefined {
  const work = plannedCalls(axis, { ...shape, batch: 1 }, run.device).reduce(
    (sum, call) => sum + call.work,
    0,
  );
  const onceMs = entry.trialMs / shape.batch;
  for (let n = shape.n; n >= 1; n = Math.floor(n / 2)) {
    // The verified run beside the repetitions.
    if (work * onceMs * (n / shape.n) ** 2 * (LEAST_ROUNDS + 1) <= availableMs * SHARE) return n;
    if (n <= SHORTEST) return undefined;
  }
  return undefined;
}

async function measureAxis(
  axis: ScalingAxisName,
  base: AttentionShape,
  run: RegimesRun,
  prefill: Prefill,
  kernel: string,
  end: number,
): Promise<ScalingAxis | undefined> {
  const calls: OpenAxisCall[] = [];
  try {
    const { mechanism, parameters } = run.dense;
    const { provider } = run.device;
    let lastMs = 0;
    let lastWork = 0;
    for (const planned of plannedCalls(axis, base, run.device)) {
      // Opening a call takes its verified run and its reference; the repetitions of all need time as well.
      const foreseen = lastWork === 0 ? 0 : (lastMs * planned.work) / lastWork;
      if (performance.now() + foreseen > end) break;
      const start = performance.now();
      const call = await OpenAxisCall.open(planned, inputsFrom(prefill.inputs, planned.shape), {
        mechanism,
        parameters,
        kernel,
        provider,
        freeMemory: run.freeMemory,
      });
      lastMs = performance.now() - start;
      lastWork = planned.work;
      if (call === undefined) break;
      calls.push(call);
    }
    await runRounds(calls, end, run.deadline);
    const results = calls.flatMap((call) => call.result() ?? []);
    return scalingAxis(axis, base.n, results);
  } finally {
    for (const call of calls) await call.close();
  }
}
