import type { AttentionInputs, AttentionShape } from '../../attention/mechanism';
import type { Entry } from '../contender';
import { inputsFor } from '../inputsFor';
import { inputsCost, memoryObstacle } from '../memoryGuard';
import { samplePositions } from '../verify';
import type { RegimesRun } from './regimesRun';
import { LEAST_ROUNDS } from '../rounds';

/** Decode is read against prefill at a length that a step's cache still shows at, and no budget is lost on. */
const LONGEST = 2048;

/** The length of the first look, from which the time of longer ones is foreseen. */
const FIRST = 256;

/** The share of the whole time that prefill may take at the length that is chosen. */
const SHARE = 0.35;

/** Drawing inputs and the reference's rows take about as long as each other, and grow with n. */
const INPUT_SHARES = 2;

/** Dense attention over all positions, verified and ready to be repeated. */
export interface Prefill {
  readonly shape: AttentionShape;
  readonly inputs: AttentionInputs;
  readonly entry: Entry;
  /** Time that drawing the inputs took. */
  readonly inputsMs: number;
}

/**
 * The fastest dense kernel at the longest length, at most 2,048 and the asked one, that the time and the memory allow.
 * Undefined where nothing verified.
 */
export async function preparePrefill(run: RegimesRun): Promise<Prefill | undefined> {
  const longest = Math.min(LONGEST, run.shape.n);
  const first = await enterAt(run, Math.min(FIRST, longest));
  if (first?.entry.runnable !== true) return undefined;
  const { n: known } = first.shape;
  const { trialMs, survivorsTrialMs } = first.entry;
  const available = (run.deadline - performance.now()) * SHARE;
  for (const n of lengthsFrom(known, longest)) {
    const growth = n / known;
    const needed =
      INPUT_SHARES * first.inputsMs * growth + (survivorsTrialMs + LEAST_ROUNDS * trialMs) * growth ** 2;
    if (needed > available) continue;
    await first.entry.close();
    const longer = await enterAt(run, n);
    if (longer?.entry.runnable === true) return longer;
    await longer?.entry.close();
    // Too little memory at this length, or a kernel that fails there: the first look is known to work.
    return await enterAt(run, known);
  }
  return first;
}

/** Lengths above `first` to try, longest first: powers of two and `longest` itself. */
function lengthsFrom(first: number, longest: number): number[] {
  const lengths: number[] = [];
  for (let n = first * 2; n < longest; n *= 2) lengths.push(n);
  if (longest > first) lengths.push(longest);
  return lengths.reverse();
}

/** Undefined where the inputs alone do not fit in memory. */
async function enterAt(run: RegimesRun, n: number): Promise<Prefill | undefined> {
  const shape = { ...run.shape, n };
  if (memoryObstacle(inputsCost(shape), run.freeMemory()) !== undefined) return undefined;
  const start = performance.now();
  const inputs = inputsFor(shape, run.seed);
  const inputsMs = performance.now() - start;
  const conditions = { provider: run.device.provider, freeMemory: run.freeMemory };
  const entry = await run.dense.enter(shape, inputs, samplePositions(n, run.seed), conditions);
  return { shape, inputs, entry, inputsMs };
}
