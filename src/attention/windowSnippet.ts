import type { AttentionSpec, ModelSpec } from '../model/modelSpec';
import { blockMaskFunction, flexCall, flexHead } from './flexSnippet';

/** The dilated window: no tile of its mask is empty, so the tokens of each remainder are brought together first. */
export function dilatedSnippet(
  model: ModelSpec,
  attention: AttentionSpec,
  window: number,
  dilation: number,
): string {
  return [
    ...flexHead(model, attention),
    `DILATION = ${String(dilation)}`,
    '',
    ...blockMaskFunction({ body: [`return ${windowCondition(attention, window)}`] }),
    'def fold(x):',
    '    """Every DILATION-th token as a sequence of its own, in the batch."""',
    '    batch, heads, n, dim = x.shape',
    '    x = x.view(batch, heads, n // DILATION, DILATION, dim).permute(0, 3, 1, 2, 4)',
    '    return x.reshape(batch * DILATION, heads, n // DILATION, dim)',
    '',
    'def dilated_window_attention(q, k, v):',
    '    # n must be a multiple of DILATION: pad it, and cut the result.',
    '    batch, heads, n, _ = q.shape',
    '    length = n // DILATION',
    `    o = ${flexCall(model, attention, 'fold(q), fold(k), fold(v)', 'block_mask(length, q.device)')}`,
    '    o = o.view(batch, DILATION, heads, length, -1).permute(0, 2, 3, 1, 4)',
    '    return o.reshape(batch, heads, n, -1)',
    '',
  ].join('\n');
}

/** What a window of `window` tokens lets through, as an expression. */
export function windowCondition({ causal }: Pick<AttentionSpec, 'causal'>, window: number): string {
  return causal
    ? `(q_idx >= kv_idx) & (q_idx - kv_idx < ${String(window)})`
    : `(q_idx - kv_idx).abs() <= ${String(Math.floor(window / 2))}`;
}
