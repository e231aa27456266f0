import { randomUUID } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { AttentionInputs, AttentionShape, RunDType } from '../../attention/mechanism';
import { outputDims } from '../../attention/layout';
import { decodeFloat16, encodeFloat16 } from '../../onnx/float16';
import { encodeModel, type GraphDescription } from '../../onnx/modelProto';
import { cpuThreads } from './cpuThreads';
import { makeResident, sampleOutput } from './residentModel';
import { parseTrace, type Trace } from './trace';

// Since 1.29 the runtime's Linux builds send usage data (device, hashes of the model) to Microsoft unless
// told not to. It is read when the first session is made; nothing of a profile may leave the machine.
process.env['ORT_DISABLE_TELEMETRY'] = '1';

/**
 * One attention graph ready to run on one execution provider.
 *
 * On `cpu` the inputs are fed; on a GPU they are part of the model, so that they lie in device memory. Only the
 * sampled rows come back: a run then times the attention, and neither the bus nor the binding's copy of the output.
 */
export interface AttentionSession {
  /** Runs once; resolves when the output is in host memory. */
  run(): Promise<void>;
  /** The output at the sampled positions, [batch, positions, heads·headDim], of the last run. */
  sampledOutput(): Float32Array;
  /** Ends profiling and reads what the runtime recorded. Only for sessions made with `profile`. */
  trace(): Promise<Trace>;
  release(): Promise<void>;
}

export interface SessionOptions {
  readonly provider: string;
  readonly profile: boolean;
  readonly positions: readonly number[];
  /** Threads that one operator may use on `cpu`; absent: `cpuThreads`. */
  readonly intraOpNumThreads?: number;
}

/**
 * What every session has.
 *
 * The runtime's own optimiser is off: the graphs are written as they should run, and it would fold
 * resident inputs into constants or fuse the stages that the decomposed graph keeps apart. The memory
 * pattern is off because it makes the second run allocate everything anew, so that the first two runs
 * would both be warm-up. Threads of an idle session must not spin while another one is timed.
 */
const sessionDefaults = {
  graphOptimizationLevel: 'disabled',
  logSeverityLevel: 4,
  enableMemPattern: false,
} as const;

/**
 * The options of a session on `provider`, which must run every node itself: a GPU figure is the GPU's. On `cpu` with the
 * threads that the report states.
 */
export async function sessionOptions(provider: string): Promise<InferenceSession.SessionOptions> {
  const session = {
    // Threads that go on spinning after a run take the cores from the next one, of another session, in the race.
    force_spinning_stop: '1',
    ...(provider === 'cpu' ? {} : { disable_cpu_ep_fallback: '1' }),
  };
  const threads = provider === 'cpu' ? { intraOpNumThreads: await cpuThreads() } : {};
  return { ...sessionDefaults, ...threads, executionProviders: [provider], extra: { session } };
}

/** Creates a session for `graph`. Rejects with the runtime's error when the provider cannot run it. */
export async function createAttentionSession(
  graph: GraphDescription,
  shape: AttentionShape,
  inputs: AttentionInputs,
  options: SessionOptions,
): Promise<AttentionSession> {
  const resident = options.provider !== 'cpu';
  // A profiled session keeps the output whole, so that the arena's peak is without it, as the formulas are.
  const sampled = resident || !options.profile;
  const model = encodeModel(
    resident
      ? makeResident(graph, shape, inputs, options.positions)
      : sampled
        ? sampleOutput(graph, shape, options.positions)
        : graph,
  );
  const prefix = join(tmpdir(), `headroom-${randomUUID()}`);
  const session = await InferenceSession.create(model, {
    ...(await sessionOptions(options.provider)),
    ...(options.intraOpNumThreads === undefined ? {} : { intraOpNumThreads: options.intraOpNumThreads }),
    ...(options.profile ? { enableProfiling: true, profileFilePrefix: prefix } : {}),
  });
  const feeds = resident ? {} : feedsOf(shape, inputs);
  const dims = sampled
    ? [shape.batch, options.positions.length, shape.heads * shape.headDim]
    : outputDims(shape);
  const output = emptyTensor(shape.dtype, dims);
  let last: Tensor = output;
  return {
    async run() {
      last = (await session.run(feeds, { o: output }))['o'] ?? output;
    },
    sampledOutput() {
      const values = toFloat32(last);
      return sampled ? values : gatherRows(values, shape, options.positions);
    },
    async trace() {
      session.endProfiling();
      const name = (await readdir(tmpdir())).find((file) => join(tmpdir(), file).startsWith(prefix));
      if (name === undefined) throw new Error('the runtime wrote no profile');
      const path = join(tmpdir(), name);
      const text = await readFile(path, 'utf8');
      await rm(path, { force: true });
      return parseTrace(text);
    },
    async release() {
      await session.release();
    },
  };
}

function feedsOf(shape: AttentionShape, inputs: AttentionInputs): Record<string, Tensor> {
  const { batch, n, heads, kvHeads, headDim } = shape;
  return {
    q: new Tensor('float32', inputs.q, [batch, n, heads * headDim]),
    k: new Tensor('float32', inputs.k, [batch, n, kvHeads * headDim]),
    v: new Tensor('float32', inputs.v, [batch, n, kvHeads * headDim]),
  };
}

/** A tensor of zeros for a session to write its output into. */
export function emptyTensor(dtype: RunDType, dims: readonly number[]): Tensor {
  const length = dims.reduce((product, dim) => product * dim, 1);
  return dtype === 'float16'
    ? new Tensor('float16', new Uint16Array(length), dims)
    : new Tensor('float32', new Float32Array(length), dims);
}

/** The tensor's numbers, halves decoded. */
export function toFloat32(tensor: Tensor): Float32Array {
  const { data } = tensor;
  if (data instanceof Float32Array) return data;
  if (data instanceof Uint16Array) return Float32Array.from(data, decodeFloat16);
  // Where the engine's JavaScript has a Float16Array, the runtime uses it.
  if (tensor.type === 'float16') return Float32Array.from(data, Number);
  throw new Error(`the output has the unexpected type ${tensor.type}`);
}

/** The sampled positions of a whole output, in the order that the resident model gathers them. */
function gatherRows(values: Float32Array, shape: AttentionShape, positions: readonly number[]): Float32Array {
  const width = shape.heads * shape.headDim;
  const rows = new Float32Array(shape.batch * positions.length * width);
  for (let batch = 0; batch < shape.batch; batch++) {
    positions.forEach((position, index) => {
      const from = (batch * shape.n + position) * width;
      rows.set(values.subarray(from, from + width), (batch * positions.length + index) * width);
    });
  }
  return rows;
}

/** `inputs` rounded to what a float16 tensor can hold, so that the reference sees the same numbers. */
export function roundToFloat16(inputs: AttentionInputs): AttentionInputs {
  const round = (values: Float32Array): Float32Array =>
    values.map((value) => decodeFloat16(encodeFloat16(value)));
  return { q: round(inputs.q), k: round(inputs.k), v: round(inputs.v) };
}
