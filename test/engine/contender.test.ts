import assert from 'node:assert/strict';
import { dense } from '../../src/attention/dense';
import { declareInputs, declareOutput } from '../../src/attention/layout';
import type { AttentionMechanism, AttentionShape, Kernel } from '../../src/attention/mechanism';
import { naiveGraph } from '../../src/attention/naive';
import { Contender } from '../../src/engine/contender';
import { makeInputs } from '../../src/engine/inputs';
import { samplePositions } from '../../src/engine/verify';
import { GraphBuilder } from '../../src/onnx/graphBuilder';
import type { GraphDescription } from '../../src/onnx/modelProto';
import type { MeasuredPoint } from '../../src/report/report';
import { kernelById } from './runGraph';

const shape: AttentionShape = {
  batch: 1,
  heads: 2,
  kvHeads: 2,
  headDim: 16,
  n: 48,
  causal: true,
  dtype: 'float32',
};
const conditions = { provider: 'cpu', freeMemory: () => 2 ** 32 };
const naive = kernelById(dense.kernels(shape, {}), 'naive');

/** A mechanism with dense attention's reference and the given kernels. */
function double(...kernels: readonly Kernel[]): AttentionMechanism {
  return { ...dense, id: 'double', kernels: () => kernels };
}

function kernel(id: string, graph: GraphDescription, changes: Partial<Kernel> = {}): Kernel {
  return { ...naive, id, title: `the ${id} one`, graph, ...changes };
}

/** Dense attention whose output is multiplied by `factor`. */
function scaledGraph(factor: number): GraphDescription {
  const right = naiveGraph(shape);
  const graph = new GraphBuilder('scaled');
  const scale = graph.scalar('float32', factor);
  const constants = graph.build().constants;
  return {
    ...right,
    nodes: [
      ...right.nodes.map((node) => ({
        ...node,
        outputs: node.outputs.map((name) => (name === 'o' ? 'unscaled' : name)),
      })),
      {
        name: 'layer/all/scale_wrong',
        op: 'Mul',
        domain: '',
        inputs: ['unscaled', 'factor'],
        outputs: ['o'],
        attributes: {},
      },
    ],
    constants: new Map([
      ...right.constants,
      ...[...constants]
        .filter(([name]) => name === scale.name)
        .map(([, tensor]) => ['factor', tensor] as const),
    ]),
  };
}

/** √ of minus the absolute value: NaN everywhere. */
function nanGraph(): GraphDescription {
  const graph = new GraphBuilder('nan');
  const { q } = declareInputs(graph, shape);
  const negative = graph.node('Sub', [
    graph.node('Neg', [graph.node('Abs', [q])]),
    graph.scalar('float32', 1),
  ]);
  declareOutput(graph, shape, graph.node('Sqrt', [negative]));
  return graph.build();
}

function refusedGraph(): GraphDescription {
  const graph = new GraphBuilder('refused');
  const { q } = declareInputs(graph, shape);
  declareOutput(graph, shape, graph.node('NoSuchOperator', [q]));
  return graph.build();
}

/** One length of `mechanism`: three repetitions where something verified. */
async function measure(
  mechanism: AttentionMechanism,
  given = conditions,
  contender = new Contender(mechanism, {}),
): Promise<{ point: MeasuredPoint; samples: number; runnable: boolean }> {
  const entry = await contender.enter(shape, makeInputs(shape, 1), samplePositions(shape.n, 1), given);
  try {
    for (let round = 0; round < 3; round++) await entry.repeat();
    return {
      point: entry.toPoint(undefined),
      samples: entry.samplesMs.length,
      runnable: entry.runnable,
    };
  } finally {
    await entry.close();
  }
}

