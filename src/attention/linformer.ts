import * as l10n from '@vscode/l10n';
import type { AttentionSpec, ModelSpec } from '../model/modelSpec';
import { compulsoryBytes, elementBytes, keyElements, pairFlops } from './attentionCost';
import {
  linformerBlockElements,
  linformerBlocksGraph,
  linformerMultiHeadGraph,
  linformerPlainGraph,
  linformerRows,
  type SequenceProjection,
} from './linformerGraphs';
import { arenaQuality } from './longRangeArena';
import type {
  AttentionCost,
  AttentionInputs,
  AttentionMechanism,
  AttentionShape,
  Kernel,
  MechanismParameters,
  OutputRow,
} from './mechanism';
import { multiHeadElements } from './multiHead';
import { BLOCK_ROWS, rowBlockElements } from './rowBlocks';
import { seededNormal } from './seeded';
import { scaleArgument, snippetHead } from './snippetHead';
import { readRange } from './wholeParameter';

const DEFAULT_LENGTH = 256;
const SEED = 2_006_047;

/**
 * Linformer: keys and values are projected along the sequence from n rows to k, E·K and E·V, and queries attend to
 * those k. One E serves keys, values and heads (the paper's key-value sharing). A causal form does not exist: every
 * projected row mixes all positions.
 */
export const linformer: AttentionMechanism = {
  id: 'linformer',
  get title() {
    return l10n.t('Linformer (learned projection, fixed length)');
  },
  family: 'low-rank',
  paper: {
    authors: 'Wang et al.',
    year: 2020,
    title: 'Linformer: Self-Attention with Linear Complexity',
    arxiv: '2006.04768',
  },
  get quality() {
    return arenaQuality('51.36');
  },
  parameters: [
    {
      name: 'length',
      get title() {
        return l10n.t('Projected length');
      },
      get unit() {
        return l10n.t('tokens');
      },
      defaultFor: () => DEFAULT_LENGTH,
    },
  ],
  causal: 'no',
  exact: false,

  kernels(shape, parameters) {
    assertBidirectional(shape);
    return linformerKernels(shape, seededProjection(shape.n, lengthOf(shape, parameters)));
  },
  flops: (shape, parameters) => linformerFlops(shape, lengthOf(shape, parameters)),
  cost: (shape, parameters) => linformerCost(shape, lengthOf(shape, parameters)),
  reference(shape, parameters, inputs, rows) {
    assertBidirectional(shape);
    const projection = seededProjection(shape.n, lengthOf(shape, parameters));
    return linformerReference(shape, projection, inputs, rows);
  },
  // No architecture that the config reader knows has it.
  present: () => undefined,

  adopt(model, attention, parameters) {
    if (attention.causal) {
      return {
        kind: 'none',
        reason: l10n.t(
          'Linformer has no causal form: each projected key mixes all positions, later ones too.',
        ),
      };
    }
    return {
      kind: 'code',
      language: 'python',
      code: snippet(model, attention, lengthParameter(parameters)),
      needsRetraining: true,
      reason: l10n.t(
        'No architecture has a switch for Linformer: the attention call has to be replaced, and the projection trained with the model. It is made for one sequence length: shorter inputs are padded to it, longer ones impossible. The snippet is a starting point for PyTorch.',
      ),
    };
  },
};

/** The kernels with a given projection; `kernels` gives those with the seeded one. */
export function linformerKernels(shape: AttentionShape, projection: SequenceProjection): Kernel[] {
  const { length } = projection;
  return [
    {
      id: 'MultiHeadAttention',
      title: l10n.t('runtime MultiHeadAttention'),
      graph: linformerMultiHeadGraph(shape, projection),
      cost: linformerCost(shape, length),
    },
    {
      id: 'blocks',
      title: l10n.t(
        'FusedMatMul, Softmax, FusedMatMul over blocks of {0} queries',
        String(linformerRows(shape, length)),
      ),
      graph: linformerBlocksGraph(shape, projection),
      cost: linformerCost(shape, length, linformerBlockElements),
    },
    {
      id: 'plain',
      title: l10n.t('MatMul, Softmax, MatMul over blocks of {0} queries', String(BLOCK_ROWS)),
      graph: linformerPlainGraph(shape, projection),
      cost: linformerCost(shape, length, rowBlockElements),
    },
  ];
}

/**
 * The definition in float64 with a given projection: softmax(q(E·K)ᵀ/√d)·(E·V), for each row as
 * E·(K·q) and (pᵀE)·V, which is the same and needs no projected keys when few rows are asked for.
 */
