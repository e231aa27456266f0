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
  /** Making the graphs: does not grow with the length. */
  readonly buildMs: number;
  /** The reference and the sessions of the kernels that the next length tries again: grow with the length. */
  readonly preparingMs: number;
}

/** What is expected of a contender, in ms. */
interface Plan<E extends Entered> {
  readonly entry: E;
  /** One run at the asked length, grown as its FLOPs are. */
  readonly askedMs: number;
  /** All that the next length takes of it. */
  readonly totalMs: number;
}

/** Lengths in tokens. */
interface LengthsAhead {
  readonly next: number;
  /** The length of the question. */
  readonly asked: number;
  /** Ids of what the layers have now. */
  readonly present?: ReadonlySet<string>;
}

/**
 * The entries of the length `shape.n` for which the length `next` is likely to end within `availableMs`: all, or dense
 * attention and the replacements that there is time for: what the layers have now, which the others are weighed
 * against, then those that seem fastest at the asked length: a short budget says less of the slow ones rather than of
 * all, and a window that is as long as the sequence still is not taken for slow. Who does not end in time is passed
 * over for the next. Runs grow as the mechanism's own FLOPs do (at least in proportion), references and sessions in
 * proportion, and the graphs' constants not at all: their share is so large at short lengths that a quick mechanism
 * would be left out for it. `[]`: not even dense attention and one replacement.
 */
export function affordable<E extends Entered>(
  entries: readonly E[],
  shape: AttentionShape,
  ahead: LengthsAhead,
  availableMs: number,
): readonly E[] {
  const plans = entries.map((entry) => planFor(entry, shape, ahead));
  const isPresent = ({ entry }: Plan<E>): boolean =>
    ahead.present?.has(entry.contender.mechanism.id) ?? false;
  const [rival, others] = [plans.filter(isDense), plans.filter((plan) => !isDense(plan))];
  const chosen = new Set(rival.map(({ entry }) => entry));
  let leftMs = rival.reduce((left, { totalMs }) => left - totalMs, availableMs);
  for (const { entry, totalMs } of others.toSorted(
    (a, b) => Number(isPresent(b)) - Number(isPresent(a)) || a.askedMs - b.askedMs,
  )) {
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

function planFor<E extends Entered>(entry: E, shape: AttentionShape, { next, asked }: LengthsAhead): Plan<E> {
  const { mechanism, parameters } = entry.contender;
  const growthTo = (n: number): number =>
    mechanism.flops({ ...shape, n }, parameters) / mechanism.flops(shape, parameters);
  const growth = Math.max(next / shape.n, growthTo(next));
  return {
    entry,
    askedMs: growthTo(asked) * entry.trialMs,
    totalMs:
      entry.buildMs +
      (entry.preparingMs * next) / shape.n +
      growth * (entry.survivorsTrialMs + LEAST_ROUNDS * entry.trialMs),
  };
}
