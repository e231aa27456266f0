import * as l10n from '@vscode/l10n';
import { joinSentences } from '../model/phrases';
import { attentionKinds } from '../model/attentionKinds';
import { layerCount, type AttentionSpec, type ModelSpec } from '../model/modelSpec';
import { GraphBuilder } from '../onnx/graphBuilder';
import { queryBlockCost } from './attentionCost';
import { foldedBandCost, foldedBandGraph } from './foldedBlocks';
import { windowFlops, windowPairs, windowReach } from './maskFlops';
import type { Adoption, AttentionMechanism, AttentionShape, MechanismParameters } from './mechanism';
import { buildQueryBlocks, type QueryBlockPlan } from './queryBlocks';
import { softmaxRows } from './referenceRows';
import { readRange } from './wholeParameter';

const DEFAULT_WINDOW = 256;

/**
 * Sliding-window attention. Causal: a query sees itself and the window − 1 positions before it
 * (Mistral's `sliding_window`). Bidirectional: window / 2 positions on each side and itself
 * (Longformer's `attention_window`).
 */
export const slidingWindow: AttentionMechanism = {
  id: 'sliding-window',
  get title() {
    return l10n.t('Sliding window');
  },
  family: 'window',
  paper: {
    authors: 'Beltagy et al.',
    year: 2020,
    title: 'Longformer: The Long-Document Transformer',
    arxiv: '2004.05150',
  },
  parameters: [
    {
      name: 'window',
      get title() {
        return l10n.t('Window');
      },
      get unit() {
        return l10n.t('tokens');
      },
      // The same at every length, so that the time's growth with n is the mechanism's own.
      defaultFor: () => DEFAULT_WINDOW,
    },
  ],
  causal: 'both',
  exact: false,

  kernels(shape, parameters) {
    const window = windowOf(parameters);
    const plan = windowPlan(shape, window);
    const pairs = windowPairs(shape, window);
    const blocks = new GraphBuilder('sliding_window');
    buildQueryBlocks(blocks, shape, plan);
    return [
      {
        id: 'banded blocks',
        title: l10n.t(
          'MultiHeadAttention over blocks of {0} queries and the keys they see',
          String(plan.rows),
        ),
        graph: blocks.build(),
        cost: queryBlockCost(shape, plan, pairs),
      },
      {
        id: 'folded chunks',
        title: l10n.t('MatMul, Softmax, MatMul over chunks of {0} folded into the batch', String(plan.rows)),
        graph: foldedBandGraph(shape, plan),
        cost: foldedBandCost(shape, plan, pairs),
      },
    ];
  },

  flops(shape, parameters) {
    return windowFlops(shape, windowOf(parameters));
  },

  cost(shape, parameters) {
    const window = windowOf(parameters);
    return queryBlockCost(shape, windowPlan(shape, window), windowPairs(shape, window));
  },

  reference(shape, parameters, inputs, rows) {
    const { behind, ahead } = windowReach(shape, windowOf(parameters));
    return softmaxRows(shape, inputs, rows, (query, key) => query - key <= behind && key - query <= ahead);
  },

  isCurrent(attention, parameters) {
    return attention.pattern === undefined && attention.window === windowOf(parameters);
  },

  adopt(model, attention, parameters) {
    return adoptWindow(model, attention, windowOf(parameters));
  },
};

function windowOf(parameters: MechanismParameters): number {
  return readRange('sliding window', parameters, 'window', 1, Infinity);
}

/**
 * Blocks of half the reach: a block computes its own rows and the reach around them, so small blocks
 * waste few masked pairs, and blocks under 64 rows cost more in node overhead than they save.
 */
function windowPlan(shape: AttentionShape, window: number): QueryBlockPlan {
  const { behind, ahead } = windowReach(shape, window);
  const rows = Math.min(Math.max(64, Math.ceil(Math.max(behind, ahead) / 2)), 256, shape.n);
  return {
    rows,
    keysOf: (start, end) => ({ start: Math.max(0, start - behind), end: Math.min(shape.n, end + ahead) }),
    behind,
    ahead,
  };
}

