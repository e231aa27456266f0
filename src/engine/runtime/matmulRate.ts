import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { RunDType } from '../../attention/mechanism';
import { decodeFloat16 } from '../../onnx/float16';
import { GraphBuilder } from '../../onnx/graphBuilder';
import { NormalGenerator } from '../inputs';
import { median } from '../timing';
import { sessionOptions } from './session';

export interface MatmulRate {
  /** Side of the square matrices. */
  readonly size: number;
  readonly flopsPerSecond: number;
}

const REPETITIONS = 3;

/**
 * Rate of a square MatMul, the measured peak that attention's rate is set against: 2·m³ FLOPs over
 * the median of three runs. Grows m from 256 to 2048 as long as a run stays under `patienceMs`.
 * Rejects with the runtime's error where the provider cannot run it, and with an Error where the
 * product is wrong.
 */
export async function measureMatmulRate(
  provider: string,
  dtype: RunDType,
  patienceMs: number,
  largest: number,
): Promise<MatmulRate> {
  let best: MatmulRate | undefined;
  for (let size = 256; size <= largest; size *= 2) {
    const ms = await timeMatmul(provider, dtype, size);
    best = { size, flopsPerSecond: (2 * size ** 3) / (ms / 1000) };
    if (ms * 8 > patienceMs) break;
  }
  if (best === undefined) throw new RangeError('the largest MatMul must have at least 256 rows');
  return best;
}

async function timeMatmul(provider: string, dtype: RunDType, size: number): Promise<number> {
  const matmul = await matmulRunner(provider, dtype, size);
  try {
    const times: number[] = [];
    for (let repetition = 0; repetition < REPETITIONS; repetition++) {
      const start = performance.now();
      await matmul.run();
      times.push(performance.now() - start);
    }
    return median(times);
  } finally {
    await matmul.release();
  }
}

/** A MatMul of two square matrices of `size` rows, run once and checked. Rejects where it is wrong. */
export async function matmulRunner(
  provider: string,
  dtype: RunDType,
  size: number,
): Promise<{ run(): Promise<void>; release(): Promise<void> }> {
  const generator = new NormalGenerator(size);
  const a = generator.fill(size * size);
  const b = generator.fill(size * size);
  const graph = new GraphBuilder('matmul');
  const dims = [size, size];
  // On a GPU both factors stay in the device and one row comes back, so that the bus is not timed;
  // on `cpu` a constant factor would be packed ahead of the run, which attention never enjoys.
  const resident = provider !== 'cpu';
  const left = resident ? graph.constant('a', dtype, dims, a) : graph.input('a', dtype, dims);
  const right = resident ? graph.constant('b', dtype, dims, b) : graph.input('b', dtype, dims);
  const product = graph.node('MatMul', [left, right], { name: 'matmul' });
  const row = graph.node('Gather', [product, graph.ints([0])], { attributes: { axis: 0 } });
  graph.output('o', row, dtype, [1, size]);
  const session = await InferenceSession.create(graph.encode(), await sessionOptions(provider));
  const feeds = resident ? {} : { a: new Tensor('float32', a, dims), b: new Tensor('float32', b, dims) };
  const first = (await session.run(feeds))['o'];
  checkFirstRow(first, dtype, a, b, size);
  return {
    async run() {
      await session.run(feeds);
    },
    async release() {
      await session.release();
    },
  };
}

/** Relative to the largest product of a row; float16 rounds the factors and the result. */
const TOLERANCE = { float32: 1e-4, float16: 2e-2 } as const;

function checkFirstRow(
  output: Tensor | undefined,
  dtype: RunDType,
  a: Float32Array,
  b: Float32Array,
  size: number,
): void {
  let largest = 0;
  let worst = 0;
  for (let column = 0; column < size; column++) {
    let expected = 0;
    for (let index = 0; index < size; index++)
      expected += (a[index] ?? NaN) * (b[index * size + column] ?? NaN);
    const word = Number(output?.data[column]);
    const got = output?.data instanceof Uint16Array ? decodeFloat16(word) : word;
    const difference = Math.abs(got - expected);
    worst = Number.isNaN(difference) ? Infinity : Math.max(worst, difference);
    largest = Math.max(largest, Math.abs(expected));
  }
  if (worst > TOLERANCE[dtype] * largest) {
    throw new Error(`a ${String(size)}³ MatMul in ${dtype} is off by ${(worst / largest).toExponential(1)}`);
  }
}
