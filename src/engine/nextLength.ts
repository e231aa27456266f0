import { dense } from '../attention/dense';
import type { AttentionShape } from '../attention/mechanism';
import type { Contender } from './contender';
import { LEAST_ROUNDS } from './rounds';

/** What is known of a contender after its trials at one length; times in ms. */
export interface Entered {
  readonly contender: Pick<Contender, 'mechanism' | 'parameters'>;
  /** Fastest run of the chosen kernel. */
  readonly trialMs: number;
  /** The trials of the kernels that the next length tries again. */
  readonly survivorsTrialMs: number;
  /** Everything from the reference to the last trial. */
  readonly enteredMs: number;
}

/** What a contender took at one length, and what the next one would take of it, in ms. */
interface Plan<E extends Entered> {
  readonly entry: E;
  /** One run of the chosen kernel. */
  readonly runMs: number;
  readonly totalMs: number;
}

/**
 * The entries of the length `shape.n` for which the length `next` is likely to end within `availableMs`: all, or dense
 * attention and the fastest replacements that there is time for, so that a short budget says less of the slow ones
 * rather than of all. Each is grown as its own FLOPs are (at least in proportion), and what is not running
 * (references, sessions) in proportion. `[]`: not even dense attention and one replacement.
 */
export function affordable<E extends Entered>(
  entries: readonly E[],
  shape: AttentionShape,
  next: number,
  availableMs: number,
): readonly E[] {
  const plans = entries.map((entry) => planFor(entry, shape, next));
  const [rival, others] = [plans.filter(isDense), plans.filter((plan) => !isDense(plan))];
  const chosen = new Set(rival.map(({ entry }) => entry));
  let leftMs = rival.reduce((left, { totalMs }) => left - totalMs, availableMs);
  for (const { entry, totalMs } of others.toSorted((a, b) => a.runMs - b.runMs)) {
    if (totalMs > leftMs) continue;
    leftMs -= totalMs;
    chosen.add(entry);
  }
  const alone = chosen.size === rival.length && others.length > 0;
  if (leftMs < 0 || alone) return [];
  return entries.filter((entry) => chosen.has(entry));
}

function isDense({ entry }: Plan<Entered>): boolean {
  return entry.contender.mechanism.id === dense.id;
}

function planFor<E extends Entered>(entry: E, shape: AttentionShape, next: number): Plan<E> {
  const { mechanism, parameters } = entry.contender;
  const flops = (n: number): number => mechanism.flops({ ...shape, n }, parameters);
  const growth = Math.max(next / shape.n, flops(next) / flops(shape.n));
  const overheadMs = Math.max(0, entry.enteredMs - entry.survivorsTrialMs);
  return {
    entry,
    runMs: growth * entry.trialMs,
    totalMs: (overheadMs * next) / shape.n + growth * (entry.survivorsTrialMs + LEAST_ROUNDS * entry.trialMs),
  };
}