function adoptWindow(model: ModelSpec, attention: AttentionSpec, window: number): Adoption {
  if (attention.window !== undefined && attention.window <= window) {
    return {
      kind: 'none',
      reason: l10n.t('These layers already have a window of {0} tokens.', String(attention.window)),
    };
  }
  switch (model.modelType) {
    case 'mistral':
      return {
        kind: 'config',
        edits: [{ path: ['sliding_window'], value: window }],
        needsRetraining: true,
        reason: joinSentences([l10n.t('Mistral reads `sliding_window`.'), fineTuning(attention)]),
      };
    case 'qwen2':
    case 'qwen3':
      return adoptQwenWindow(model, attention, window);
    default:
      return {
        kind: 'code',
        language: 'python',
        code: flexAttentionSnippet(attention, window),
        needsRetraining: true,
        reason: l10n.t(
          'The {0} architecture has no window switch: the attention call has to be replaced, and the weights fine-tuned. The snippet is a starting point for PyTorch 2.5 or newer.',
          model.modelType,
        ),
      };
  }
}

/** Qwen has one `sliding_window` for all layers that slide; which ones do is another key's matter. */
function adoptQwenWindow(model: ModelSpec, attention: AttentionSpec, window: number): Adoption {
  const size = { path: ['sliding_window'], value: window };
  if (attention.window !== undefined) {
    return {
      kind: 'config',
      edits: [size],
      needsRetraining: true,
      reason: joinSentences([
        l10n.t('Qwen reads `sliding_window` for the layers that slide; the others stay as they are.'),
        fineTuning(attention),
      ]),
    };
  }
  const others = attentionKinds(model)
    .map((kind) => kind.attention.window)
    .find((other) => other !== undefined && other !== window);
  if (others !== undefined) {
    return {
      kind: 'none',
      reason: l10n.t(
        'Other layers have a window of {0} tokens, and the config has one `sliding_window` for all: setting it to {1} would change theirs too.',
        String(others),
        String(window),
      ),
    };
  }
  const listed = model.fields['layerTypes'] !== undefined;
  return {
    kind: 'config',
    edits: [
      { path: ['use_sliding_window'], value: true },
      size,
      { path: ['max_window_layers'], value: 0 },
      // Where the config has the list, it wins over max_window_layers.
      ...(listed
        ? [{ path: ['layer_types'], value: Array<string>(layerCount(model)).fill('sliding_attention') }]
        : []),
    ],
    needsRetraining: true,
    reason: joinSentences([
      listed
        ? l10n.t(
            'Qwen reads `use_sliding_window`, `sliding_window` and `max_window_layers` (0: all layers), and `layer_types` before that.',
          )
        : l10n.t(
            'Qwen reads `use_sliding_window`, `sliding_window` and `max_window_layers` (0: all layers).',
          ),
      fineTuning(attention),
    ]),
  };
}

function fineTuning({ window }: AttentionSpec): string {
  return window === undefined
    ? l10n.t('Weights trained without a window need fine-tuning with it.')
    : l10n.t('Weights trained with a window of {0} tokens need fine-tuning with another.', String(window));
}

function flexAttentionSnippet(attention: AttentionSpec, window: number): string {
  const side = Math.floor(window / 2);
  const condition = attention.causal
    ? `(q_idx >= kv_idx) & (q_idx - kv_idx < ${String(window)})`
    : `(q_idx - kv_idx).abs() <= ${String(side)}`;
  const grouped = attention.heads === attention.kvHeads ? '' : ', enable_gqa=True';
  return [
    '# A starting point, not a drop-in: q is [batch, heads, n, head_dim], k and v [batch, kv_heads, n, head_dim].',
    'import torch',
    'from torch.nn.attention.flex_attention import create_block_mask, flex_attention',
    '',
    'def visible(b, h, q_idx, kv_idx):',
    `    return ${condition}`,
    '',
    'def sliding_window_attention(q, k, v):',
    '    n = q.shape[2]',
    '    mask = create_block_mask(visible, B=None, H=None, Q_LEN=n, KV_LEN=n, device=q.device)',
    `    return flex_attention(q, k, v, block_mask=mask${grouped})`,
    '',
  ].join('\n');
}
