import type { AttentionInputs, AttentionMechanism, MechanismParameters } from '../../attention/mechanism';
import { memoryObstacle } from '../memoryGuard';
import { createAttentionSession, type AttentionSession } from '../runtime/session';
import { summarise } from '../timing';
import { computeReference, verify } from '../verify';
import type { PlannedCall } from './axisCalls';
import { throughput, type AxisCall } from './derive';
import { timeOnce, type Repeatable } from '../rounds';

export interface AxisConditions {
  readonly mechanism: AttentionMechanism;
  readonly parameters: MechanismParameters;
  /** The kernel of every call on the axis: rates of different kernels would not compare. */
  readonly kernel: string;
  readonly provider: string;
  readonly freeMemory: () => number;
}

/** A verified call of an axis, ready to be repeated. */
export class OpenAxisCall implements Repeatable {
  public readonly samplesMs: number[] = [];

  private constructor(
    private readonly planned: PlannedCall,
    private readonly flops: number,
    private readonly session: AttentionSession,
  ) {}

  /**
   * Undefined where the kernel has no form for the shape, does not fit in memory or gives a wrong result. Rejects with the
   * runtime's error.
   */
  public static async open(
    planned: PlannedCall,
    inputs: AttentionInputs,
    conditions: AxisConditions,
  ): Promise<OpenAxisCall | undefined> {
    const { mechanism, parameters, provider, freeMemory } = conditions;
    const { shape, threads } = planned;
    const kernel = mechanism.kernels(shape, parameters).find(({ id }) => id === conditions.kernel);
    if (kernel === undefined || memoryObstacle(kernel.cost, freeMemory()) !== undefined) return undefined;
    // Both ends of the sequence: the kernel verified at more positions before.
    const positions = [...new Set([0, shape.n - 1])];
    const session = await createAttentionSession(kernel.graph, shape, inputs, {
      provider,
      profile: false,
      positions,
      ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    });
    try {
      await session.run();
      const reference = computeReference(mechanism, shape, parameters, inputs, positions);
      if (verify(shape, reference, session.sampledOutput()).passed)
        return new OpenAxisCall(planned, kernel.cost.flops, session);
    } catch (error) {
      await session.release();
      throw error;
    }
    await session.release();
    return undefined;
  }

  public async repeat(): Promise<void> {
    this.samplesMs.push(await timeOnce(this.session));
  }

  public async close(): Promise<void> {
    await this.session.release();
  }

  /** Undefined where there was no time for a repetition. */
  public result(): AxisCall | undefined {
    if (this.samplesMs.length === 0) return undefined;
    const timing = summarise(this.samplesMs);
    const { flopsPerSecond } = throughput(1, this.flops, timing.medianMs);
    return { value: this.planned.value, timing, flopsPerSecond };
  }
}
