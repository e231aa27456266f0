import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dense } from '../../src/attention/dense';
import type {
  AttentionInputs,
  AttentionMechanism,
  AttentionShape,
  Kernel,
  MechanismParameters,
} from '../../src/attention/mechanism';
import { makeInputs } from '../../src/engine/inputs';
import { createDecodeSession } from '../../src/engine/runtime/decodeSession';
import { computeReference, verify } from '../../src/engine/verify';
import { allPositions, runGraph, traceGraph } from './runGraph';

/** Shapes that no block size divides: one head, head_dim 15, groups, batches, a single token. */
export const randomShapes = fc
  .record({
    batch: fc.integer({ min: 1, max: 3 }),
    kvHeads: fc.integer({ min: 1, max: 3 }),
    group: fc.integer({ min: 1, max: 3 }),
    headDim: fc.constantFrom(1, 8, 15, 16, 24, 40),
    n: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.constantFrom(1, 2, 63, 64, 65, 128, 129, 256, 257)),
    causal: fc.boolean(),
  })
  .map(({ group, ...shape }): AttentionShape => ({
    ...shape,
    heads: shape.kvHeads * group,
    dtype: 'float32',
  }));

/** Runs every kernel on random inputs and compares every row; the ids of those that the runtime refused. */
export async function checkKernels(
  mechanism: AttentionMechanism,
  shape: AttentionShape,
  parameters: MechanismParameters,
  inputs: AttentionInputs = makeInputs(shape, shape.n),
): Promise<string[]> {
  const reference = computeReference(mechanism, shape, parameters, inputs, allPositions(shape.n));
  const refused: string[] = [];
  for (const { id, graph } of mechanism.kernels(shape, parameters)) {
    let output: Float32Array;
    try {
      output = await runGraph(graph, shape, inputs);
    } catch (error) {
      assert.ok(error instanceof Error);
      assert.match(error.message, /head_size must be a multiple of 8/, id);
      refused.push(id);
      continue;
    }
    const result = verify(shape, reference, output);
    assert.ok(result.passed && result.maxError <= 1e-4, `${id}: ${result.message ?? ''}`);
    assert.equal(result.rows, shape.batch * shape.n * shape.heads);
  }
  return refused;
}

/** Runs the decode step on the state of random inputs and compares its one row with the reference. */
export async function checkDecode(
  mechanism: AttentionMechanism,
  shape: AttentionShape,
  parameters: MechanismParameters,
): Promise<void> {
  const step = mechanism.decode?.(shape, parameters);
  assert.ok(step, `${mechanism.id} decodes`);
  const inputs = makeInputs(shape, shape.n);
  const session = await createDecodeSession(step, shape, inputs, 'cpu');
  try {
    await session.run();
    const reference = computeReference(mechanism, shape, parameters, inputs, [shape.n - 1]);
    const result = verify(shape, reference, session.output());
    assert.ok(result.passed && result.maxError <= 1e-4, `${mechanism.id}, decode: ${result.message ?? ''}`);
  } finally {
    await session.release();
  }
}

/** Peak bytes of one run on `cpu` by the runtime's own count, beyond q, k, v; and the formula's workspace. */
export async function peakAndFormula(
  kernel: Kernel,
  shape: AttentionShape,
): Promise<{ readonly peakBytes: number; readonly formulaBytes: number }> {
  const trace = await traceGraph(kernel.graph, shape, makeInputs(shape, 1), 1);
  assert.ok(trace.peakBytes !== undefined);
  return { peakBytes: trace.peakBytes, formulaBytes: kernel.cost.workspaceBytes };
}

/**
 * The runtime's peak is between `least` and `most` times the formula, within a quarter where nothing else is said; it
 * is returned.
 */
export async function assertAsFormula(
  kernel: Kernel,
  shape: AttentionShape,
  { least = 0.75, most = 1.25 }: { readonly least?: number; readonly most?: number } = {},
): Promise<number> {
  const { peakBytes, formulaBytes } = await peakAndFormula(kernel, shape);
  const ratio = peakBytes / formulaBytes;
  assert.ok(
    ratio > least && ratio < most,
    `${kernel.id}, ${JSON.stringify(shape)}: measured is ${ratio.toFixed(2)} of the formula`,
  );
  return peakBytes;
}

/** Every one of `kernels` gives what dense attention gives. */
export async function assertGiveDense(
  kernels: readonly Pick<Kernel, 'id' | 'graph'>[],
  shape: AttentionShape,
  inputs: AttentionInputs = makeInputs(shape, 5),
): Promise<void> {
  const expected = computeReference(dense, shape, {}, inputs, allPositions(shape.n));
  for (const { id, graph } of kernels) {
    const result = verify(shape, expected, await runGraph(graph, shape, inputs));
    assert.ok(result.passed, `${id}: ${result.message ?? ''}`);
  }
}

/** Every kernel of `mechanism` gives what dense attention gives. */
export async function equalsDense(
  mechanism: AttentionMechanism,
  shape: AttentionShape,
  parameters: MechanismParameters,
): Promise<void> {
  await assertGiveDense(mechanism.kernels(shape, parameters), shape);
}
