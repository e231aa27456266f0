import assert from 'node:assert/strict';
import type { AttentionInputs, AttentionShape } from '../../src/attention/mechanism';
import { GraphBuilder } from '../../src/onnx/graphBuilder';
import { createAttentionSession } from '../../src/engine/runtime/session';
import { runGraph } from './runGraph';

const shape: AttentionShape = {
  batch: 1,
  heads: 1,
  kvHeads: 1,
  headDim: 2,
  n: 3,
  causal: false,
  dtype: 'float32',
};
const dims = [1, 3, 2];
const inputs: AttentionInputs = {
  q: Float32Array.of(1, 2, 3, 4, 5, 6),
  k: Float32Array.of(10, 20, 30, 40, 50, 60),
  v: Float32Array.of(1, 1, 1, 1, 1, 1),
};

function builder(): { graph: GraphBuilder; q: { name: string }; k: { name: string }; v: { name: string } } {
  const graph = new GraphBuilder('a test');
  return {
    graph,
    q: graph.input('q', 'float32', dims),
    k: graph.input('k', 'float32', dims),
    v: graph.input('v', 'float32', dims),
  };
}

async function outputOf(graph: GraphBuilder): Promise<number[]> {
  return Array.from(await runGraph(graph.build(), shape, inputs));
}

describe('a model built here, in the runtime', () => {
  it('computes with its inputs and a float32 constant', async () => {
    const { graph, q, k, v } = builder();
    const weights = graph.constant('w', 'float32', [2], [0.5, -1]);
    const sum = graph.node('Add', [graph.node('Mul', [q, weights]), k]);
    graph.output('o', graph.node('Mul', [sum, v]), 'float32', dims);
    assert.deepEqual(await outputOf(graph), [10.5, 18, 31.5, 36, 52.5, 54]);
  });

  it('has its int, ints, float and string attributes read', async () => {
    const { graph, q } = builder();
    // [1, 3, 2] transposed to [1, 2, 3], padded to [1, 2, 4] with the last value, one column taken away.
    const turned = graph.node('Transpose', [q], { attributes: { perm: [0, 2, 1] } });
    const padded = graph.node('Pad', [turned, graph.ints([0, 0, 0, 0, 0, 1])], {
      attributes: { mode: 'edge' },
    });
    const picked = graph.node('Gather', [padded, graph.ints([3, 1, 0])], { attributes: { axis: -1 } });
    const leaky = graph.node('LeakyRelu', [graph.node('Neg', [picked])], {
      attributes: { alpha: { float: 2 } },
    });
    graph.output('o', graph.node('Transpose', [leaky], { attributes: { perm: [0, 2, 1] } }), 'float32', dims);
    assert.deepEqual(await outputOf(graph), [-10, -12, -6, -8, -2, -4]);
  });

  it('has constants of every other type read', async () => {
    const { graph, q, k } = builder();
    const half = graph.node('Cast', [graph.constant('h', 'float16', [2], [0.25, 65504])], {
      attributes: { to: 1 },
    });
    const int = graph.node('Cast', [graph.int32s([-3, 7], [2])], { attributes: { to: 1 } });
    const choice = graph.constant('b', 'bool', [3, 1], [1, 0, 1]);
    const chosen = graph.node('Where', [choice, graph.node('Mul', [q, half]), graph.node('Mul', [k, int])]);
    graph.output('o', chosen, 'float32', dims);
    assert.deepEqual(await outputOf(graph), [0.25, 131_008, -90, 280, 1.25, 393_024]);
  });

  it('leaves out optional inputs, and takes several outputs', async () => {
    const { graph, q } = builder();
    const clipped = graph.node('Clip', [q, undefined, graph.scalar('float32', 4)]);
    const [left, right] = graph.nodeWithOutputs('Split', [clipped, graph.ints([1, 1])], 2, {
      attributes: { axis: 2 },
    });
    graph.output('o', graph.node('Concat', [right, left], { attributes: { axis: 2 } }), 'float32', dims);
    assert.deepEqual(await outputOf(graph), [2, 1, 4, 3, 4, 4]);
  });

  it('keeps an output usable inside the graph', async () => {
    const { graph, q } = builder();
    const negated = graph.node('Neg', [q]);
    graph.output('o', negated, 'float32', dims);
    graph.node('Abs', [negated]);
    assert.deepEqual(await outputOf(graph), [-1, -2, -3, -4, -5, -6]);
  });

  it('is rejected with the runtime’s reason where an operator does not exist', async () => {
    const { graph, q } = builder();
    graph.output('o', graph.node('NoSuchOperator', [q]), 'float32', dims);
    await assert.rejects(outputOf(graph), /NoSuchOperator/);
  });
});

describe('an attention session', () => {
  it('gives the rows of the sampled positions, and reads its profile file without leaving it', async () => {
    const { graph, q } = builder();
    graph.output('o', graph.node('Neg', [q], { name: 'layer/head0/qk' }), 'float32', dims);
    const session = await createAttentionSession(graph.build(), shape, inputs, {
      provider: 'cpu',
      profile: true,
      positions: [0, 2],
    });
    try {
      await session.run();
      await session.run();
      assert.deepEqual(Array.from(session.sampledOutput()), [-1, -2, -5, -6]);
      const trace = await session.trace();
      assert.equal(trace.clock, 'cpu');
      assert.deepEqual(
        trace.runs.map((events) => events.map(({ node }) => node)),
        [['layer/head0/qk'], ['layer/head0/qk']],
      );
      await assert.rejects(session.trace(), /wrote no profile/);
    } finally {
      await session.release();
    }
  });
});
