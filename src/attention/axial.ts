import * as l10n from '@vscode/l10n';
import type { AttentionSpec, ModelSpec } from '../model/modelSpec';
import { pairFlops } from './attentionCost';
import { axialDecode } from './axialDecode';
import { axialCost, axialGraph } from './axialGraph';
import { axialGrid, axialPairs } from './axialGrid';
import { axialHeadsCost, axialHeadsGraph } from './axialHeads';
import { axialReference } from './axialReference';
import type { AttentionMechanism } from './mechanism';
import { scaleArgument, snippetHead } from './snippetHead';

/**
 * Axial attention (Ho et al. 2019) in two passes over a grid of about √n × √n tokens: each token attends along its
 * row, then along its column with the same queries and keys, to the rows' outputs as values. Bidirectional, every
 * token reaches every other. Causal: both passes see earlier tokens and the token itself only, so that a token
 * reaches those of its row and of earlier rows that do not stand to the right of it. The paper gives each pass
 * projections of its own.
 */
export const axial: AttentionMechanism = {
  id: 'axial',
  get title() {
    return l10n.t('Axial (rows, then columns)');
  },
  family: 'axial',
  paper: {
    authors: 'Ho et al.',
    year: 2019,
    title: 'Axial Attention in Multidimensional Transformers',
    arxiv: '1912.12180',
  },
  // The grid follows from the length.
  parameters: [],
  causal: 'both',
  exact: false,

  kernels(shape) {
    const { rows, columns } = axialGrid(shape.n);
    return [
      {
        id: 'axial',
        title: l10n.t('MultiHeadAttention along {0} rows, then {1} columns', String(rows), String(columns)),
        graph: axialGraph(shape, 'multi-head'),
        cost: axialCost(shape, 'multi-head'),
      },
      {
        id: 'axial, strided',
        title: l10n.t('FusedMatMul along {0} rows, then {1} columns', String(rows), String(columns)),
        graph: axialHeadsGraph(shape),
        cost: axialHeadsCost(shape),
      },
      {
        id: 'axial, plain',
        title: l10n.t(
          'MatMul, Softmax, MatMul along {0} rows, then {1} columns',
          String(rows),
          String(columns),
        ),
        graph: axialGraph(shape, 'plain'),
        cost: axialCost(shape, 'plain'),
      },
    ];
  },

  flops(shape) {
    const pairs = axialPairs(axialGrid(shape.n), shape.causal);
    return pairFlops(shape, pairs.row + pairs.column);
  },

  cost(shape) {
    return axialCost(shape, 'multi-head');
  },

  reference(shape, _parameters, inputs, rows) {
    return axialReference(shape, inputs, rows);
  },

  decode(shape) {
    return axialDecode(shape);
  },

  // No config that is read has it.
  present: () => undefined,

  adopt(model, attention) {
    return {
      kind: 'code',
      language: 'python',
      code: axialSnippet(model, attention),
      needsRetraining: true,
      reason: l10n.t(
        'The {0} architecture has no axial attention: the attention call has to be replaced, and the model trained with it. The snippet is a starting point for PyTorch 2.0 or newer.',
        model.modelType,
      ),
    };
  },
};

function axialSnippet(model: ModelSpec, attention: AttentionSpec): string {
  const { heads, kvHeads, causal } = attention;
  const scale = scaleArgument(model);
  const g = heads / kvHeads;
  const repeat =
    heads === kvHeads ? [] : [`    k, v = (x.repeat_interleave(${String(g)}, dim=1) for x in (k, v))`];
  const triangle = (side: string): string =>
    causal ? ` & torch.ones(${side}, ${side}, dtype=torch.bool, device=q.device).tril()` : '';
  return [
    ...snippetHead(model, attention),
    'import math',
    'import torch',
    'import torch.nn.functional as F',
    '',
    'def axial_attention(q, k, v):',
    '    b, h, n, d = q.shape',
    ...repeat,
    '    # The squarest grid that n fills, up to twice as wide as high; else the last row is padded.',
    '    side = math.ceil(math.sqrt(n))',
    '    columns = next((c for c in range(side, math.isqrt(2 * n) + 1) if n % c == 0), side)',
    '    rows = -(-n // columns)',
    '    padding = rows * columns - n',
    '    q, k, v = (F.pad(x, (0, 0, 0, padding)).view(b, h, rows, columns, d) for x in (q, k, v))',
    '    real = (torch.arange(rows * columns, device=q.device) < n).view(rows, columns)',
    `    along_row = real[:, None, :]${triangle('columns')}`,
    `    out = F.scaled_dot_product_attention(q, k, v, attn_mask=along_row${scale})`,
    '    q, k, out = (x.transpose(2, 3) for x in (q, k, out))',
    `    along_column = real.T[:, None, :]${triangle('rows')}`,
    `    out = F.scaled_dot_product_attention(q, k, out, attn_mask=along_column${scale})`,
    '    return out.transpose(2, 3).reshape(b, h, rows * columns, d)[:, :, :n]',
    '',
  ].join('\n');
}
