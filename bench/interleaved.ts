import type { AttentionMechanism, AttentionShape, MechanismParameters } from '../src/attention/mechanism';
import { makeInputs } from '../src/engine/inputs';
import { createAttentionSession, type AttentionSession } from '../src/engine/runtime/session';
import { median } from '../src/engine/timing';
import { computeReference, samplePositions, verify } from '../src/engine/verify';

/** Something that is run in turn with others, so that drift of the machine hits all alike. */
export interface Runner {
  readonly title: string;
  run(): Promise<void>;
}

/** Median time of each runner in ms, over `rounds` rounds after one that warms up. */
export async function interleave(runners: readonly Runner[], rounds: number): Promise<number[]> {
  return (await sampleInTurn(runners, rounds)).map(median);
}

/** The times of each runner in ms, over `rounds` rounds after one that warms up. */
export async function sampleInTurn(runners: readonly Runner[], rounds: number): Promise<number[][]> {
  const samples = runners.map((): number[] => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [index, runner] of runners.entries()) {
      const start = performance.now();
      await runner.run();
      if (round > 0) samples[index]?.push(performance.now() - start);
    }
  }
  return samples;
}

export interface VerifiedKernel extends Runner {
  readonly kernel: string;
  readonly flops: number;
  readonly executedFlops: number;
  readonly session: AttentionSession;
}

/** Sessions for the kernels of `mechanism` that verify on `cpu` and of which `wanted` approves. */
export async function verifiedKernels(
  mechanism: AttentionMechanism,
  shape: AttentionShape,
  parameters: MechanismParameters,
  wanted: (kernel: string) => boolean,
): Promise<VerifiedKernel[]> {
  const inputs = makeInputs(shape, 1);
  const positions = samplePositions(shape.n, 1);
  const reference = computeReference(mechanism, shape, parameters, inputs, positions);
  const runners: VerifiedKernel[] = [];
  for (const kernel of mechanism.kernels(shape, parameters)) {
    if (!wanted(kernel.id)) continue;
    const session = await createAttentionSession(kernel.graph, shape, inputs, {
      provider: 'cpu',
      profile: false,
      positions,
    });
    await session.run();
    const verification = verify(shape, reference, session.sampledOutput());
    if (!verification.passed)
      throw new Error(`${mechanism.id}, ${kernel.id}: ${verification.message ?? 'wrong'}`);
    runners.push({
      title: `${mechanism.id}: ${kernel.id}`,
      kernel: kernel.id,
      flops: kernel.cost.flops,
      executedFlops: kernel.cost.executedFlops,
      session,
      run: () => session.run(),
    });
  }
  return runners;
}
