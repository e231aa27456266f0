import { summarise } from './timing';

/** The fewest samples that have a 95 % interval. */
export const LEAST_ROUNDS = 6;
const MOST_ROUNDS = 40;

/** A call that is ready to run; each run adds a sample. */
export interface Repeatable {
  readonly samplesMs: readonly number[];
  repeat(): Promise<void>;
}

/**
 * Rounds in which each call runs once, so that drift of the machine hits all alike: at least six, then until `end` or
 * until every interval has its target width. No round begins that would be likely to pass `deadline`.
 */
export async function runRounds(
  calls: readonly Repeatable[],
  end: number,
  deadline = Infinity,
): Promise<void> {
  let longestMs = 0;
  for (let round = 0; round < MOST_ROUNDS && calls.length > 0; round++) {
    const start = performance.now();
    if (start + longestMs > deadline) return;
    if (round >= LEAST_ROUNDS) {
      if (start > end || calls.every((call) => summarise(call.samplesMs).converged)) return;
    }
    for (const call of calls) await call.repeat();
    longestMs = Math.max(longestMs, performance.now() - start);
  }
}

/** Wall time of one run, in ms. */
export async function timeOnce(session: { run(): Promise<void> }): Promise<number> {
  const start = performance.now();
  await session.run();
  return performance.now() - start;
}
