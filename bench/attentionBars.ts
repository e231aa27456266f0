import { dense } from '../src/attention/dense';
import { slidingWindow } from '../src/attention/slidingWindow';
import { matmulRunner } from '../src/engine/runtime/matmulRate';
import { formatDuration, formatRate } from '../src/model/units';
import type { Bar } from './bar';
import { eightHeads } from './eightHeads';
import { interleave, verifiedKernels, type VerifiedKernel } from './interleaved';

const ROUNDS = 9;
const MATMUL_SIZE = 2048;

/** Fused dense attention's FLOP rate over that of a 2048³ MatMul, in one process, in turn. */
export async function denseRateBar(): Promise<Bar> {
  const shape = eightHeads(4096, false);
  const kernels = await verifiedKernels(dense, shape, {}, (kernel) => kernel === 'MultiHeadAttention');
  const [fused] = kernels;
  if (fused === undefined) throw new Error('no fused kernel verified');
  const matmul = await matmulRunner('cpu', 'float32', MATMUL_SIZE);
  const [fusedMs = NaN, matmulMs = NaN] = await interleave(
    [fused, { title: 'MatMul', run: () => matmul.run() }],
    ROUNDS,
  );
  await matmul.release();
  await fused.session.release();
  const rate = fused.flops / fusedMs;
  const matmulRate = (2 * MATMUL_SIZE ** 3) / matmulMs;
  return {
    title: 'fused dense, n = 4096, 8 × 64, float32: rate over a 2048³ MatMul',
    value: rate / matmulRate,
    unit: '×',
    bar: 0.9,
    sense: 'at least',
    detail: `${formatDuration(fusedMs)}, ${formatRate(rate * 1000)} against ${formatRate(matmulRate * 1000)}; medians of ${String(ROUNDS)}, in turn`,
  };
}

/** Sliding window at n = 8192, w = 256 against the fastest dense kernel, causal and bidirectional. */
export async function slidingWindowBars(): Promise<Bar[]> {
  const bars: Bar[] = [];
  for (const causal of [true, false]) {
    const shape = eightHeads(8192, causal);
    // 256 keys on each side of a bidirectional query, 256 in all of a causal one.
    const parameters = { window: causal ? 256 : 512 };
    const kernels = [
      ...(await verifiedKernels(dense, shape, {}, (kernel) => kernel !== 'naive')),
      ...(await verifiedKernels(slidingWindow, shape, parameters, () => true)),
    ];
    const times = await interleave(kernels, ROUNDS);
    for (const kernel of kernels) await kernel.session.release();
    const timed = kernels.map((kernel, index) => ({ kernel, ms: times[index] ?? NaN }));
    const base = fastest(timed.filter((one) => one.kernel.title.startsWith(dense.id)));
    const window = fastest(timed.filter((one) => one.kernel.title.startsWith(slidingWindow.id)));
    const speedup = base.ms / window.ms;
    const needed = base.kernel.flops / window.kernel.flops;
    const executed = base.kernel.executedFlops / window.kernel.executedFlops;
    const mask = causal ? 'causal, 256 keys' : 'bidirectional, 256 keys a side';
    const shown = timed.map((one) => `${one.kernel.title} ${formatDuration(one.ms)}`).join('; ');
    const title = `sliding window, n = 8192, 8 × 64, ${mask}: speed-up over`;
    const detail = `speed-up ${speedup.toFixed(2)}×; FLOP ratio ${needed.toFixed(1)} by needed pairs, ${executed.toFixed(1)} by executed ones; ${shown}`;
    const bar = { unit: '×', bar: 0.85, sense: 'at least' } as const;
    bars.push(
      {
        title: `${title} the fastest dense kernel, as a share of the needed FLOP ratio`,
        value: speedup / needed,
        ...bar,
        detail,
      },
      {
        title: `${title} the fastest dense kernel, as a share of the executed FLOP ratio`,
        value: speedup / executed,
        ...bar,
        detail,
      },
    );
    const masked = timed.find((one) => one.kernel.kernel === 'MultiHeadAttention causal');
    if (masked !== undefined) {
      const over = masked.ms / window.ms;
      bars.push({
        title: `${title} the runtime's causal MultiHeadAttention, as a share of the needed FLOP ratio`,
        value: over / needed,
        ...bar,
        detail: `speed-up ${over.toFixed(2)}× over ${formatDuration(masked.ms)}, the operator that a plain export uses`,
      });
    }
  }
  return bars;
}

function fastest(timed: readonly { kernel: VerifiedKernel; ms: number }[]): {
  kernel: VerifiedKernel;
  ms: number;
} {
  return timed.reduce((a, b) => (b.ms < a.ms ? b : a));
}
