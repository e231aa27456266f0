import * as l10n from '@vscode/l10n';
import type { AttentionSpec, ModelSpec } from '../model/modelSpec';
import { eluFeatures } from './eluFeatures';
import { featureCost, featureFlops, featureKernels } from './featureAttention';
import { featureDecode } from './featureDecode';
import { featureRows } from './featureReference';
import { arenaQuality } from './longRangeArena';
import type { AttentionMechanism } from './mechanism';
import { snippetHead } from './snippetHead';

/** The Linear Transformer's attention: φ(x) = elu(x) + 1 in place of the softmax's exponential. */
export const linear: AttentionMechanism = {
  id: 'linear',
  get title() {
    return l10n.t('Linear attention (elu + 1)');
  },
  family: 'linear',
  paper: {
    authors: 'Katharopoulos et al.',
    year: 2020,
    title: 'Transformers are RNNs: Fast Autoregressive Transformers with Linear Attention',
    arxiv: '2006.16236',
  },
  get quality() {
    return arenaQuality('50.55');
  },
  parameters: [],
  causal: 'both',
  exact: false,

  kernels: (shape) => featureKernels(shape, eluFeatures(shape.headDim)),
  flops: (shape) => featureFlops(shape, eluFeatures(shape.headDim)),
  cost: (shape) => featureCost(shape, eluFeatures(shape.headDim)),
  reference: (shape, _parameters, inputs, rows) =>
    featureRows(shape, eluFeatures(shape.headDim), inputs, rows),
  decode: (shape) => featureDecode(shape, eluFeatures(shape.headDim)),
  // No architecture that the config reader knows has it.
  present: () => undefined,

  adopt(model, attention) {
    return {
      kind: 'code',
      language: 'python',
      code: snippet(model, attention),
      needsRetraining: true,
      reason: l10n.t(
        'No architecture has a switch for linear attention: the attention call has to be replaced, and the model trained from scratch or distilled, since weights trained with softmax do not carry over. The snippet is a starting point for PyTorch.',
      ),
    };
  },
};

function snippet(model: ModelSpec, attention: AttentionSpec): string {
  const { causal } = attention;
  const sums = causal
    ? [
        '    # Chunk by chunk: pairs within a chunk, a running sum for all chunks before it.',
        '    state = q.new_zeros(*k.shape[:2], k.shape[-1], v.shape[-1])',
        '    total = q.new_zeros(*k.shape[:2], k.shape[-1], 1)',
        '    outputs = []',
        '    for start in range(0, q.shape[2], chunk):',
        '        qc, kc, vc = (x[:, :, start : start + chunk] for x in (q, k, v))',
        '        weights = (qc @ kc.transpose(-1, -2)).tril()',
        '        numerator = weights @ vc + qc @ state',
        '        outputs.append(numerator / (weights.sum(-1, keepdim=True) + qc @ total))',
        '        state = state + kc.transpose(-1, -2) @ vc',
        '        total = total + kc.sum(2).unsqueeze(-1)',
        '    return torch.cat(outputs, dim=2)',
      ]
    : ['    state = k.transpose(-1, -2) @ v', '    return (q @ state) / (q @ k.sum(2).unsqueeze(-1))'];
  return [
    ...snippetHead(model, attention),
    'import torch',
    'import torch.nn.functional as F',
    '',
    `def linear_attention(q, k, v${causal ? ', chunk=128' : ''}):`,
    '    group = q.shape[1] // k.shape[1]',
    '    k, v = (x.repeat_interleave(group, dim=1) for x in (k, v))',
    '    q, k = F.elu(q) + 1, F.elu(k) + 1',
    ...sums,
    '',
  ].join('\n');
}
