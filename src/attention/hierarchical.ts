import * as l10n from '@vscode/l10n';
import { attentionPairs } from '../cost/attentionPairs';
import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import { compulsoryBytes, elementBytes, keyElements, pairFlops } from './attentionCost';
import { hierarchicalSnippet } from './hierarchicalSnippet';
import { groupTokens, levelsOf, siblingPairs, siblings, BRANCHES, type Level } from './hierarchy';
import { joinRows, maskedScore, sliceRows, triangle } from './layout';
import type { AttentionCost, AttentionMechanism, AttentionShape, MechanismParameters } from './mechanism';
import { pooledRows, referenceByHead } from './referenceHead';
import { softmaxOver, type ReferenceMemory, type VisibleRow } from './referenceSoftmax';
import {
  summaryBlockElements,
  summaryBlockKernels,
  type HeldScores,
  type SummaryPlan,
} from './summaryBlocks';
import { poolTokens } from './tokenPooling';
import { readRange } from './wholeParameter';

const DEFAULT_BLOCK = 256;

/**
 * Hierarchical attention: a query sees the tokens of its own block, and the rest of the sequence through summaries
 * that get coarser with the distance, all in one softmax. Level 0 summarises each block of `block` tokens by the mean
 * of its keys and of its values; each further level summarises 16 groups of the level below. At every level a query
 * sees the siblings of its own group (those under the same parent; the earlier ones if causal), so that each
 * token is seen exactly once. A summary of m tokens counts as m tokens: log m is added to its score. Costs
 * n·(block + 15·log₁₆(n/block)) pairs.
 *
 * The hierarchy of near exact and far averaged blocks in one normalisation is Zhu & Soricut's; theirs branches in two,
 * keeps several summaries a block and averages queries too, which a causal model cannot do without seeing ahead.
 */
export const hierarchical: AttentionMechanism = {
  id: 'hierarchical',
  get title() {
    return l10n.t('Hierarchical: own block and summaries');
  },
  family: 'hierarchical',
  paper: {
    authors: 'Zhu & Soricut',
    year: 2021,
    title: 'H-Transformer-1D: Fast One-Dimensional Hierarchical Attention for Sequences',
    arxiv: '2107.11906',
  },
  parameters: [
    {
      name: 'block',
      get title() {
        return l10n.t('Block');
      },
      get unit() {
        return l10n.t('tokens');
      },
      defaultFor: () => DEFAULT_BLOCK,
    },
  ],
  causal: 'both',
  exact: false,

  kernels(shape, parameters) {
    const block = blockOf(parameters);
    return summaryBlockKernels('hierarchical', shape, planOf(shape, block), (held) =>
      costOf(shape, block, held),
    );
  },

  flops(shape, parameters) {
    return flopsOf(shape, blockOf(parameters));
  },

  cost(shape, parameters) {
    return costOf(shape, blockOf(parameters), 'fused');
  },

  reference(shape, parameters, inputs, rows) {
    const block = blockOf(parameters);
    const { n, headDim, causal } = shape;
    const levels = levelsOf(n, block);
    return referenceByHead(
      shape,
      inputs,
      rows,
      ({ keys, values }) => withSummaries(keys, values, levels, headDim),
      (memory, row, queryOf) => {
        const start = Math.floor(row / block) * block;
        const end = causal ? row + 1 : Math.min(n, start + block);
        const visible: VisibleRow[] = [];
        for (let token = start; token < end; token++) visible.push({ offset: token * headDim, bias: 0 });
        let first = n;
        for (const level of levels) {
          for (const group of siblings(level, row, causal)) {
            visible.push({
              offset: (first + group) * headDim,
              bias: Math.log(groupTokens(n, level, group)),
            });
          }
          first += level.count;
        }
        return softmaxOver(queryOf(row), memory, visible);
      },
    );
  },

  // No architecture of the catalogue has it.
  present: () => undefined,

  adopt(model, attention, parameters) {
    return {
      kind: 'code',
      language: 'python',
      code: hierarchicalSnippet(model, attention, blockOf(parameters)),
      needsRetraining: true,
      reason: l10n.t(
        'The {0} architecture has no key for it: the attention call has to be replaced, and the weights fine-tuned. The snippet is a starting point for PyTorch 2.5 or newer.',
        model.modelType,
      ),
    };
  },
};

