import * as l10n from '@vscode/l10n';
import { dense } from '../attention/dense';
import type {
  AttentionInputs,
  AttentionMechanism,
  AttentionShape,
  Kernel,
  MechanismParameters,
} from '../attention/mechanism';
import type { KernelTrial, MeasuredPoint, Timing, Verification } from '../report/report';
import { memoryObstacle } from './memoryGuard';
import { createAttentionSession, type AttentionSession } from './runtime/session';
import { timeOnce } from './rounds';
import { shortReason } from './runtime/probe';
import { computeReference, verify, type Reference } from './verify';

/** Kernels this much slower than the best at one length are not tried at the next, unless they do less. */
const HOPELESS = 1.25;

/** Runs by which a kernel is chosen. */
const TRIAL_RUNS = 2;

/** As many of dense attention, where they are short: a slow choice would flatter all that is compared with it. */
const DENSE_TRIAL_RUNS = 6;

/** Time in which runs beyond `TRIAL_RUNS` may begin. */
const MORE_TRIALS_MS = 100;

/** One mechanism in the race, over all lengths. */
export class Contender {
  /** Kernels still in the race; undefined before the first length. */
  private alive: ReadonlySet<string> | undefined;

  public constructor(
    public readonly mechanism: AttentionMechanism,
    public readonly parameters: MechanismParameters,
  ) {}

  /**
   * Runs every kernel that is still in the race once on `inputs`, verifies it, times the verified
   * ones shortly and keeps the fastest ready for the interleaved repetitions.
   */
  public async enter(
    shape: AttentionShape,
    inputs: AttentionInputs,
    positions: readonly number[],
    conditions: Conditions,
  ): Promise<Entry> {
    const begin = performance.now();
    const all = this.mechanism.kernels(shape, this.parameters);
    const buildMs = performance.now() - begin;
    const kernels = all.filter((kernel) => this.alive?.has(kernel.id) ?? true);
    const [first] = kernels;
    if (first === undefined) throw new Error(`${this.mechanism.id} has no kernel left`);
    const reference = computeReference(this.mechanism, shape, this.parameters, inputs, positions);
    const referenceMs = performance.now() - begin - buildMs;
    let winner: Attempt | undefined;
    const attempts: Attempt[] = [];
    for (const kernel of kernels) {
      const one = await attempt(kernel, shape, inputs, reference, {
        ...conditions,
        runs: this.mechanism.id === dense.id ? DENSE_TRIAL_RUNS : TRIAL_RUNS,
        bestSoFarMs: winner?.bestMs ?? Infinity,
      });
      attempts.push(one);
      if (one.session === undefined) continue;
      // Only the fastest so far keeps its session, and with it its memory.
      const beaten = winner === undefined || one.bestMs < winner.bestMs ? winner : one;
      await beaten?.session?.release();
      if (beaten !== one) winner = one;
    }
    const entryOf = (chosen: Attempt, peakMs = 0): Entry =>
      new Entry(this, chosen, attempts, shape, reference, { buildMs, referenceMs, peakMs });
    if (winner === undefined) return entryOf(attempts[0] ?? failed(first, l10n.t('was not run')));
    const best = winner;
    this.alive = new Set(attempts.filter((one) => mayWinLater(one, best)).map((one) => one.kernel.id));
    // Without a peak (no room for the runtime's profile file) the time is as valid.
    const peakBegin = performance.now();
    const peakBytes = await measurePeak(winner.kernel, shape, inputs, positions, conditions).catch(
      () => undefined,
    );
    const peakMs = performance.now() - peakBegin;
    return entryOf(peakBytes === undefined ? winner : { ...winner, peakBytes }, peakMs);
  }
}

export interface Conditions {
  readonly provider: string;
  /** Bytes that are free at the moment of the call; 0 where the device does not tell. */
  readonly freeMemory: () => number;
}

interface Trials extends Conditions {
  readonly runs: number;
  readonly bestSoFarMs: number;
}

interface Attempt {
  readonly kernel: Kernel;
  readonly trialsMs: readonly number[];
  /** Fastest trial run; Infinity where nothing verified. */
  readonly bestMs: number;
  /** From making the session to the end of the first, verified run; 0 where nothing ran. */
  readonly readyMs: number;
  /** Present when the kernel verified. */
  readonly session?: AttentionSession;
  readonly verification?: Verification;
  readonly peakBytes?: number;
  readonly error?: string;
  /** The kernel was not started because its projection does not fit in memory. */
  readonly refused?: boolean;
}

function failed(kernel: Kernel, error: string): Attempt {
  return { kernel, trialsMs: [], bestMs: Infinity, readyMs: 0, error };
}

/** A kernel near the winner, or one that has fewer operations to do, may overtake it at a longer length. */
function mayWinLater(one: Attempt, winner: Attempt): boolean {
  if (!Number.isFinite(one.bestMs)) return false;
  return (
    one.bestMs <= HOPELESS * winner.bestMs || one.kernel.cost.executedFlops < winner.kernel.cost.executedFlops
  );
}

