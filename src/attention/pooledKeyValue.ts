import * as l10n from '@vscode/l10n';
import { attentionPairs } from '../cost/attentionPairs';
import { compulsoryBytes, elementBytes, keyElements, pairFlops } from './attentionCost';
import { maskedScore } from './layout';
import type { AttentionCost, AttentionMechanism, AttentionShape, MechanismParameters } from './mechanism';
import { pooledDecode } from './pooledDecode';
import { pooledSnippet } from './pooledSnippet';
import { reducedCost, reducedKernels, type Reduction } from './reducedKernels';
import { pooledRows, referenceByHead } from './referenceHead';
import { softmaxOver, type VisibleRow } from './referenceSoftmax';
import {
  summaryBlockElements,
  summaryBlockKernels,
  type HeldScores,
  type SummaryPlan,
} from './summaryBlocks';
import { poolTokens } from './tokenPooling';
import { readRange } from './wholeParameter';

const DEFAULT_STRIDE = 16;

/** Queries a block of the causal form: whole pooled blocks, and enough rows for a MatMul. */
const CAUSAL_ROWS = 256;

/**
 * Memory-compressed attention: keys and values are averaged over `stride` tokens, one stretch after another
 * (Liu et al. take a strided convolution; the mean is one with equal weights). Causal: a query sees the stretches that
 * ended before its own, and the tokens of its own stretch up to itself.
 */
export const pooledKeyValue: AttentionMechanism = {
  id: 'pooled-kv',
  get title() {
    return l10n.t('Pooled keys and values');
  },
  family: 'compression',
  paper: {
    authors: 'Liu et al.',
    year: 2018,
    title: 'Generating Wikipedia by Summarizing Long Sequences',
    arxiv: '1801.10198',
  },
  parameters: [
    {
      name: 'stride',
      get title() {
        return l10n.t('Tokens a pooled key');
      },
      get unit() {
        return l10n.t('tokens');
      },
      defaultFor: () => DEFAULT_STRIDE,
    },
  ],
  causal: 'both',
  exact: false,

  kernels(shape, parameters) {
    const stride = strideOf(parameters);
    if (!shape.causal) return reducedKernels(reductionOf(shape, stride));
    return summaryBlockKernels('pooled_causal', shape, planOf(shape, stride), (held) =>
      causalCost(shape, stride, held),
    );
  },

  flops(shape, parameters) {
    return flopsOf(shape, strideOf(parameters));
  },

  cost(shape, parameters) {
    const stride = strideOf(parameters);
    return shape.causal ? causalCost(shape, stride, 'fused') : reducedCost(reductionOf(shape, stride));
  },

  reference(shape, parameters, inputs, rows) {
    const stride = strideOf(parameters);
    const { n, headDim, causal } = shape;
    return referenceByHead(
      shape,
      inputs,
      rows,
      ({ keys, values }) => ({
        keys: joined(keys, pooledRows(keys, headDim, stride)),
        values: joined(values, pooledRows(values, headDim, stride)),
      }),
      (memory, row, queryOf) => {
        const own = Math.floor(row / stride);
        const visible: VisibleRow[] = [];
        const pooled = causal ? own : Math.ceil(n / stride);
        for (let block = 0; block < pooled; block++) visible.push({ offset: (n + block) * headDim, bias: 0 });
        for (let token = own * stride; causal && token <= row; token++) {
          visible.push({ offset: token * headDim, bias: 0 });
        }
        return softmaxOver(queryOf(row), memory, visible);
      },
    );
  },

  decode(shape, parameters) {
    return pooledDecode(shape, strideOf(parameters));
  },

  // No architecture of the catalogue has it.
  present: () => undefined,

  adopt(model, attention, parameters) {
    return {
      kind: 'code',
      language: 'python',
      code: pooledSnippet(model, attention, strideOf(parameters)),
      needsRetraining: true,
      reason: l10n.t(
        'The {0} architecture has no key for it: the attention call has to be replaced, and the weights fine-tuned. The snippet is a starting point for PyTorch 2.5 or newer.',
        model.modelType,
      ),
    };
  },
};

