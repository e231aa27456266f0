import * as l10n from '@vscode/l10n';
import type { AttentionSpec, ModelSpec } from '../model/modelSpec';
import type { Adoption } from './mechanism';
import { leftOutLine, scaleArgument } from './snippetHead';

/** How a model gets a latent of `rank` elements a token. */
export function adoptLatent(model: ModelSpec, attention: AttentionSpec, rank: number): Adoption {
  const present = attention.latent?.rank;
  if (present !== undefined && present <= rank) {
    return {
      kind: 'none',
      reason: l10n.t('These layers cache a latent of {0} elements already.', String(present)),
    };
  }
  const source = model.fields['kvRank'];
  if (present !== undefined) {
    const path = source?.kind === 'key' ? source.path.split('.') : ['kv_lora_rank'];
    return {
      kind: 'config',
      edits: [{ path, value: rank }],
      needsRetraining: true,
      reason: l10n.t(
        'The architecture reads `{0}`. The projections change their shape: the model has to be trained again.',
        path.join('.'),
      ),
    };
  }
  return {
    kind: 'code',
    language: 'python',
    code: snippet(model, attention, rank),
    needsRetraining: true,
    reason: l10n.t(
      'The {0} architecture has no latent: its key and value projections have to be replaced, and the model trained from scratch or for long. The snippet is a starting point for PyTorch 2.5 or newer.',
      model.modelType,
    ),
  };
}

function snippet(model: ModelSpec, attention: AttentionSpec, rank: number): string {
  const { heads, kvHeads, headDim, causal } = attention;
  return [
    '# A starting point: latent keys and values after DeepSeek-V2 (arXiv 2405.04434), without its rotary part.',
    '# x: [batch, n, hidden_size]; q: [batch, heads, n, head_dim]. Only the latent is cached.',
    ...leftOutLine(model, attention),
    'import torch',
    'import torch.nn.functional as F',
    'from torch import nn',
    '',
    `HEADS, KV_HEADS, HEAD_DIM, RANK = ${String(heads)}, ${String(kvHeads)}, ${String(headDim)}, ${String(rank)}`,
    '',
    'class LatentKeyValue(nn.Module):',
    '    def __init__(self, hidden_size):',
    '        super().__init__()',
    '        self.down = nn.Linear(hidden_size, RANK, bias=False)',
    '        self.up_k = nn.Linear(RANK, KV_HEADS * HEAD_DIM, bias=False)',
    '        self.up_v = nn.Linear(RANK, KV_HEADS * HEAD_DIM, bias=False)',
    '',
    '    def forward(self, x, q):',
    '        latent = self.down(x)',
    '        k = self.up_k(latent).unflatten(-1, (KV_HEADS, HEAD_DIM)).transpose(1, 2)',
    '        v = self.up_v(latent).unflatten(-1, (KV_HEADS, HEAD_DIM)).transpose(1, 2)',
    `        o = F.scaled_dot_product_attention(q, k, v, is_causal=${causal ? 'True' : 'False'}, enable_gqa=HEADS != KV_HEADS${scaleArgument(model)})`,
    '        return o.transpose(1, 2).flatten(2), latent',
    '',
  ].join('\n');
}
