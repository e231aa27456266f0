import type { AttentionInputs, AttentionShape } from '../../attention/mechanism';
import { encodeFloat16 } from '../../onnx/float16';
import type { GraphDescription } from '../../onnx/modelProto';
import type { ConstantTensor, TensorType } from '../../onnx/tensorType';

/**
 * The same graph with q, k and v as constants of the model and an output of the sampled positions
 * only. The runtime uploads constants once, when the session is made.
 * Throws RangeError when the model would pass 2 GiB, the limit of a protobuf message.
 */
export function makeResident(
  graph: GraphDescription,
  shape: AttentionShape,
  inputs: AttentionInputs,
  positions: readonly number[],
): GraphDescription {
  const constants = withInputs(graph, (name) => inputs[inputKey(name)]);
  return { ...sampleOutput({ ...graph, constants }, shape, positions), inputs: [] };
}

/**
 * The same graph with an output of the sampled positions only: the binding copies whatever comes out into a new
 * buffer, and a run is to time the attention.
 */
export function sampleOutput(
  graph: GraphDescription,
  shape: AttentionShape,
  positions: readonly number[],
): GraphDescription {
  const constants = new Map(graph.constants);
  const index = new BigInt64Array(positions.map((position) => BigInt(position)));
  constants.set('sampled_positions', {
    type: 'int64',
    dims: [positions.length],
    data: new Uint8Array(index.buffer),
  });
  const [output] = graph.outputs;
  if (output === undefined) throw new Error(`the graph ${graph.name} has no output`);
  const whole = `${output.name}_all_positions`;
  return {
    ...graph,
    nodes: [
      ...graph.nodes.map((node) => ({
        ...node,
        outputs: node.outputs.map((name) => (name === output.name ? whole : name)),
      })),
      {
        name: 'layer/shared/sample',
        op: 'Gather',
        domain: '',
        inputs: [whole, 'sampled_positions'],
        outputs: [output.name],
        attributes: { axis: { kind: 'int', value: 1 } },
      },
    ],
    outputs: [{ ...output, dims: [shape.batch, positions.length, shape.heads * shape.headDim] }],
    constants,
  };
}

/**
 * The constants of `graph` with its inputs among them, so that they lie in the device's memory.
 * Throws RangeError when they would pass 2 GiB, the limit of a protobuf message.
 */
export function withInputs(
  graph: GraphDescription,
  valuesOf: (name: string) => Float32Array,
): Map<string, ConstantTensor> {
  const constants = new Map(graph.constants);
  let bytes = 0;
  for (const input of graph.inputs) {
    const tensor = constantOf(input.type, input.dims.map(Number), valuesOf(input.name));
    bytes += tensor.data.byteLength;
    constants.set(input.name, tensor);
  }
  if (bytes >= 2 ** 31 - 2 ** 20) {
    throw new RangeError('the inputs pass the 2 GiB that a model with resident inputs may have');
  }
  return constants;
}

function inputKey(name: string): keyof AttentionInputs {
  if (name === 'q' || name === 'k' || name === 'v') return name;
  throw new Error(`an attention graph has no input named '${name}'`);
}

function constantOf(type: TensorType, dims: readonly number[], values: Float32Array): ConstantTensor {
  if (type === 'float16') {
    const words = Uint16Array.from(values, encodeFloat16);
    return { type, dims, data: new Uint8Array(words.buffer) };
  }
  return { type, dims, data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}
