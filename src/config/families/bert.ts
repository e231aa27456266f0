import { factor } from '../../model/factor';
import { readBertEncoder } from './bertEncoder';
import { bertHeads, bertKeys, bertNames, robertaHeads, type BertRules } from './bertRules';
import type { ModelFamily } from './family';
import { classDefault, size } from './originalFields';
import { table } from './weights/vectors';

const bert: BertRules = {
  names: bertNames,
  heads: bertHeads,
  reserved: 'none',
  tokenTypes: 2,
  mayDecode: true,
  dropout: 0.1,
};

const roberta: BertRules = { ...bert, heads: robertaHeads, reserved: 'padding' };

/** MPNet (Song et al. 2020): no token types, and one table of relative positions for all layers. */
const mpnet: BertRules = {
  ...roberta,
  names: {
    attention: { prefix: 'attention.attn.', projections: ['q', 'k', 'v', 'o'] },
    feedForward: bertNames.feedForward,
    norms: ['attention.LayerNorm', 'output.LayerNorm'],
  },
  mayDecode: false,
  tokenTypes: 'none',
  outside(reader, { heads }) {
    const key = 'relative_attention_num_buckets';
    const buckets = size(reader, 'buckets', [key], classDefault(key, 32));
    const name = 'encoder.relative_attention_bias.weight';
    return [table(name, 'positionEmbedding', factor('buckets', buckets), factor('a', heads))];
  },
};

const variants: ReadonlyMap<string, BertRules> = new Map([
  ['bert', bert],
  ['roberta', roberta],
  ['xlm-roberta', roberta],
  ['camembert', roberta],
  ['mpnet', mpnet],
]);

/** BERT, RoBERTa and encoders of the same shape. */
export const bertFamily: ModelFamily = {
  id: 'bert',
  modelTypes: [...variants.keys()],
  requiredKeys: bertKeys,
  read(reader, modelType) {
    return readBertEncoder(reader, variants.get(modelType) ?? bert);
  },
};