/** Verifies one kernel and times it shortly; stops early where it cannot come near `bestSoFarMs`. */
async function attempt(
  kernel: Kernel,
  shape: AttentionShape,
  inputs: AttentionInputs,
  reference: Reference,
  { runs, bestSoFarMs, ...conditions }: Trials,
): Promise<Attempt> {
  const obstacle = memoryObstacle(kernel.cost, conditions.freeMemory());
  if (obstacle !== undefined) return { ...failed(kernel, obstacle), refused: true };
  const options = { provider: conditions.provider, positions: reference.positions, profile: false };
  const begin = performance.now();
  let session: AttentionSession | undefined;
  try {
    session = await createAttentionSession(kernel.graph, shape, inputs, options);
    // The first run also warms up: it allocates, and on a GPU compiles.
    await session.run();
    const verification = verify(shape, reference, session.sampledOutput());
    const readyMs = performance.now() - begin;
    if (!verification.passed) {
      await session.release();
      return { kernel, trialsMs: [], bestMs: Infinity, readyMs, verification };
    }
    const trialsMs: number[] = [];
    const moreUntil = performance.now() + MORE_TRIALS_MS;
    while (trialsMs.length < TRIAL_RUNS || (trialsMs.length < runs && performance.now() < moreUntil)) {
      trialsMs.push(await timeOnce(session));
      if (Math.min(...trialsMs) > 2 * HOPELESS * bestSoFarMs) break;
    }
    return { kernel, trialsMs, bestMs: Math.min(...trialsMs), readyMs, session, verification };
  } catch (error) {
    await session?.release();
    return failed(kernel, shortReason(error));
  }
}

/**
 * Peak bytes of one run by the runtime's own count, from a profiled session; undefined where the
 * provider does not count, or where a second session would not fit beside the first.
 */
async function measurePeak(
  kernel: Kernel,
  shape: AttentionShape,
  inputs: AttentionInputs,
  positions: readonly number[],
  conditions: Conditions,
): Promise<number | undefined> {
  // Only this provider's arena is in the profile.
  if (conditions.provider !== 'cpu') return undefined;
  if (memoryObstacle(kernel.cost, conditions.freeMemory()) !== undefined) return undefined;
  const options = { provider: conditions.provider, positions, profile: true };
  const session = await createAttentionSession(kernel.graph, shape, inputs, options);
  try {
    await session.run();
    return (await session.trace()).peakBytes;
  } finally {
    await session.release();
  }
}

/** What came before and after the trials of the kernels, in ms. */
interface EntryTimes {
  /** Making the graphs of all kernels, and their constants. */
  readonly buildMs: number;
  readonly referenceMs: number;
  /** The profiled session for the memory. */
  readonly peakMs: number;
}

/** A contender at one length, with its fastest verified kernel ready to run. */
export class Entry {
  public readonly samplesMs: number[] = [];

  public constructor(
    public readonly contender: Contender,
    private readonly chosen: Attempt,
    private readonly attempts: readonly Attempt[],
    private readonly shape: AttentionShape,
    private readonly reference: Reference,
    private readonly took: EntryTimes,
  ) {}

  /** Something verified, so there is something to time. */
  public get runnable(): boolean {
    return this.chosen.session !== undefined;
  }

  public get kernelTitle(): string {
    return this.chosen.kernel.title;
  }

  /** Fastest of the trial runs; Infinity where nothing verified. */
  public get trialMs(): number {
    return this.chosen.bestMs;
  }

  /** The trial runs of the chosen kernel. */
  public get trialsMs(): readonly number[] {
    return this.chosen.trialsMs;
  }

  /** Some kernel was really tried, and none was refused for want of memory alone. */
  public get tried(): boolean {
    return this.attempts.some((one) => one.refused !== true);
  }

  /** Why the chosen kernel has no time. */
  public get failure(): string | undefined {
    return this.chosen.error ?? this.chosen.verification?.message;
  }

  /** Time that the trials of the kernels still in the race took; what the next length repeats, grown. */
  public get survivorsTrialMs(): number {
    // The verified run, the trial runs, and the winner's run for its memory.
    return this.survivors.reduce((sum, one) => sum + (one.trialsMs.length + 2) * one.bestMs, 0);
  }

  /** Time that making the graphs took: most of their constants are as large at any length. */
  public get buildMs(): number {
    return this.took.buildMs;
  }

  /** The reference, the sessions of the kernels still in the race and what their first runs took beyond a run. */
  public get preparingMs(): number {
    const { referenceMs, peakMs } = this.took;
    return this.survivors.reduce(
      (sum, one) => sum + Math.max(0, one.readyMs - one.bestMs),
      referenceMs + Math.max(0, peakMs - this.chosen.bestMs),
    );
  }

  private get survivors(): readonly Attempt[] {
    return this.attempts.filter((one) => mayWinLater(one, this.chosen));
  }

  public async repeat(): Promise<void> {
    if (this.chosen.session !== undefined) this.samplesMs.push(await timeOnce(this.chosen.session));
  }

  public async close(): Promise<void> {
    await this.chosen.session?.release();
  }

  /** The length's result. The output of the last repetition is verified too: a wrong one has no time. */
  public toPoint(timing: Timing | undefined): MeasuredPoint {
    const { kernel, peakBytes, error, session } = this.chosen;
    const last =
      session === undefined ? undefined : verify(this.shape, this.reference, session.sampledOutput());
    const verification = last?.passed === false ? last : this.chosen.verification;
    return {
      n: this.shape.n,
      kernel: kernel.id,
      ...(timing === undefined || verification?.passed !== true ? {} : { timing }),
      verification: verification ?? {
        passed: false,
        maxError: 0,
        tolerance: 0,
        rows: 0,
        message: error ?? l10n.t('was not run'),
      },
      ...(peakBytes === undefined ? {} : { peakBytes }),
      formulaBytes: kernel.cost.workspaceBytes,
      flops: kernel.cost.flops,
      executedFlops: kernel.cost.executedFlops,
      otherKernels: this.attempts.filter((one) => one.kernel.id !== kernel.id).map(toTrial),
    };
  }
}

function toTrial(attempt: Attempt): KernelTrial {
  return {
    kernel: attempt.kernel.id,
    ...(Number.isFinite(attempt.bestMs) ? { bestMs: attempt.bestMs } : {}),
    ...(attempt.verification === undefined ? {} : { verification: attempt.verification }),
    ...(attempt.error === undefined ? {} : { error: attempt.error }),
  };
}
