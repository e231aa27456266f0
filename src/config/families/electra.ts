import { factor } from '../../model/factor';
import { readBertEncoder } from './bertEncoder';
import { bertKeys, bertNames, type BertRules } from './bertRules';
import type { ModelFamily } from './family';
import { linear } from './weights/vectors';

const rules: BertRules = {
  names: bertNames,
  heads: {
    pooler: false,
    sequence: 'dense',
    maskedNames: ['generator_predictions.dense', 'generator_predictions.LayerNorm', 'generator_lm_head'],
    // The discriminator says of each token whether it was replaced.
    preTraining: (width) => [
      ...linear('discriminator_predictions.dense', 'outputHead', [width], [width], true),
      ...linear('discriminator_predictions.dense_prediction', 'outputHead', [factor('1', 1)], [width], true),
    ],
  },
  reserved: 'none',
  tokenTypes: 2,
  mayDecode: true,
  dropout: 0.1,
  embedding: { projection: 'embeddings_project', always: false },
};

/** ELECTRA (Clark et al. 2020): BERT without a pooler and, in the small ones, with narrow embeddings. */
export const electraFamily: ModelFamily = {
  id: 'electra',
  modelTypes: ['electra'],
  requiredKeys: bertKeys,
  read(reader) {
    return readBertEncoder(reader, rules);
  },
};