describe('a contender, on cpu', () => {
  it('has a verified point with a time, a peak and its formulas for a right kernel', async () => {
    const { point, samples, runnable } = await measure(double(kernel('right', naive.graph)));
    assert.equal(runnable, true);
    assert.equal(samples, 3);
    assert.equal(point.kernel, 'right');
    assert.equal(point.n, 48);
    assert.equal(point.verification.passed, true);
    assert.equal(point.verification.rows, 2 * samplePositions(48, 1).length);
    assert.ok((point.peakBytes ?? 0) > 0);
    assert.equal(point.flops, naive.cost.flops);
    assert.deepEqual(point.otherKernels, []);
  });

  it('has the double’s graph right when nothing is scaled, so that the next test means something', async () => {
    assert.equal((await measure(double(kernel('scaled', scaledGraph(1))))).runnable, true);
  });

  for (const factor of [1.001, 0.5, 0]) {
    it(`catches a graph that scales its output by ${String(factor)}, and gives it no time`, async () => {
      const { point, samples, runnable } = await measure(double(kernel('scaled', scaledGraph(factor))));
      assert.equal(runnable, false);
      assert.equal(samples, 0);
      assert.equal(point.verification.passed, false);
      assert.ok(Math.abs(point.verification.maxError - Math.abs(1 - factor)) < 1e-4);
      assert.match(point.verification.message ?? '', /differs from the float64 reference/);
      assert.equal(point.peakBytes, undefined);
    });
  }

  it('catches NaN', async () => {
    const { point, samples } = await measure(double(kernel('nan', nanGraph())));
    assert.equal(point.verification.passed, false);
    assert.equal(point.verification.maxError, Number.MAX_VALUE);
    assert.equal(samples, 0);
  });

  it('reports a graph that the runtime refuses as an error', async () => {
    const { point, runnable } = await measure(double(kernel('refused', refusedGraph())));
    assert.equal(runnable, false);
    assert.equal(point.verification.passed, false);
    assert.match(point.verification.message ?? '', /NoSuchOperator/);
  });

  it('takes the right kernel among broken ones, and shows what became of those', async () => {
    const { point } = await measure(
      double(
        kernel('refused', refusedGraph()),
        kernel('nan', nanGraph()),
        kernel('scaled', scaledGraph(2)),
        kernel('right', naive.graph),
      ),
    );
    assert.equal(point.kernel, 'right');
    assert.equal(point.verification.passed, true);
    const others = new Map(point.otherKernels.map((other) => [other.kernel, other]));
    assert.deepEqual([...others.keys()], ['refused', 'nan', 'scaled']);
    assert.match(others.get('refused')?.error ?? '', /NoSuchOperator/);
    assert.equal(others.get('nan')?.verification?.passed, false);
    assert.equal(others.get('scaled')?.verification?.passed, false);
    for (const other of others.values()) assert.equal(other.bestMs, undefined);
  });

  it('tells what the next length repeats from what it does not', async () => {
    const entry = await new Contender(dense, {}).enter(
      shape,
      makeInputs(shape, 1),
      samplePositions(shape.n, 1),
      conditions,
    );
    try {
      for (const part of [entry.buildMs, entry.preparingMs, entry.survivorsTrialMs]) assert.ok(part > 0);
      // A kernel's verified run, its trials and the run for the memory, of the fastest at the least.
      assert.ok(entry.survivorsTrialMs >= 4 * entry.trialMs);
    } finally {
      await entry.close();
    }
  });

  it('does not try a kernel again that failed, where another one verified', async () => {
    const broken = kernel('scaled', scaledGraph(2));
    const mechanism = double(broken, kernel('right', naive.graph));
    const contender = new Contender(mechanism, {});
    await measure(mechanism, conditions, contender);
    const { point } = await measure(mechanism, conditions, contender);
    assert.equal(point.kernel, 'right');
    assert.deepEqual(point.otherKernels, []);
  });

  it('keeps a kernel that has fewer operations to do, however slow it was at a short length', async () => {
    const lean = { ...naive.cost, executedFlops: naive.cost.executedFlops / 2 };
    const mechanism = double(kernel('lean', naive.graph, { cost: lean }), kernel('other', naive.graph));
    const contender = new Contender(mechanism, {});
    await measure(mechanism, conditions, contender);
    const { point } = await measure(mechanism, conditions, contender);
    assert.ok([point.kernel, ...point.otherKernels.map((other) => other.kernel)].includes('lean'));
  });

  it('refuses before any run what does not fit into memory', async () => {
    const huge = { ...naive.cost, workspaceBytes: 2 ** 50 };
    const { point, runnable, samples } = await measure(
      // Were it run, the runtime would complain of the operator instead.
      double(kernel('huge', refusedGraph(), { cost: huge })),
    );
    assert.deepEqual([runnable, samples], [false, 0]);
    assert.match(point.verification.message ?? '', /needs 1\.50 PiB \(projected\)/);
    assert.equal(point.verification.passed, false);
  });

  it('runs the kernel that fits where another does not', async () => {
    const { point } = await measure(dense, {
      provider: 'cpu',
      freeMemory: () => 1.9 * (naive.cost.compulsoryBytes + naive.cost.workspaceBytes / 2),
    });
    assert.notEqual(point.kernel, 'naive');
    assert.equal(point.verification.passed, true);
    assert.match(
      point.otherKernels.find((other) => other.kernel === 'naive')?.error ?? '',
      /of the free memory may be used/,
    );
  });

  it('reports GroupQueryAttention’s condition on head_dim as an error and finds a right kernel', async () => {
    const odd = { ...shape, headDim: 15 };
    const entry = await new Contender(dense, {}).enter(odd, makeInputs(odd, 1), [0, 20, 47], conditions);
    const point = entry.toPoint(undefined);
    await entry.close();
    assert.equal(point.verification.passed, true);
    const refused = point.otherKernels.find((other) => other.kernel === 'GroupQueryAttention');
    assert.match(refused?.error ?? '', /multiple of 8/);
    assert.equal(refused?.verification, undefined);
  });
});
