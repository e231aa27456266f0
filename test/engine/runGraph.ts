import type { AttentionInputs, AttentionShape, Kernel } from '../../src/attention/mechanism';
import type { GraphDescription } from '../../src/onnx/modelProto';
import { createAttentionSession } from '../../src/engine/runtime/session';
import type { Trace } from '../../src/engine/runtime/trace';

/** Every position of a sequence. */
export function allPositions(n: number): number[] {
  return Array.from({ length: n }, (_, position) => position);
}

/** The whole output of one run on `cpu`, [batch, n, heads·headDim]. Rejects with the runtime's error. */
export async function runGraph(
  graph: GraphDescription,
  shape: AttentionShape,
  inputs: AttentionInputs,
): Promise<Float32Array> {
  const positions = allPositions(shape.n);
  const session = await createAttentionSession(graph, shape, inputs, {
    provider: 'cpu',
    profile: false,
    positions,
  });
  try {
    await session.run();
    return session.sampledOutput();
  } finally {
    await session.release();
  }
}

/**
 * What the runtime recorded of `runs` runs on `cpu`, on one thread: each has tiles of its own, and a peak must not depend
 * on how many cores a machine has.
 */
export async function traceGraph(
  graph: GraphDescription,
  shape: AttentionShape,
  inputs: AttentionInputs,
  runs: number,
): Promise<Trace> {
  const session = await createAttentionSession(graph, shape, inputs, {
    provider: 'cpu',
    profile: true,
    positions: [0],
    intraOpNumThreads: 1,
  });
  try {
    for (let run = 0; run < runs; run++) await session.run();
    return await session.trace();
  } finally {
    await session.release();
  }
}

export function kernelById(kernels: readonly Kernel[], id: string): Kernel {
  const found = kernels.find((kernel) => kernel.id === id);
  if (found === undefined) throw new RangeError(`no kernel is called '${id}'`);
  return found;
}
