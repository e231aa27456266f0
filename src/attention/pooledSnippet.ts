import type { AttentionSpec, ModelSpec } from '../model/modelSpec';
import { blockMaskFunction, flexCall, flexHead } from './flexSnippet';
import { groupedArgument, scaleArgument, snippetHead } from './snippetHead';

/** A PyTorch starting point for attention to pooled keys and values. */
export function pooledSnippet(model: ModelSpec, attention: AttentionSpec, stride: number): string {
  const pool = [
    `STRIDE = ${String(stride)}`,
    '',
    'def pool(x):',
    '    # Means of STRIDE tokens; the last of what is left.',
    '    return torch.stack([part.mean(2) for part in x.split(STRIDE, dim=2)], 2)',
    '',
  ];
  if (!attention.causal) {
    const rest = `${scaleArgument(model)}${groupedArgument(attention)}`;
    return [
      ...snippetHead(model, attention),
      'import torch',
      'import torch.nn.functional as F',
      '',
      ...pool,
      'def pooled_attention(q, k, v):',
      `    return F.scaled_dot_product_attention(q, pool(k), pool(v)${rest})`,
      '',
    ].join('\n');
  }
  const mask = blockMaskFunction({
    body: [
      'own = (kv_idx < n) & (kv_idx <= q_idx) & (q_idx // STRIDE == kv_idx // STRIDE)',
      'past = (kv_idx >= n) & (kv_idx - n < q_idx // STRIDE)',
      'return own | past',
    ],
    keys: 'n - n // -STRIDE',
  });
  return [
    ...flexHead(model, attention),
    ...pool,
    ...mask,
    'def pooled_attention(q, k, v):',
    "    # Every token's own stretch, and the means of the stretches before it.",
    '    k, v = torch.cat([k, pool(k)], 2), torch.cat([v, pool(v)], 2)',
    `    return ${flexCall(model, attention, 'q, k, v', 'block_mask(q.shape[2], q.device)')}`,
    '',
  ].join('\n');
}
