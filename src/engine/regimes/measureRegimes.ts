import * as l10n from '@vscode/l10n';
import { formatInteger } from '../../model/units';
import type { RegimesResult } from '../../report/regimes';
import { summarise } from '../timing';
import { DecodeSteps } from './decodeSteps';
import { sumSteps, throughput } from './derive';
import { preparePrefill, type Prefill } from './prefill';
import type { RegimesRun } from './regimesRun';
import { runRounds } from '../rounds';
import { measureScaling } from './scaling';

/** Shares of the time that remains when a part of the work begins; scaling, the last part, has what is left. */
const OPEN_DENSE_SHARE = 0.3;
const REPEAT_SHARE = 0.3;
const OTHERS_SHARE = 0.5;

/**
 * Attention of one kind of layer in its two regimes: prefill beside decode, the same tokens at once and one by one, and
 * how the rate grows with batch, heads and CPU threads. What the time does not allow is left out and named. Undefined
 * where dense attention has no verified kernel, or not even the shortest length fits.
 */
export async function measureRegimes(run: RegimesRun): Promise<RegimesResult | undefined> {
  const after = (share: number): number => {
    const now = performance.now();
    return now + share * Math.max(0, run.deadline - now);
  };
  run.step(l10n.t('Prefill and decode on {0}: verifying ({1})', run.device.provider, run.name));
  const prefill = await preparePrefill(run);
  if (prefill === undefined) return undefined;
  const steps = new DecodeSteps(run, prefill.shape, prefill.inputs);
  try {
    // A bidirectional stack reads all tokens at once: nothing is decoded.
    const denseCalls = run.shape.causal ? await steps.openDense(after(OPEN_DENSE_SHARE)) : [];
    run.step(
      l10n.t(
        'Timing prefill and decode at n = {0} on {1} ({2})',
        formatInteger(prefill.shape.n),
        run.device.provider,
        run.name,
      ),
    );
    const prefillCall = { samplesMs: prefill.entry.samplesMs, repeat: () => prefill.entry.repeat() };
    await runRounds([prefillCall, ...denseCalls], after(REPEAT_SHARE), run.deadline);
    if (run.shape.causal) await steps.measureOthers(after(OTHERS_SHARE));
    return await assemble(run, prefill, steps);
  } finally {
    await steps.close();
    await prefill.entry.close();
  }
}

async function assemble(
  run: RegimesRun,
  prefill: Prefill,
  steps: DecodeSteps,
): Promise<RegimesResult | undefined> {
  const { entry, shape } = prefill;
  // Where the time ended before a repetition, the trial runs stand for them.
  const timing = summarise(entry.samplesMs.length === 0 ? entry.trialsMs : entry.samplesMs);
  const { kernel, flops, verification, timing: valid } = entry.toPoint(timing);
  if (valid === undefined) return undefined;
  const decode = steps.points;
  const denseSteps = decode.flatMap(({ id, context, timed }) =>
    id === run.dense.mechanism.id && context <= shape.n && timed !== undefined
      ? [{ context, timing: timed.timing }]
      : [],
  );
  // Without the step at n itself most of the sum would be a guess.
  const whole = denseSteps.some(({ context }) => context === shape.n);
  const oneByOne = whole ? sumSteps(denseSteps, shape.n, timing) : undefined;
  const scaling = await measureScaling(run, prefill, kernel);
  return {
    n: shape.n,
    batch: shape.batch,
    prefill: {
      kernel,
      timing,
      ...throughput(shape.batch * shape.n, flops, timing.medianMs),
      verification,
    },
    decode,
    ...(oneByOne === undefined ? {} : { oneByOne }),
    scaling: scaling.axes,
    leftOut: [...steps.leftOut, ...scaling.leftOut],
  };
}
