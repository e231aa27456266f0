import * as l10n from '@vscode/l10n';
import type { AttentionSpec, ModelSpec } from '../model/modelSpec';
import { queryElements } from './attentionCost';
import type { AttentionMechanism, AttentionShape, MechanismParameters } from './mechanism';
import { reducedCost, reducedFlops, reducedKernels, type Reduction } from './reducedKernels';
import { meanQuery, referenceByHead } from './referenceHead';
import { allRows, softmaxOver } from './referenceSoftmax';
import { groupedArgument, scaleArgument, snippetHead } from './snippetHead';
import { poolTokens, repeatTokens } from './tokenPooling';
import { readRange } from './wholeParameter';

const DEFAULT_STRIDE = 2;

/**
 * Pooled queries: the queries of `stride` tokens are averaged, attend to all keys, and each of the tokens gets their
 * output. It is one block of Funnel-Transformer, whose pooled query attends to the sequence before pooling, with the
 * decoder's upsampling by repetition. Bidirectional: a mean of queries would let a token see what follows it.
 */
export const queryPooling: AttentionMechanism = {
  id: 'query-pooling',
  get title() {
    return l10n.t('Pooled queries (Funnel)');
  },
  family: 'compression',
  paper: {
    authors: 'Dai et al.',
    year: 2020,
    title: 'Funnel-Transformer: Filtering out Sequential Redundancy for Efficient Language Processing',
    arxiv: '2006.03236',
  },
  parameters: [
    {
      name: 'stride',
      get title() {
        return l10n.t('Tokens a pooled query');
      },
      get unit() {
        return l10n.t('tokens');
      },
      defaultFor: () => DEFAULT_STRIDE,
    },
  ],
  causal: 'no',
  exact: false,

  kernels(shape, parameters) {
    return reducedKernels(reductionOf(shape, parameters));
  },

  flops(shape, parameters) {
    return reducedFlops(reductionOf(shape, parameters));
  },

  cost(shape, parameters) {
    return reducedCost(reductionOf(shape, parameters));
  },

  reference(shape, parameters, inputs, rows) {
    const stride = strideOf(shape, parameters);
    const { n, headDim } = shape;
    const visible = allRows(n, headDim);
    return referenceByHead(
      shape,
      inputs,
      rows,
      (memory) => memory,
      (memory, row, queryOf) => {
        const start = Math.floor(row / stride) * stride;
        const end = Math.min(n, start + stride);
        const tokens = Array.from({ length: end - start }, (_, index) => start + index);
        return softmaxOver(meanQuery(queryOf, tokens, headDim), memory, visible);
      },
    );
  },

  // Funnel itself pools hidden states between blocks of layers: no config of the catalogue has it inside a layer.
  present: () => undefined,

  adopt(model, attention, parameters) {
    if (attention.causal) return { kind: 'none', reason: noCausalForm() };
    return {
      kind: 'code',
      language: 'python',
      code: snippet(model, attention, parameters['stride'] ?? DEFAULT_STRIDE),
      needsRetraining: true,
      reason: l10n.t(
        'The {0} architecture has no key for it: the attention call has to be replaced, and the weights fine-tuned. The snippet is a starting point for PyTorch 2.5 or newer.',
        model.modelType,
      ),
    };
  },
};

function noCausalForm(): string {
  return l10n.t('Pooled queries have no causal form: a mean of queries would see tokens that follow.');
}

function strideOf(shape: AttentionShape, parameters: MechanismParameters): number {
  if (shape.causal) {
    throw new RangeError(noCausalForm());
  }
  return readRange('pooled queries', parameters, 'stride', 1, Infinity);
}

function reductionOf(shape: AttentionShape, parameters: MechanismParameters): Reduction {
  const stride = strideOf(shape, parameters);
  const { batch, n, heads, headDim } = shape;
  const width = heads * headDim;
  return {
    shape,
    queries: Math.ceil(n / stride),
    keys: n,
    reduceQueries: (graph, value) => poolTokens(graph, { value, batch, n, width }, stride),
    reduceKeys: (_graph, value) => value,
    restore: (graph, value) => repeatTokens(graph, { value, batch, n, width }, stride),
    // An addition for every element of q.
    flops: stride === 1 ? 0 : queryElements(shape),
  };
}

function snippet(model: ModelSpec, attention: AttentionSpec, stride: number): string {
  return [
    ...snippetHead(model, attention),
    'import torch',
    'import torch.nn.functional as F',
    '',
    `STRIDE = ${String(stride)}`,
    '',
    'def query_pooled_attention(q, k, v):',
    '    n = q.shape[2]',
    '    pooled = torch.stack([part.mean(2) for part in q.split(STRIDE, dim=2)], 2)',
    `    o = F.scaled_dot_product_attention(pooled, k, v${scaleArgument(model)}${groupedArgument(attention)})`,
    '    return o.repeat_interleave(STRIDE, dim=2)[:, :, :n]',
    '',
  ].join('\n');
}
