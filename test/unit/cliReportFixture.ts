import { estimate } from '../../src/cost/estimateModel';
import type { ModelSpec } from '../../src/model/modelSpec';
import type { MeasuredPoint, MechanismResult, Report, Verification } from '../../src/report/report';
import { reportSchemaVersion } from '../../src/model/reportSchemaVersion';
import { oneStack } from '../fixtures/oneStack';

const attention = { heads: 4, kvHeads: 2, headDim: 16, causal: true };

export const model: ModelSpec = {
  ...oneStack({
    hiddenSize: 64,
    vocabSize: 1000,
    maxSequenceLength: 4096,
    kinds: [
      { name: 'full_attention', layers: 2, attention },
      { name: 'sliding_attention', layers: 4, attention: { ...attention, window: 128 } },
    ],
    feedForward: { kind: 'gated', intermediateSize: 128 },
    bias: false,
    norm: 'rms',
    head: { kind: 'language-model', tied: true },
    dropout: { attention: 0, hidden: 0 },
    dtype: 'bfloat16',
  }),
  assumptions: ['Rotary positions.'],
};

const scenario = { sequenceLength: 4096, batch: 1, dtype: 'bfloat16' } as const;

const verified: Verification = { passed: true, maxError: 1.5e-7, tolerance: 1e-4, rows: 64 };

function point(n: number, medianMs: number): MeasuredPoint {
  return {
    n,
    kernel: 'mha',
    timing: {
      medianMs,
      lowMs: medianMs * 0.9,
      highMs: medianMs * 1.2,
      minMs: medianMs * 0.8,
      repetitions: 30,
      converged: true,
      interval: 'confidence',
    },
    verification: verified,
    peakBytes: n * 1024,
    formulaBytes: n * 1000,
    flops: n * n * 128,
    executedFlops: n * n * 256,
    otherKernels: [],
  };
}

/** A point whose output was wrong: it has no valid time, and its error is no number. */
function wrongPoint(n: number): MeasuredPoint {
  return {
    n,
    kernel: 'mha',
    verification: {
      passed: false,
      maxError: NaN,
      tolerance: 1e-4,
      rows: 64,
      message: 'NaN in row 3 | head 1',
    },
    formulaBytes: n * 1000,
    flops: n * n * 128,
    executedFlops: n * n * 256,
    otherKernels: [],
  };
}

const paper = { authors: 'A. Author', year: 2020, title: 'A | B', arxiv: '2004.05150' };

const dense: MechanismResult = {
  id: 'dense',
  family: 'exact',
  title: 'Dense',
  paper,
  parameters: {},
  exact: true,
  causal: 'both',
  current: true,
  points: [point(512, 1.25), point(1024, 4.5), wrongPoint(2048)],
  fit: { constant: 0.1, linear: 0.001, perGflop: 1, leaveOneOutError: 0.034, pointsUsed: 2 },
  projection: [
    { n: 1024, ms: 4.5, low: 4.05, high: 5.4, measured: true, bytes: 1_048_576 },
    { n: 4096, ms: 71, low: 60, high: Infinity, measured: false, bytes: 4_194_304 },
  ],
  adoption: { kind: 'none', reason: 'It is what the model has.' },
};

const window: MechanismResult = {
  id: 'slidingWindow',
  family: 'sparse',
  title: 'Sliding window',
  paper,
  parameters: { window: 256 },
  exact: false,
  causal: 'both',
  current: false,
  points: [point(512, 1), point(1024, 1.5)],
  projection: [{ n: 4096, ms: 6.1, low: 5, high: 7, measured: false, bytes: 2_097_152 }],
  comparison: {
    n: 1024,
    speedup: 3,
    speedupLow: 2.6,
    speedupHigh: 3.3,
    flopRatio: 2.1,
    breakEven: 640,
    reason: 'Fastest of those that were measured.',
  },
  adoption: {
    kind: 'config',
    edits: [{ path: ['sliding_window'], value: 256 }],
    needsRetraining: true,
    reason: 'A key of the config.',
  },
};

const skipped: MechanismResult = {
  ...window,
  id: 'linformer',
  family: 'low-rank',
  title: 'Linformer',
  points: [],
  projection: [],
  skipped: 'it has no causal form.',
};

/** A finished run with every kind of entry: valid and invalid points, a skipped mechanism, a fall-back. */
export const report: Report = {
  schemaVersion: reportSchemaVersion,
  headroomVersion: '0.1.0',
  createdAt: '2026-01-02T03:04:05.000Z',
  source: { name: 'tiny/config.json', uri: 'file:///tiny/config.json' },
  model,
  scenario,
  estimate: estimate(model, scenario),
  run: {
    state: 'complete',
    step: 'Done',
    fraction: 1,
    elapsedMs: 3210,
    budgetSeconds: 3,
    seed: 42,
    notes: ['n = 8192 was not run: it does not fit.'],
  },
  device: {
    provider: 'cpu',
    name: 'Test CPU, 2 threads',
    memoryBytes: 8 * 2 ** 30,
    freeMemoryBytes: 4 * 2 ** 30,
    fallbackFrom: 'webgpu',
    tried: [{ provider: 'webgpu', ok: false, detail: 'no adapter' }],
    precision: 'float32',
    runtime: 'onnxruntime-node 1.30.0',
    platform: 'linux x64',
    threads: 2,
    matmulFlopsPerSecond: 8.4e10,
    matmulSize: 1024,
  },
  layerKinds: [
    {
      name: 'full_attention',
      layers: 2,
      shape: { batch: 1, heads: 4, kvHeads: 2, headDim: 16, n: 1024, causal: true, dtype: 'float32' },
      dense,
      decomposed: {
        n: 1024,
        verification: verified,
        perHead: [0, 1, 2, 3].map((head) => ({
          head,
          qkMs: 0.5,
          softmaxMs: 0.25,
          pvMs: 0.4,
          spreadMs: 0.02,
        })),
        totalMs: 4.6,
        sharedMs: 0.3,
        repetitions: 9,
        clock: 'runtime profile, cpu',
      },
      replacements: [window, skipped],
    },
    {
      name: 'sliding_attention',
      layers: 4,
      window: 128,
      shape: { batch: 1, heads: 4, kvHeads: 2, headDim: 16, n: 1024, causal: true, dtype: 'float32' },
      dense: { ...dense, current: false, points: [], projection: [] },
      replacements: [],
    },
  ],
};
