import { dense } from '../src/attention/dense';
import {
  resolveParameters,
  type AttentionMechanism,
  type AttentionShape,
  type MechanismParameters,
} from '../src/attention/mechanism';
import { replacements } from '../src/attention/registry';
import { matmulRunner } from '../src/engine/runtime/matmulRate';
import { formatDuration, formatInteger, formatRatio } from '../src/model/units';
import type { Bar } from './bar';
import { copyRunner } from './copyRate';
import { eightHeads } from './eightHeads';
import { interleave, verifiedKernels, type VerifiedKernel } from './interleaved';

const LENGTHS = [1024, 4096, 16_384, 65_536];
/** Beyond this length dense attention is not run, nor what needs as many operations: it takes minutes on a CPU. */
const LONGEST_DENSE = 16_384;
const ROUNDS = 5;
/** From n = 16k on, where a round takes seconds. */
const LONG_ROUNDS = 3;
const MATMUL_SIZE = 2048;

/** Least share of the roofline bound at n = 16 384 with w, k or m of 256, by mechanism. */
const BARS: Readonly<Record<string, { readonly share: number; readonly parameters?: MechanismParameters }>> =
  {
    'sliding-window': { share: 0.8, parameters: { window: 256 } },
    bigbird: { share: 0.8 },
    linformer: { share: 0.75 },
    'pooled-kv': { share: 0.75, parameters: { stride: 64 } },
    axial: { share: 0.6 },
    linear: { share: 0.5 },
    performer: { share: 0.5 },
    hierarchical: { share: 0.5 },
  };

const BAR_LENGTH = 16_384;

interface Row {
  readonly id: string;
  readonly n: number;
  readonly causal: boolean;
  readonly ms: number;
  readonly speedup?: number;
  readonly flopRatio: number;
  /** Roofline bound over the measured time. */
  readonly share: number;
}

/**
 * Every mechanism at n = 1k to 64k, 8 heads × 64, float32: speed-up over fused dense, the FLOP ratio, and the share of
 * the roofline bound, the larger of FLOPs over the rate of a 2048³ MatMul and compulsory bytes over the bandwidth of a
 * large copy (Williams et al. 2009), all medians of runs taken in turn, but for dense attention's.
 */
export async function replacementBars(only?: readonly string[]): Promise<Bar[]> {
  const rows: Row[] = [];
  console.log('mechanism · n · time · speed-up over fused dense · FLOP ratio · share of the roofline bound');
  for (const n of LENGTHS) {
    const denseMs = new Map<boolean, number>();
    for (const mechanism of replacements) {
      if (only !== undefined && !only.includes(mechanism.id)) continue;
      const causal = mechanism.causal === 'yes';
      const shape = eightHeads(n, causal);
      if (n <= LONGEST_DENSE && !denseMs.has(causal)) denseMs.set(causal, await measureDense(shape));
      const row = await measure(mechanism, shape, denseMs.get(causal));
      if (row === undefined) continue;
      printRow(row);
      rows.push(row);
    }
  }
  return [...shareBars(rows), ...growthBars(rows)];
}

/** Median time of the fused dense kernel: once a length and mask, since a call takes seconds at n = 16k. */
async function measureDense(shape: AttentionShape): Promise<number> {
  const [fused] = await verifiedKernels(dense, shape, {}, (kernel) => kernel === fusedKernel(shape));
  if (fused === undefined) throw new Error('no fused kernel verified');
  const [ms = NaN] = await interleave([fused], roundsAt(shape.n));
  await fused.session.release();
  return ms;
}

/** Undefined where the mechanism has no form for the shape, or one that takes minutes. */
async function measure(
  mechanism: AttentionMechanism,
  shape: AttentionShape,
  denseMs: number | undefined,
): Promise<Row | undefined> {
  const parameters = BARS[mechanism.id]?.parameters ?? resolveParameters(mechanism, shape);
  if (mechanism.flops(shape, parameters) > dense.flops({ ...shape, n: LONGEST_DENSE }, {})) return undefined;
  let kernels: VerifiedKernel[];
  try {
    kernels = await verifiedKernels(mechanism, shape, parameters, () => true);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  const matmul = await matmulRunner('cpu', 'float32', MATMUL_SIZE);
  const copy = copyRunner();
  const runners = [{ title: 'MatMul', run: () => matmul.run() }, copy, ...kernels];
  const times = await interleave(runners, roundsAt(shape.n));
  await matmul.release();
  for (const kernel of kernels) await kernel.session.release();
  const [matmulMs = NaN, copyMs = NaN, ...kernelMs] = times;
  const ms = Math.min(...kernelMs);
  const { flops, compulsoryBytes } = mechanism.cost(shape, parameters);
  const bound = Math.max(
    flops / ((2 * MATMUL_SIZE ** 3) / matmulMs),
    compulsoryBytes / (copy.bytes / copyMs),
  );
  return {
    id: mechanism.id,
    n: shape.n,
    causal: shape.causal,
    ms,
    ...(denseMs === undefined ? {} : { speedup: denseMs / ms }),
    flopRatio: dense.flops(shape, {}) / flops,
    share: bound / ms,
  };
}

function roundsAt(n: number): number {
  return n < BAR_LENGTH ? ROUNDS : LONG_ROUNDS;
}

function fusedKernel({ causal }: AttentionShape): string {
  return causal ? 'GroupQueryAttention' : 'MultiHeadAttention';
}

function shareBars(rows: readonly Row[]): Bar[] {
  return Object.entries(BARS).flatMap(([id, { share }]) =>
    rows
      .filter((row) => row.id === id && row.n === BAR_LENGTH)
      .map((row) => ({
        title: `${id}, n = ${formatInteger(row.n)}, 8 × 64, float32: share of the roofline bound`,
        value: row.share,
        unit: '×',
        bar: share,
        sense: 'at least' as const,
        detail: `${formatDuration(row.ms)}; speed-up ${row.speedup === undefined ? '–' : formatRatio(row.speedup)} over fused dense, FLOP ratio ${formatRatio(row.flopRatio)}`,
      })),
  );
}

/** Linear mechanisms take at most 4.4 times as long for four times the tokens. */
function growthBars(rows: readonly Row[]): Bar[] {
  return rows
    .filter(({ n }) => n === 4 * BAR_LENGTH)
    .flatMap((long) => {
      const short = rows.find(({ id, n }) => id === long.id && n === BAR_LENGTH);
      const linear = short !== undefined && Math.abs(4 - (4 * long.flopRatio) / (4 * short.flopRatio)) < 0.4;
      if (!linear) return [];
      return [
        {
          title: `${long.id}: time at n = ${formatInteger(long.n)} over that at ${formatInteger(BAR_LENGTH)}`,
          value: long.ms / short.ms,
          unit: '×',
          bar: 4.4,
          sense: 'at most' as const,
          detail: `${formatDuration(long.ms)} and ${formatDuration(short.ms)}`,
        },
      ];
    });
}

function printRow({ id, n, causal, ms, speedup, flopRatio, share }: Row): void {
  const over = speedup === undefined ? 'dense not run' : formatRatio(speedup);
  const mask = causal ? 'causal' : 'bidirectional';
  console.log(
    `${id} (${mask}) · ${formatInteger(n)} · ${formatDuration(ms)} · ${over} · ${formatRatio(flopRatio)} · ${share.toFixed(2)}`,
  );
}
