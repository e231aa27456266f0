import * as l10n from '@vscode/l10n';
import { joinSentences } from '../model/phrases';
import type { AttentionSpec, ModelSpec } from '../model/modelSpec';
import { pairFlops } from './attentionCost';
import { bigBirdPairs, bigBirdPattern, blockSizes, type BlockSizes } from './blockPattern';
import { maskSnippet } from './flexSnippet';
import { gatheredBlocksCost, gatheredBlocksGraph } from './gatheredBlocks';
import { gatheredHeadsCost, gatheredHeadsGraph } from './gatheredHeads';
import { arenaQuality } from './longRangeArena';
import type {
  Adoption,
  AttentionMechanism,
  AttentionShape,
  Citation,
  MechanismParameters,
} from './mechanism';
import { softmaxRows } from './referenceRows';
import { readRange } from './wholeParameter';

const paper: Citation = {
  authors: 'Zaheer et al.',
  year: 2020,
  title: 'Big Bird: Transformers for Longer Sequences',
  arxiv: '2007.14062',
};

/** What `transformers` uses where a config says nothing. */
const DEFAULT_BLOCK_SIZE = 64;
const DEFAULT_RANDOM_BLOCKS = 3;
const LOCAL_BLOCKS = 3;
const GLOBAL_BLOCKS = 2;

/**
 * BigBird's block-sparse attention: a block of queries sees three local, some random and two global blocks (the
 * first and the last), and the global blocks see all. Bidirectional, as in the paper.
 */
export const bigBird: AttentionMechanism = {
  id: 'bigbird',
  get title() {
    return l10n.t('BigBird (local, random and global blocks)');
  },
  family: 'sparse',
  paper,
  get quality() {
    return arenaQuality('55.01');
  },
  parameters: [
    {
      name: 'blockSize',
      get title() {
        return l10n.t('Block size');
      },
      get unit() {
        return l10n.t('tokens');
      },
      defaultFor: () => DEFAULT_BLOCK_SIZE,
    },
    {
      name: 'randomBlocks',
      get title() {
        return l10n.t('Random blocks a query sees');
      },
      get unit() {
        return l10n.t('blocks');
      },
      defaultFor: () => DEFAULT_RANDOM_BLOCKS,
    },
  ],
  causal: 'no',
  exact: false,

  kernels(shape, parameters) {
    const sizes = sizesOf(shape, parameters);
    const pattern = bigBirdPattern(sizes.n, sizes.size, sizes.random);
    const size = String(sizes.size);
    return [
      // With two blocks all see all: what holds no scores does better then.
      ...(sizes.count <= 2
        ? []
        : [
            {
              id: 'gathered blocks, strided',
              title: l10n.t('FusedMatMul over gathered blocks of {0} tokens', size),
              graph: gatheredHeadsGraph(shape, pattern),
              cost: gatheredHeadsCost(shape, sizes),
            },
          ]),
      {
        id: 'gathered blocks',
        title: l10n.t('MultiHeadAttention over gathered blocks of {0} tokens', size),
        graph: gatheredBlocksGraph(shape, pattern, 'multi-head'),
        cost: gatheredBlocksCost(shape, sizes, 'multi-head'),
      },
      {
        id: 'gathered blocks, plain',
        title: l10n.t('MatMul, Softmax, MatMul over gathered blocks of {0} tokens', size),
        graph: gatheredBlocksGraph(shape, pattern, 'plain'),
        cost: gatheredBlocksCost(shape, sizes, 'plain'),
      },
    ];
  },

  flops(shape, parameters) {
    return pairFlops(shape, bigBirdPairs(sizesOf(shape, parameters)));
  },

  cost(shape, parameters) {
    const sizes = sizesOf(shape, parameters);
    return sizes.count <= 2
      ? gatheredBlocksCost(shape, sizes, 'multi-head')
      : gatheredHeadsCost(shape, sizes);
  },

  reference(shape, parameters, inputs, rows) {
    const { n, size, random } = sizesOf(shape, parameters);
    const { seen } = bigBirdPattern(n, size, random);
    const sets = new Map<number, ReadonlySet<number>>();
    const seenBy = (block: number): ReadonlySet<number> => {
      const set = sets.get(block) ?? new Set(seen[block]);
      sets.set(block, set);
      return set;
    };
    return softmaxRows(shape, inputs, rows, (query, key) =>
      seenBy(Math.floor(query / size)).has(Math.floor(key / size)),
    );
  },

  present({ pattern }) {
    if (pattern?.kind !== 'block') return undefined;
    const { block, random, local, global } = pattern;
    if (local !== LOCAL_BLOCKS || global !== GLOBAL_BLOCKS) return undefined;
    return { blockSize: block, randomBlocks: random };
  },

  adopt(model, attention, parameters) {
    return adoptBlocks(model, attention, blockSizeOf(parameters), randomBlocksOf(parameters));
  },
};