function blockOf(parameters: MechanismParameters): number {
  return readRange('hierarchical', parameters, 'block', 1, Infinity);
}

function planOf(shape: AttentionShape, block: number): SummaryPlan {
  const { n, causal, batch, kvHeads, headDim, dtype } = shape;
  const levels = levelsOf(n, block);
  const others = mostSiblings(levels);
  return {
    rows: block,
    summaries: levels.reduce((sum, { count }) => sum + count, 0),
    summarise: (graph, value) => summarise(graph, value, levels, { batch, n, width: kvHeads * headDim }),
    viewOf(start, end) {
      const far: number[] = [];
      const farBias: number[] = [];
      let first = 0;
      for (const level of levels) {
        for (const group of siblings(level, start, causal)) {
          far.push(first + group);
          farBias.push(Math.log(groupTokens(n, level, group)));
        }
        first += level.count;
      }
      // As many for every block: the runtime then uses one block's buffers for the next, where buffers of many
      // sizes wait for a later block of theirs.
      while (far.length < others) {
        far.push(0);
        farBias.push(maskedScore(dtype));
      }
      return {
        near: [],
        // One row sees one key.
        bias: causal && end - start > 1 ? triangle(dtype, end - start) : undefined,
        far,
        farBias,
      };
    },
  };
}

/** The most summaries that a query sees. */
function mostSiblings(levels: readonly Level[]): number {
  return levels.reduce((sum, { count }) => sum + Math.min(count, BRANCHES) - 1, 0);
}

/** Summaries of all levels, one after another. A level is averaged from the one below, which has whole groups. */
function summarise(
  graph: GraphBuilder,
  value: Value,
  levels: readonly Level[],
  { batch, n, width }: { readonly batch: number; readonly n: number; readonly width: number },
): Value {
  const parts: Value[] = [];
  let below: Value | undefined;
  for (const { size } of levels) {
    if (below === undefined) {
      below = poolTokens(graph, { value, batch, n, width }, size);
    } else {
      const whole = Math.floor(n / size);
      const rows: Value[] = [];
      if (whole > 0) {
        const divisible = sliceRows(graph, below, 1, 0, whole * BRANCHES);
        rows.push(poolTokens(graph, { value: divisible, batch, n: whole * BRANCHES, width }, BRANCHES));
      }
      // The last group has blocks of unequal length: its mean is that of its tokens.
      if (whole * size < n) {
        const rest = sliceRows(graph, value, 1, whole * size, n);
        rows.push(poolTokens(graph, { value: rest, batch, n: n - whole * size, width }, n - whole * size));
      }
      below = joinRows(graph, rows);
    }
    parts.push(below);
  }
  return joinRows(graph, parts);
}

function flopsOf(shape: AttentionShape, block: number): number {
  const own = attentionPairs(
    { causal: shape.causal, pattern: { kind: 'chunk', chunk: block, before: 0, after: 0 } },
    shape.n,
  );
  const levels = levelsOf(shape.n, block);
  const far = levels.reduce((sum, level) => sum + siblingPairs(shape.n, level, shape.causal), 0);
  // An addition for every element of k and v makes the summaries.
  return pairFlops(shape, own + far) + (levels.length === 0 ? 0 : 2 * keyElements(shape));
}

function costOf(shape: AttentionShape, block: number, held: HeldScores): AttentionCost {
  const { n } = shape;
  const levels = levelsOf(n, block);
  const plan = planOf(shape, block);
  const rest = n % block;
  const ownPairs = (n - rest) * block + rest ** 2;
  return {
    flops: flopsOf(shape, block),
    executedFlops: pairFlops(shape, ownPairs + n * mostSiblings(levels)),
    compulsoryBytes: compulsoryBytes(shape),
    workspaceBytes: summaryBlockElements(shape, plan, mostSiblings(levels), held) * elementBytes(shape),
  };
}

/** Tokens, then the summaries of each level, each the mean of its tokens. */
function withSummaries(
  keys: Float64Array,
  values: Float64Array,
  levels: readonly Level[],
  headDim: number,
): ReferenceMemory {
  const join = (tokens: Float64Array): Float64Array => {
    const parts = [tokens, ...levels.map(({ size }) => pooledRows(tokens, headDim, size))];
    const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
    let offset = 0;
    for (const part of parts) {
      all.set(part, offset);
      offset += part.length;
    }
    return all;
  };
  return { keys: join(keys), values: join(values) };
}
