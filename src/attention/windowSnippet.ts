import type { AttentionSpec } from '../model/modelSpec';

/** A mask of FlexAttention, as Python. */
interface SnippetMask {
  /** The function that the snippet defines. */
  readonly name: string;
  /** Lines before it. */
  readonly constants?: readonly string[];
  /** The body of `visible(b, h, q_idx, kv_idx)`. */
  readonly body: readonly string[];
  /** A comment on the use; one line each. */
  readonly notes?: readonly string[];
}

const HEADER = [
  '# A starting point, not a drop-in: q is [batch, heads, n, head_dim], k and v [batch, kv_heads, n, head_dim].',
  'import torch',
  'from torch.nn.attention.flex_attention import create_block_mask, flex_attention',
  '',
];

/** Attention with a mask, in PyTorch's FlexAttention, which skips tiles that are masked as a whole. */
export function maskSnippet(
  attention: AttentionSpec,
  { name, constants = [], body, notes = [] }: SnippetMask,
): string {
  return [
    ...HEADER,
    ...(constants.length === 0 ? [] : [...constants, '']),
    'def visible(b, h, q_idx, kv_idx):',
    ...body.map((line) => `    ${line}`),
    '',
    `def ${name}(q, k, v):`,
    ...notes.map((note) => `    # ${note}`),
    '    n = q.shape[2]',
    '    mask = create_block_mask(visible, B=None, H=None, Q_LEN=n, KV_LEN=n, device=q.device)',
    `    return flex_attention(q, k, v, block_mask=mask${grouped(attention)})`,
    '',
  ].join('\n');
}

/** The dilated window: no tile of its mask is empty, so the tokens of each remainder are brought together first. */
export function dilatedSnippet(attention: AttentionSpec, window: number, dilation: number): string {
  return [
    ...HEADER,
    `DILATION = ${String(dilation)}`,
    '',
    'def visible(b, h, q_idx, kv_idx):',
    `    return ${windowCondition(attention, window)}`,
    '',
    'def fold(x):',
    '    """Every DILATION-th token as a sequence of its own, in the batch."""',
    '    batch, heads, n, dim = x.shape',
    '    x = x.view(batch, heads, n // DILATION, DILATION, dim).permute(0, 3, 1, 2, 4)',
    '    return x.reshape(batch * DILATION, heads, n // DILATION, dim)',
    '',
    'def dilated_window_attention(q, k, v):',
    '    # n must be a multiple of DILATION: pad it, and cut the result.',
    '    batch, heads, n, dim = q.shape',
    '    length = n // DILATION',
    '    mask = create_block_mask(visible, B=None, H=None, Q_LEN=length, KV_LEN=length, device=q.device)',
    `    o = flex_attention(fold(q), fold(k), fold(v), block_mask=mask${grouped(attention)})`,
    '    o = o.view(batch, DILATION, heads, length, dim).permute(0, 2, 3, 1, 4)',
    '    return o.reshape(batch, heads, n, dim)',
    '',
  ].join('\n');
}

/** What a window of `window` tokens lets through, as an expression. */
export function windowCondition({ causal }: Pick<AttentionSpec, 'causal'>, window: number): string {
  return causal
    ? `(q_idx >= kv_idx) & (q_idx - kv_idx < ${String(window)})`
    : `(q_idx - kv_idx).abs() <= ${String(Math.floor(window / 2))}`;
}

function grouped({ heads, kvHeads }: AttentionSpec): string {
  return heads === kvHeads ? '' : ', enable_gqa=True';
}
