import assert from 'node:assert/strict';
import { GraphBuilder } from '../../src/onnx/graphBuilder';
import { decodeFloat16 } from '../../src/onnx/float16';
import { elementCount, type TensorType } from '../../src/onnx/tensorType';

function constantBytes(type: TensorType, values: readonly number[]): DataView {
  const graph = new GraphBuilder('constants');
  graph.constant('c', type, [values.length], values);
  const constant = graph.build().constants.get('c');
  assert.ok(constant);
  return new DataView(constant.data.buffer, constant.data.byteOffset, constant.data.byteLength);
}

describe('GraphBuilder', () => {
  it('refuses a name that a node, an input, a constant or an output has', () => {
    const graph = new GraphBuilder('names');
    const input = graph.input('q', 'float32', [2]);
    const node = graph.node('Neg', [input], { name: 'layer/all/qk' });
    graph.constant('c', 'float32', [1], [1]);
    graph.output('o', node, 'float32', [2]);
    const named = /already has something named/;
    assert.throws(() => graph.node('Neg', [input], { name: 'layer/all/qk' }), named);
    assert.throws(() => graph.input('q', 'float32', [2]), named);
    assert.throws(() => graph.constant('q', 'float32', [1], [1]), named);
    assert.throws(() => {
      graph.output('c', node, 'float32', [2]);
    }, named);
  });

  it('gives nodes without a name names of their own', () => {
    const graph = new GraphBuilder('generated');
    let value = graph.input('q', 'float32', [2]);
    for (let index = 0; index < 5; index++) value = graph.node('Neg', [value]);
    const names = graph.build().nodes.map((node) => node.name);
    assert.equal(new Set(names).size, 5);
  });

  it('keeps numbers ints and floats floats, whole-numbered ones too', () => {
    const graph = new GraphBuilder('attributes');
    const input = graph.input('q', 'float32', [2]);
    graph.node('Some', [input], {
      attributes: { axis: -1, scale: { float: 1 }, mode: 'edge', perm: [0, 2, 1] },
    });
    assert.deepEqual(graph.build().nodes[0]?.attributes, {
      axis: { kind: 'int', value: -1 },
      scale: { kind: 'float', value: 1 },
      mode: { kind: 'string', value: 'edge' },
      perm: { kind: 'ints', value: [0, 2, 1] },
    });
  });

  it('writes an absent optional input as an empty name, and the domain of a microsoft operator', () => {
    const graph = new GraphBuilder('optional');
    const input = graph.input('q', 'float32', [2]);
    graph.microsoft('MultiHeadAttention', [input, undefined, input]);
    const [node] = graph.build().nodes;
    assert.deepEqual(node?.inputs, ['q', '', 'q']);
    assert.equal(node.domain, 'com.microsoft');
  });

  it('counts the values of a constant', () => {
    const graph = new GraphBuilder('count');
    assert.throws(() => graph.constant('c', 'float32', [2, 3], [1, 2, 3, 4, 5]), RangeError);
    assert.throws(() => graph.constant('d', 'float32', [], []), RangeError);
    graph.constant('e', 'float32', [0, 3], []);
  });

  it('encodes each element type little-endian', () => {
    assert.equal(constantBytes('float32', [0.5, -2]).getFloat32(4, true), -2);
    assert.equal(constantBytes('int32', [7, -9]).getInt32(4, true), -9);
    assert.equal(constantBytes('int64', [1, -(2 ** 40)]).getBigInt64(8, true), -(2n ** 40n));
    assert.equal(constantBytes('bool', [0, 5]).getUint8(1), 1);
    assert.equal(decodeFloat16(constantBytes('float16', [1, 0.25]).getUint16(2, true)), 0.25);
  });

  it('shares equal vectors and scalars, and only equal ones', () => {
    const graph = new GraphBuilder('shared');
    assert.equal(graph.ints([1, 2]).name, graph.ints([1, 2]).name);
    assert.notEqual(graph.ints([1, 2]).name, graph.ints([12]).name);
    assert.notEqual(graph.int32s([1, 2], [2]).name, graph.int32s([1, 2], [1, 2]).name);
    assert.notEqual(graph.int32s([1], [1]).name, graph.ints([1]).name);
    assert.notEqual(graph.scalar('float32', 1).name, graph.scalar('float16', 1).name);
    assert.equal(graph.build().constants.size, 8);
  });

  it('renames the producer of an output, or adds an Identity where another node reads it too', () => {
    const direct = new GraphBuilder('direct');
    direct.output('o', direct.node('Neg', [direct.input('q', 'float32', [2])]), 'float32', [2]);
    assert.deepEqual(
      direct.build().nodes.map((node) => node.op),
      ['Neg'],
    );
    assert.deepEqual(direct.build().nodes[0]?.outputs, ['o']);

    const read = new GraphBuilder('read');
    const value = read.node('Neg', [read.input('q', 'float32', [2])]);
    read.output('p', read.node('Abs', [value]), 'float32', [2]);
    read.output('o', value, 'float32', [2]);
    const identity = read.build().nodes.at(-1);
    assert.equal(identity?.op, 'Identity');
    assert.deepEqual(identity.inputs, [value.name]);
    assert.deepEqual(identity.outputs, ['o']);
  });

  it('keeps a value usable that became an output', () => {
    const graph = new GraphBuilder('later');
    const value = graph.node('Neg', [graph.input('q', 'float32', [2])]);
    graph.output('o', value, 'float32', [2]);
    graph.output('p', value, 'float32', [2]);
    const { nodes, inputs } = graph.build();
    const known = new Set([...inputs.map((input) => input.name), ...nodes.flatMap((node) => node.outputs)]);
    for (const node of nodes) {
      for (const input of node.inputs) assert.ok(known.has(input), `nobody makes '${input}'`);
    }
  });
});

describe('tensor sizes', () => {
  it('counts one element for a scalar and none for an empty axis', () => {
    assert.equal(elementCount([]), 1);
    assert.equal(elementCount([2, 3, 4]), 24);
    assert.equal(elementCount([2, 0]), 0);
  });
});
