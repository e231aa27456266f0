import type { AttentionSpec } from '../model/modelSpec';

/** A PyTorch starting point for attention to pooled keys and values. */
export function pooledSnippet({ causal, heads, kvHeads }: AttentionSpec, stride: number): string {
  const grouped = heads === kvHeads ? '' : ', enable_gqa=True';
  const head = [
    '# A starting point, not a drop-in: q is [batch, heads, n, head_dim], k and v [batch, kv_heads, n, head_dim].',
    'import torch',
    'import torch.nn.functional as F',
  ];
  const pool = [
    `STRIDE = ${String(stride)}`,
    '',
    'def pool(x):',
    '    # Means of STRIDE tokens; the last of what is left.',
    '    return torch.stack([part.mean(2) for part in x.split(STRIDE, dim=2)], 2)',
    '',
  ];
  if (!causal) {
    return [
      ...head,
      '',
      ...pool,
      'def pooled_attention(q, k, v):',
      `    return F.scaled_dot_product_attention(q, pool(k), pool(v)${grouped})`,
      '',
    ].join('\n');
  }
  return [
    ...head,
    'from torch.nn.attention.flex_attention import create_block_mask, flex_attention',
    '',
    ...pool,
    'def pooled_attention(q, k, v):',
    "    # Every token's own stretch, and the means of the stretches before it.",
    '    n = q.shape[2]',
    '',
    '    def visible(b, h, q_idx, kv_idx):',
    '        own = (kv_idx < n) & (kv_idx <= q_idx) & (q_idx // STRIDE == kv_idx // STRIDE)',
    '        past = (kv_idx >= n) & (kv_idx - n < q_idx // STRIDE)',
    '        return own | past',
    '',
    '    k, v = torch.cat([k, pool(k)], 2), torch.cat([v, pool(v)], 2)',
    '    mask = create_block_mask(visible, B=None, H=None, Q_LEN=n, KV_LEN=k.shape[2], device=q.device)',
    `    return flex_attention(q, k, v, block_mask=mask${grouped})`,
    '',
  ].join('\n');
}
