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
import { shortReason } from './runtime/probe';
import { computeReference, verify, type Reference } from './verify';

/** Kernels this much slower than the best at one length are not tried at the next. */
const HOPELESS = 1.5;

const TRIAL_RUNS = 2;

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
    const all = this.mechanism.kernels(shape, this.parameters);
    const kernels = all.filter((kernel) => this.alive?.has(kernel.id) ?? true);
    const [first] = kernels;
    if (first === undefined) throw new Error(`${this.mechanism.id} has no kernel left`);
    const reference = computeReference(this.mechanism, shape, this.parameters, inputs, positions);
    const attempts: Attempt[] = [];
    for (const kernel of kernels) {
      const bestMs = Math.min(...attempts.map((one) => one.bestMs));
      attempts.push(await attempt(kernel, shape, inputs, reference, conditions, bestMs));
    }
    const ranked = attempts
      .filter((candidate) => candidate.session !== undefined)
      .sort((a, b) => a.bestMs - b.bestMs);
    const [winner, ...losers] = ranked;
    for (const loser of losers) await loser.session?.release();
    if (winner === undefined)
      return new Entry(this, attempts[0] ?? failed(first, 'was not run'), attempts, shape);
    this.alive = new Set(
      ranked.filter((one) => one.bestMs <= HOPELESS * winner.bestMs).map((one) => one.kernel.id),
    );
    // Without a peak (no room for the runtime's profile file) the time is as valid.
    const peakBytes = await measurePeak(winner.kernel, shape, inputs, positions, conditions).catch(
      () => undefined,
    );
    const measured = peakBytes === undefined ? winner : { ...winner, peakBytes };
    return new Entry(this, measured, attempts, shape);
  }
}

export interface Conditions {
  readonly provider: string;
  readonly freeMemoryBytes: number;
}

interface Attempt {
  readonly kernel: Kernel;
  /** Fastest trial run; Infinity where nothing verified. */
  readonly bestMs: number;
  /** Present when the kernel verified. */
  readonly session?: AttentionSession;
  readonly verification?: Verification;
  readonly peakBytes?: number;
  readonly error?: string;
}

function failed(kernel: Kernel, error: string): Attempt {
  return { kernel, bestMs: Infinity, error };
}

/** Verifies one kernel and times it shortly; stops early where it cannot come near `bestMs`. */
async function attempt(
  kernel: Kernel,
  shape: AttentionShape,
  inputs: AttentionInputs,
  reference: Reference,
  conditions: Conditions,
  bestSoFarMs: number,
): Promise<Attempt> {
  if (kernel.providers?.includes(conditions.provider) === false) {
    return failed(kernel, `is not offered by ${conditions.provider}`);
  }
  const obstacle = memoryObstacle(kernel.cost, conditions.freeMemoryBytes);
  if (obstacle !== undefined) return failed(kernel, obstacle);
  const options = { provider: conditions.provider, positions: reference.positions, profile: false };
  let session: AttentionSession | undefined;
  try {
    session = await createAttentionSession(kernel.graph, shape, inputs, options);
    // The first run also warms up: it allocates, and on a GPU compiles.
    await session.run();
    const verification = verify(shape, reference, session.sampledOutput());
    if (!verification.passed) {
      await session.release();
      return { kernel, bestMs: Infinity, verification };
    }
    let bestMs = Infinity;
    for (let run = 0; run < TRIAL_RUNS; run++) {
      bestMs = Math.min(bestMs, await timeOnce(session));
      if (bestMs > 2 * HOPELESS * bestSoFarMs) break;
    }
    return { kernel, bestMs, session, verification };
  } catch (error) {
    await session?.release();
    return failed(kernel, shortReason(error));
  }
}

/**
 * Peak bytes of one run by the runtime's own count, from a profiled session; undefined where the
 * provider does not count.
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
  const options = { provider: conditions.provider, positions, profile: true };
  const session = await createAttentionSession(kernel.graph, shape, inputs, options);
  try {
    await session.run();
    return (await session.trace()).peakBytes;
  } finally {
    await session.release();
  }
}

/** A contender at one length, with its fastest verified kernel ready to run. */
export class Entry {
  public readonly samplesMs: number[] = [];

  public constructor(
    public readonly contender: Contender,
    private readonly chosen: Attempt,
    private readonly attempts: readonly Attempt[],
    private readonly shape: AttentionShape,
  ) {}

  /** Something verified, so there is something to time. */
  public get runnable(): boolean {
    return this.chosen.session !== undefined;
  }

  public get kernelTitle(): string {
    return this.chosen.kernel.title;
  }

  /** Time of one call in the short trial; Infinity where nothing verified. */
  public get trialMs(): number {
    return this.chosen.bestMs;
  }

  /** Time that the trials of the kernels still in the race took; what the next length repeats, grown. */
  public get survivorsTrialMs(): number {
    const survivors = this.attempts.filter((one) => one.bestMs <= HOPELESS * this.chosen.bestMs);
    // The verified run, the trial runs, and the winner's run for its memory.
    return survivors.reduce((sum, one) => sum + (TRIAL_RUNS + 2) * one.bestMs, 0);
  }

  public async repeat(): Promise<void> {
    if (this.chosen.session !== undefined) this.samplesMs.push(await timeOnce(this.chosen.session));
  }

  public async close(): Promise<void> {
    await this.chosen.session?.release();
  }

  public toPoint(timing: Timing | undefined): MeasuredPoint {
    const { kernel, verification, peakBytes, error } = this.chosen;
    return {
      n: this.shape.n,
      kernel: kernel.id,
      ...(timing === undefined ? {} : { timing }),
      verification: verification ?? {
        passed: false,
        maxError: 0,
        tolerance: 0,
        rows: 0,
        message: error ?? 'was not run',
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
    ...(Number.isFinite(attempt.bestMs) ? { medianMs: attempt.bestMs } : {}),
    ...(attempt.verification === undefined ? {} : { verification: attempt.verification }),
    ...(attempt.error === undefined ? {} : { error: attempt.error }),
  };
}

async function timeOnce(session: AttentionSession): Promise<number> {
  const start = performance.now();
  await session.run();
  return performance.now() - start;
}
