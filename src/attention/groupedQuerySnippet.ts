import type { AttentionSpec, ModelSpec } from '../model/modelSpec';
import { leftOutLine, scaleArgument } from './snippetHead';

/** How an architecture stores the projections of queries, keys and values in one matrix. */
interface FusedProjection {
  /** Name of the matrix in the attention layer. */
  readonly name: string;
  readonly layout: string;
  /** Python that gives key and value weights as rows, from `weight` and `hidden`, its inputs. */
  readonly split: readonly string[];
}

const byHead: Omit<FusedProjection, 'name'> = {
  layout: "[OLD * 3 * HEAD_DIM, hidden]: each head's query, key and value one after the other",
  split: [
    'rows = weight.unflatten(0, (OLD, 3, HEAD_DIM))',
    'return rows[:, 1].flatten(0, 1), rows[:, 2].flatten(0, 1)',
  ],
};

const byKind: Omit<FusedProjection, 'name'> = {
  layout: '[3 * OLD * HEAD_DIM, hidden]: all queries, then all keys, then all values',
  split: ['_, key, value = weight.chunk(3)', 'return key, value'],
};

/** By `model_type`, as the implementations in `transformers` store them. */
const fused = new Map<string, FusedProjection>([
  [
    'gpt2',
    {
      name: 'c_attn.weight',
      layout: '[hidden, 3 * OLD * HEAD_DIM]: a Conv1D, the transpose of a Linear',
      split: ['_, key, value = weight.t().chunk(3)', 'return key, value'],
    },
  ],
  ['gpt_bigcode', { name: 'c_attn.weight', ...byHead }],
  [
    'codegen',
    {
      name: 'qkv_proj.weight',
      layout: '[OLD * 3 * HEAD_DIM, hidden]: in four parts, each queries, then values, then keys',
      split: [
        'rows = weight.unflatten(0, (4, 3, OLD * HEAD_DIM // 4))',
        'return rows[:, 2].flatten(0, 1), rows[:, 1].flatten(0, 1)',
      ],
    },
  ],
  ['bloom', { name: 'query_key_value.weight', ...byHead }],
  ['gpt_neox', { name: 'query_key_value.weight', ...byHead }],
  ['falcon', { name: 'query_key_value.weight', ...byHead }],
  ['persimmon', { name: 'query_key_value.weight', ...byHead }],
  ['mpt', { name: 'Wqkv.weight', ...byKind }],
  ['qwen', { name: 'c_attn.weight', ...byKind }],
  ['nomic_bert', { name: 'Wqkv.weight', ...byKind }],
  ['modernbert', { name: 'Wqkv.weight', ...byKind }],
]);

/** A starting point for fewer key/value heads: the weights averaged, and the attention that reads them. */
export function groupedQuerySnippet(model: ModelSpec, attention: AttentionSpec, kvHeads: number): string {
  const { heads, kvHeads: present, headDim, causal } = attention;
  return [
    `# A starting point: ${String(present)} key/value heads become ${String(kvHeads)} (Ainslie et al. 2023, arXiv 2305.13245).`,
    ...leftOutLine(model, attention),
    'import torch',
    'import torch.nn.functional as F',
    '',
    `HEADS, OLD, NEW, HEAD_DIM = ${String(heads)}, ${String(present)}, ${String(kvHeads)}, ${String(headDim)}`,
    '',
    ...keysAndValues(fused.get(model.modelType)),
    'def average_heads(weight):',
    '    """Weight [OLD * HEAD_DIM, hidden] of the key or the value projection, or its bias -> the same of NEW heads."""',
    '    assert weight.shape[0] == OLD * HEAD_DIM, weight.shape',
    '    mean = weight.unflatten(0, (NEW, OLD // NEW, HEAD_DIM)).mean(1)',
    '    return mean.flatten(0, 1)',
    '',
    'def grouped_query_attention(q, k, v):',
    '    # q: [batch, HEADS, n, HEAD_DIM]; k, v: [batch, NEW, n, HEAD_DIM]',
    `    return F.scaled_dot_product_attention(q, k, v, is_causal=${causal ? 'True' : 'False'}, enable_gqa=True${scaleArgument(model)})`,
    '',
  ].join('\n');
}

/** The function that takes keys and values out of the matrix that holds queries too, where there is one. */
function keysAndValues(projection: FusedProjection | undefined): string[] {
  if (projection === undefined) return [];
  const { name, layout, split } = projection;
  return [
    'def keys_and_values(weight):',
    `    """${name}, stored as ${layout}."""`,
    ...split.map((line) => `    ${line}`),
    '',
  ];
}