function blockSizeOf(parameters: MechanismParameters): number {
  return readRange('BigBird', parameters, 'blockSize', 1, Infinity);
}

function randomBlocksOf(parameters: MechanismParameters): number {
  return readRange('BigBird', parameters, 'randomBlocks', 0, Infinity);
}

function sizesOf(shape: AttentionShape, parameters: MechanismParameters): BlockSizes {
  requireBidirectional(shape);
  return blockSizes(shape.n, blockSizeOf(parameters), randomBlocksOf(parameters));
}

function requireBidirectional({ causal }: AttentionShape): void {
  if (causal) {
    throw new RangeError(
      l10n.t(
        'BigBird is defined for bidirectional attention only: its global blocks see the whole sequence.',
      ),
    );
  }
}

function adoptBlocks(model: ModelSpec, attention: AttentionSpec, size: number, random: number): Adoption {
  if (attention.causal) {
    return {
      kind: 'none',
      reason: l10n.t(
        'BigBird is defined for bidirectional attention only: its global blocks see the whole sequence.',
      ),
    };
  }
  const fineTuning =
    attention.pattern === undefined
      ? l10n.t('Weights trained with dense attention need fine-tuning with it.')
      : l10n.t('Weights trained with another pattern need fine-tuning with it.');
  if (model.modelType === 'big_bird' || model.modelType === 'bigbird_pegasus') {
    return {
      kind: 'config',
      edits: [
        { path: ['attention_type'], value: 'block_sparse' },
        { path: ['block_size'], value: size },
        { path: ['num_random_blocks'], value: random },
      ],
      needsRetraining: true,
      reason: joinSentences([
        l10n.t('BigBird reads `attention_type`, `block_size` and `num_random_blocks`.'),
        fineTuning,
      ]),
    };
  }
  return {
    kind: 'code',
    language: 'python',
    code: blocksSnippet(model, attention, size, random),
    needsRetraining: true,
    reason: l10n.t(
      'The {0} architecture has no block-sparse switch: the attention call has to be replaced, and the weights fine-tuned. The snippet is a starting point for PyTorch 2.5 or newer, and draws random blocks of its own.',
      model.modelType,
    ),
  };
}

function blocksSnippet(model: ModelSpec, attention: AttentionSpec, size: number, random: number): string {
  return maskSnippet(model, attention, {
    name: 'bigbird_attention',
    constants: [
      `BLOCK, RANDOM = ${String(size)}, ${String(random)}`,
      '',
      'def block_layout(n, seed=0):',
      '    """Which block of queries sees which block of keys: three local, RANDOM random, first and last."""',
      '    count = -(-n // BLOCK)',
      '    position = torch.arange(count)',
      '    layout = (position[:, None] - position[None, :]).abs() <= 1',
      '    layout[:, [0, -1]] = True',
      '    # Random ranks; blocks that are seen already come last.',
      '    draw = torch.rand(count, count, generator=torch.Generator().manual_seed(seed))',
      '    chosen = draw.masked_fill(layout, 2.0).argsort(dim=1)[:, :RANDOM]',
      '    layout.scatter_(1, chosen, True)',
      '    layout[[0, -1], :] = True',
      '    return layout',
    ],
    setup: ['layout = block_layout(n).to(device)'],
    body: ['return layout[q_idx // BLOCK, kv_idx // BLOCK]'],
  });
}
