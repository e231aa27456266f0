import * as l10n from '@vscode/l10n';
import type { AttentionSpec, ModelSpec } from '../model/modelSpec';
import { pairFlops } from './attentionCost';
import { fixedPairs, summaryTokens, type FixedPattern } from './fixedPattern';
import { maskSnippet } from './flexSnippet';
import { keptDecode } from './keptTokens';
import { arenaQuality } from './longRangeArena';
import type { AttentionMechanism, Kernel, MechanismParameters } from './mechanism';
import { softmaxRows } from './referenceRows';
import { stridedCost, stridedGraph } from './stridedGraph';
import type { TokenAttentionStyle } from './tokenAttention';
import { readRange } from './wholeParameter';

const DEFAULT_SUMMARY = 8;
const STEP = 8;
const SMALLEST_BLOCK = 16;

/**
 * Sparse Transformer, the 'fixed' pattern (Child et al. 2019, section 4.3): a query sees its own block of `block`
 * tokens and the last `summary` tokens of every earlier block, all in one softmax, as the paper's merged heads do.
 * Bidirectional: its whole block and the summaries of all others.
 */
export const stridedSparse: AttentionMechanism = {
  id: 'sparse-transformer',
  get title() {
    return l10n.t('Sparse Transformer (fixed pattern)');
  },
  family: 'sparse',
  paper: {
    authors: 'Child et al.',
    year: 2019,
    title: 'Generating Long Sequences with Sparse Transformers',
    arxiv: '1904.10509',
  },
  get quality() {
    return arenaQuality('51.24');
  },
  parameters: [
    {
      name: 'block',
      get title() {
        return l10n.t('Block size (the paper: about √n)');
      },
      get unit() {
        return l10n.t('tokens');
      },
      // Grows with the length, as in the paper: with a fixed block the summaries alone cost n² / block.
      defaultFor: ({ n }) => Math.max(SMALLEST_BLOCK, STEP * Math.round(Math.sqrt(n) / STEP)),
    },
    {
      name: 'summary',
      get title() {
        return l10n.t('Tokens of a block that later blocks see');
      },
      get unit() {
        return l10n.t('tokens');
      },
      defaultFor: () => DEFAULT_SUMMARY,
    },
  ],
  causal: 'both',
  exact: false,

  kernels(shape, parameters) {
    const pattern = patternOf(parameters);
    const block = String(pattern.block);
    const kernel = (style: TokenAttentionStyle, id: string, title: string): Kernel => ({
      id,
      title,
      graph: stridedGraph(shape, pattern, style),
      cost: stridedCost(shape, pattern, style),
    });
    return [
      kernel(
        'strided',
        'blocks and summaries, strided',
        l10n.t('FusedMatMul over blocks of {0} and the summaries', block),
      ),
      kernel(
        'multi-head',
        'blocks and summaries',
        l10n.t('MultiHeadAttention over blocks of {0} and the summaries', block),
      ),
      kernel(
        'plain',
        'blocks and summaries, plain',
        l10n.t('MatMul, Softmax, MatMul over blocks of {0} and the summaries', block),
      ),
    ];
  },

  flops(shape, parameters) {
    return pairFlops(shape, fixedPairs(shape, patternOf(parameters)));
  },

  cost(shape, parameters) {
    return stridedCost(shape, patternOf(parameters), 'strided');
  },

  reference(shape, parameters, inputs, rows) {
    const { block, summary } = patternOf(parameters);
    return softmaxRows(shape, inputs, rows, (query, key) => {
      if (shape.causal && key > query) return false;
      return Math.floor(key / block) === Math.floor(query / block) || key % block >= block - summary;
    });
  },

  decode(shape, parameters) {
    // What the last token sees is all that a runtime has to keep: its own block so far, and the summaries.
    return keptDecode(shape, visibleToLast(shape.n, patternOf(parameters)));
  },

  // No published config has this pattern.
  present: () => undefined,

  adopt(model, attention, parameters) {
    return {
      kind: 'code',
      language: 'python',
      code: fixedSnippet(model, attention, patternOf(parameters)),
      needsRetraining: true,
      reason: l10n.t(
        'The {0} architecture has no switch for the fixed pattern: the attention call has to be replaced, and the weights fine-tuned. The snippet is a starting point for PyTorch 2.5 or newer.',
        model.modelType,
      ),
    };
  },
};

function patternOf(parameters: MechanismParameters): FixedPattern {
  const block = readRange('Sparse Transformer', parameters, 'block', 1, Infinity);
  return { block, summary: readRange('Sparse Transformer', parameters, 'summary', 0, block) };
}

function visibleToLast(n: number, pattern: FixedPattern): number[] {
  const start = Math.floor((n - 1) / pattern.block) * pattern.block;
  const own = Array.from({ length: n - start }, (_, index) => start + index);
  return [...summaryTokens(start, pattern), ...own];
}

function fixedSnippet(model: ModelSpec, attention: AttentionSpec, { block, summary }: FixedPattern): string {
  return maskSnippet(model, attention, {
    name: 'fixed_sparse_attention',
    constants: [`BLOCK, SUMMARY = ${String(block)}, ${String(summary)}`],
    body: [
      'own = q_idx // BLOCK == kv_idx // BLOCK',
      'summary = kv_idx % BLOCK >= BLOCK - SUMMARY',
      `return ${attention.causal ? '(own | summary) & (kv_idx <= q_idx)' : 'own | summary'}`,
    ],
    notes: [
      'FlexAttention skips tiles that are masked as a whole; to skip more, move the summaries together first.',
    ],
  });
}