function strideOf(parameters: MechanismParameters): number {
  return readRange('pooled keys', parameters, 'stride', 1, Infinity);
}

function reductionOf(shape: AttentionShape, stride: number): Reduction {
  const { batch, n, kvHeads, headDim } = shape;
  return {
    shape,
    queries: n,
    keys: Math.ceil(n / stride),
    reduceQueries: (_graph, value) => value,
    reduceKeys: (graph, value) => poolTokens(graph, { value, batch, n, width: kvHeads * headDim }, stride),
    restore: (_graph, value) => value,
    flops: poolingFlops(shape, stride),
  };
}

/** An addition for every element of k and v. */
function poolingFlops(shape: AttentionShape, stride: number): number {
  return stride === 1 ? 0 : 2 * keyElements(shape);
}

function flopsOf(shape: AttentionShape, stride: number): number {
  const { n } = shape;
  const stretches = Math.ceil(n / stride);
  const pairs = shape.causal ? ownPairs(n, stride) + earlierPairs(n, stride) : n * stretches;
  return pairFlops(shape, pairs) + poolingFlops(shape, stride);
}

/** (Query, token) pairs within the queries' own stretches, up to themselves. */
function ownPairs(n: number, stride: number): number {
  const pattern = { kind: 'chunk', chunk: stride, before: 0, after: 0 } as const;
  return attentionPairs({ causal: true, pattern }, n);
}

/** (Query, pooled key) pairs: Σ ⌊i/stride⌋ over the positions. */
function earlierPairs(n: number, stride: number): number {
  const whole = Math.floor(n / stride);
  return (stride * whole * (whole - 1)) / 2 + (n - whole * stride) * whole;
}

function rowsOf(stride: number): number {
  return stride * Math.ceil(CAUSAL_ROWS / stride);
}

function planOf(shape: AttentionShape, stride: number): SummaryPlan {
  const { batch, n, kvHeads, headDim, dtype } = shape;
  return {
    rows: rowsOf(stride),
    // The last stretch is nobody's past.
    summaries: Math.ceil(n / stride) - 1,
    summarise(graph, value) {
      const whole = (Math.ceil(n / stride) - 1) * stride;
      const past = graph.node('Slice', [value, graph.ints([0]), graph.ints([whole]), graph.ints([1])]);
      return poolTokens(graph, { value: past, batch, n: whole, width: kvHeads * headDim }, stride);
    },
    viewOf(start, end) {
      const first = start / stride;
      const near = Math.ceil((end - start) / stride) - 1;
      return {
        near: Array.from({ length: near }, (_, index) => first + index),
        bias: blockBias(end - start, stride, near, maskedScore(dtype)),
        far: Array.from({ length: first }, (_, index) => index),
        farBias: Array.from({ length: first }, () => 0),
      };
    },
  };
}

/** Own tokens: the same stretch, up to the row. Pooled keys of the block: stretches before the row's. */
function blockBias(rows: number, stride: number, near: number, masked: number): Float32Array | undefined {
  if (rows === 1) return undefined;
  const width = rows + near;
  const bias = new Float32Array(rows * width).fill(masked);
  for (let row = 0; row < rows; row++) {
    const own = Math.floor(row / stride);
    bias.fill(0, row * width + own * stride, row * width + row + 1);
    bias.fill(0, row * width + rows, row * width + rows + own);
  }
  return bias;
}

function causalCost(shape: AttentionShape, stride: number, held: HeldScores): AttentionCost {
  const { n } = shape;
  const rows = rowsOf(stride);
  const plan = planOf(shape, stride);
  let executedPairs = 0;
  for (let start = 0; start < n; start += rows) {
    const size = Math.min(rows, n - start);
    executedPairs += size * (size + Math.ceil(size / stride) - 1 + start / stride);
  }
  return {
    flops: flopsOf(shape, stride),
    executedFlops: pairFlops(shape, executedPairs),
    compulsoryBytes: compulsoryBytes(shape),
    workspaceBytes: summaryBlockElements(shape, plan, plan.summaries, held) * elementBytes(shape),
  };
}

function joined(first: Float64Array, second: Float64Array): Float64Array {
  const all = new Float64Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
