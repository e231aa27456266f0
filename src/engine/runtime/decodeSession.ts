import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { AttentionInputs, AttentionShape, DecodeStep } from '../../attention/mechanism';
import { encodeModel } from '../../onnx/modelProto';
import { withInputs } from './residentModel';
import { emptyTensor, sessionOptions, toFloat32 } from './session';

/** One decode step ready to run again and again on the same state. */
export interface DecodeSession {
  run(): Promise<void>;
  /** The output of the last run, [batch, 1, heads·headDim]. */
  output(): Float32Array;
  release(): Promise<void>;
}

/**
 * Creates a session for `step` on the state after `inputs`, of which the last position is the new token. On `cpu`
 * the state is fed, on a GPU it lies in the device's memory. Rejects with the runtime's error.
 */
export async function createDecodeSession(
  step: DecodeStep,
  shape: AttentionShape,
  inputs: AttentionInputs,
  provider: string,
): Promise<DecodeSession> {
  const resident = provider !== 'cpu';
  const values = tensorsOf(step, shape, inputs);
  const valuesOf = (name: string): Float32Array => {
    const found = values.get(name);
    if (found === undefined) throw new RangeError(`the decode state has no tensor '${name}'`);
    return found;
  };
  const graph = resident
    ? { ...step.graph, inputs: [], constants: withInputs(step.graph, valuesOf) }
    : step.graph;
  const session = await InferenceSession.create(encodeModel(graph), await sessionOptions(provider));
  const feeds = Object.fromEntries(
    graph.inputs.map(({ name, dims }) => [name, new Tensor('float32', valuesOf(name), dims.map(Number))]),
  );
  const output = emptyTensor(shape.dtype, [shape.batch, 1, shape.heads * shape.headDim]);
  let last: Tensor = output;
  return {
    async run() {
      last = (await session.run(feeds, { o: output }))['o'] ?? output;
    },
    output: () => toFloat32(last),
    release: () => session.release(),
  };
}

/** The new token's q, k and v, and the state. */
function tensorsOf(
  step: DecodeStep,
  shape: AttentionShape,
  inputs: AttentionInputs,
): ReadonlyMap<string, Float32Array> {
  const { heads, kvHeads, headDim } = shape;
  const state = Object.entries(step.state(inputs)).map(([name, tensor]) => [name, tensor.values] as const);
  return new Map([
    ['q', lastRows(shape, inputs.q, heads * headDim)],
    ['k', lastRows(shape, inputs.k, kvHeads * headDim)],
    ['v', lastRows(shape, inputs.v, kvHeads * headDim)],
    ...state,
  ]);
}

/** The last position of every batch entry. [batch, n, width] → [batch, 1, width] */
function lastRows({ batch, n }: AttentionShape, values: Float32Array, width: number): Float32Array {
  const rows = new Float32Array(batch * width);
  for (let entry = 0; entry < batch; entry++) {
    const from = (entry * n + n - 1) * width;
    rows.set(values.subarray(from, from + width), entry * width);
  }
  return rows;
}