export function linformerReference(
  shape: AttentionShape,
  projection: SequenceProjection,
  inputs: AttentionInputs,
  rows: readonly OutputRow[],
): Float64Array {
  const { n, heads, kvHeads, headDim } = shape;
  const result = new Float64Array(rows.length * headDim);
  const dots = new Float64Array(n);
  const weights = new Float64Array(n);
  rows.forEach(({ batch, head, row }, index) => {
    const kvHead = Math.floor(head / (heads / kvHeads));
    const query = ((batch * n + row) * heads + head) * headDim;
    const offsetOf = (key: number): number => ((batch * n + key) * kvHeads + kvHead) * headDim;
    for (let key = 0; key < n; key++) {
      const offset = offsetOf(key);
      let dot = 0;
      for (let i = 0; i < headDim; i++) dot += (inputs.q[query + i] ?? NaN) * (inputs.k[offset + i] ?? NaN);
      dots[key] = dot / Math.sqrt(headDim);
    }
    const probabilities = softmax(projectedScores(projection, dots));
    weights.fill(0);
    probabilities.forEach((probability, to) => {
      for (let key = 0; key < n; key++) {
        weights[key] = (weights[key] ?? NaN) + probability * (projection.values[to * n + key] ?? NaN);
      }
    });
    for (let key = 0; key < n; key++) {
      const weight = weights[key] ?? NaN;
      const offset = offsetOf(key);
      for (let i = 0; i < headDim; i++) {
        const at = index * headDim + i;
        result[at] = (result[at] ?? NaN) + weight * (inputs.v[offset + i] ?? NaN);
      }
    }
  });
  return result;
}

function projectedScores({ length, values }: SequenceProjection, dots: Float64Array): Float64Array {
  const n = dots.length;
  return Float64Array.from({ length }, (_, to) => {
    let score = 0;
    for (let key = 0; key < n; key++) score += (values[to * n + key] ?? NaN) * (dots[key] ?? NaN);
    return score;
  });
}

function softmax(scores: Float64Array): Float64Array {
  const largest = scores.reduce((most, score) => Math.max(most, score), -Infinity);
  const weights = scores.map((score) => Math.exp(score - largest));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** Normal numbers of variance 1/n, so that projected keys have the variance of keys. */
function seededProjection(n: number, length: number): SequenceProjection {
  const values = seededNormal(SEED, length * n).map((value) => value / Math.sqrt(n));
  return { length, values };
}

function lengthParameter(parameters: MechanismParameters): number {
  return readRange('Linformer', parameters, 'length', 1, Infinity);
}

/** No more rows than the sequence has. */
function lengthOf(shape: AttentionShape, parameters: MechanismParameters): number {
  return Math.min(shape.n, lengthParameter(parameters));
}

function assertBidirectional(shape: AttentionShape): void {
  if (!shape.causal) return;
  throw new RangeError(
    l10n.t('Linformer has no causal form: each projected key mixes all positions, later ones too.'),
  );
}

/** Both projections, and each query with each projected key. */
function linformerFlops(shape: AttentionShape, length: number): number {
  return 4 * length * keyElements(shape) + pairFlops(shape, shape.n * length);
}

function linformerCost(shape: AttentionShape, length: number, elements = multiHeadElements): AttentionCost {
  const flops = linformerFlops(shape, length);
  const projected = 2 * shape.batch * length * shape.kvHeads * shape.headDim;
  return {
    flops,
    executedFlops: flops,
    compulsoryBytes: compulsoryBytes(shape),
    workspaceBytes: (projected + elements(shape, length)) * elementBytes(shape),
  };
}

function snippet(model: ModelSpec, attention: AttentionSpec, length: number): string {
  return [
    ...snippetHead(model, attention),
    '# n is fixed: pad every input to it.',
    'import torch',
    'from torch import nn',
    'import torch.nn.functional as F',
    '',
    'class LinformerAttention(nn.Module):',
    `    def __init__(self, n, length=${String(length)}):`,
    '        super().__init__()',
    '        self.projection = nn.Parameter(torch.randn(length, n) / n**0.5)',
    '',
    '    def forward(self, q, k, v):',
    '        group = q.shape[1] // k.shape[1]',
    '        k, v = (self.projection @ x for x in (k, v))',
    '        k, v = (x.repeat_interleave(group, dim=1) for x in (k, v))',
    `        return F.scaled_dot_product_attention(q, k, v${scaleArgument(model)})`,
    '',
  ].join('\n');
}
