import type {
  AttentionInputs,
  AttentionMechanism,
  AttentionShape,
  DecodeStep,
  MechanismParameters,
} from '../../attention/mechanism';
import type { DecodePoint } from '../../report/regimes';
import type { Verification } from '../../report/report';
import { memoryObstacle } from '../memoryGuard';
import { createDecodeSession, type DecodeSession } from '../runtime/decodeSession';
import { shortReason } from '../runtime/probe';
import { summarise } from '../timing';
import { computeReference, verify, type Reference } from '../verify';
import { throughput } from './derive';
import { timeOnce, type Repeatable } from '../rounds';

/** A mechanism that decodes, with its parameters. */
export interface Decoder {
  readonly mechanism: AttentionMechanism;
  readonly parameters: MechanismParameters;
  /** What it keeps between two tokens once that grows no more, for the whole batch; absent where it always grows. */
  readonly constantBytes?: number;
}

export interface DecodeConditions {
  readonly provider: string;
  readonly freeMemory: () => number;
}

/** One decode step of a mechanism at one context; ready to be repeated where it verified. */
export class DecodeCall implements Repeatable {
  public readonly samplesMs: number[] = [];

  private constructor(
    private readonly decoder: Decoder,
    private readonly shape: AttentionShape,
    private readonly step: DecodeStep,
    private readonly verification: Verification,
    private readonly ready?: { readonly session: DecodeSession; readonly reference: Reference },
  ) {}

  /**
   * Makes the step's session and runs it once against the reference of the last position. Throws RangeError where the
   * mechanism has no step for `shape`.
   */
  public static async open(
    decoder: Decoder,
    shape: AttentionShape,
    inputs: AttentionInputs,
    { provider, freeMemory }: DecodeConditions,
  ): Promise<DecodeCall> {
    const { mechanism, parameters } = decoder;
    const step = mechanism.decode?.(shape, parameters);
    if (step === undefined) throw new RangeError(`${mechanism.id} has no decode step`);
    const obstacle = memoryObstacle(step.cost, freeMemory());
    if (obstacle !== undefined) return new DecodeCall(decoder, shape, step, unrun(obstacle));
    let session: DecodeSession | undefined;
    try {
      session = await createDecodeSession(step, shape, inputs, provider);
      await session.run();
      const reference = computeReference(mechanism, shape, parameters, inputs, [shape.n - 1]);
      const verification = verify(shape, reference, session.output());
      if (verification.passed)
        return new DecodeCall(decoder, shape, step, verification, { session, reference });
      await session.release();
      return new DecodeCall(decoder, shape, step, verification);
    } catch (error) {
      await session?.release();
      return new DecodeCall(decoder, shape, step, unrun(shortReason(error)));
    }
  }

  public get context(): number {
    return this.shape.n;
  }

  /** The step verified, so there is something to time. */
  public get runnable(): boolean {
    return this.ready !== undefined;
  }

  public async repeat(): Promise<void> {
    if (this.ready !== undefined) this.samplesMs.push(await timeOnce(this.ready.session));
  }

  public async close(): Promise<void> {
    await this.ready?.session.release();
  }

  /** The step's result. The output of the last repetition is verified too: a wrong one has no time. */
  public toPoint(): DecodePoint {
    const { mechanism, parameters, constantBytes } = this.decoder;
    const { cost, stateBytes } = this.step;
    const last =
      this.ready === undefined
        ? undefined
        : verify(this.shape, this.ready.reference, this.ready.session.output());
    const verification = last?.passed === false ? last : this.verification;
    const timing = verification.passed && this.samplesMs.length > 0 ? summarise(this.samplesMs) : undefined;
    return {
      id: mechanism.id,
      title: mechanism.title,
      parameters,
      context: this.shape.n,
      stateBytes,
      // A window that is not full yet still grows.
      constantState: stateBytes === constantBytes,
      ...(timing === undefined
        ? {}
        : {
            timed: {
              timing,
              ...throughput(this.shape.batch, cost.flops, timing.medianMs),
              bytesPerSecond: (cost.compulsoryBytes / timing.medianMs) * 1000,
            },
          }),
      verification,
    };
  }
}

function unrun(message: string): Verification {
  return { passed: false, maxError: 0, tolerance: 0, rows: 0, message };
}
