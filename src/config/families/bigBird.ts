import * as l10n from '@vscode/l10n';
import type { LayerKind, SparsePattern } from '../../model/modelSpec';
import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import { readBertEncoder } from './bertEncoder';
import { bertHeads, bertKeys, bertNames, withoutWidth, type BertLayers, type BertRules } from './bertRules';
import type { ModelFamily } from './family';

const rules: BertRules = {
  names: bertNames,
  heads: { ...bertHeads, uncountedTasks: true },
  reserved: 'none',
  tokenTypes: 2,
  mayDecode: true,
  dropout: 0.1,
  biasKey: 'use_bias',
  layerKinds: blockLayers,
};

/** Blocks that each query sees beside random ones: its own and its neighbours, and the first and the last. */
const LOCAL_BLOCKS = 3;
const GLOBAL_BLOCKS = 2;

/** BigBird (Zaheer et al. 2020): BERT with block-sparse attention. */
export const bigBirdFamily: ModelFamily = {
  id: 'big_bird',
  modelTypes: ['big_bird'],
  requiredKeys: bertKeys,
  read(reader) {
    return readBertEncoder(reader, rules);
  },
};

function blockLayers(reader: FieldReader, each: BertLayers): readonly LayerKind[] {
  return [blockSparse(reader, { ...withoutWidth(each), name: 'full_attention' })];
}

/** The layers with block-sparse attention, or as they are where `attention_type` or causality make it full. */
export function blockSparse(reader: FieldReader, kind: LayerKind): LayerKind {
  const type = reader.text(
    { property: 'layerTypes', keys: ['attention_type'], meaning: l10n.t('kind of attention') },
    {
      value: 'block_sparse',
      rule: l10n.t('attention_type is absent: block_sparse, the default of this model type.'),
      assumed: true,
    },
  );
  const { attention } = kind;
  if (type === 'original_full' || attention === undefined) return kind;
  if (type !== 'block_sparse') {
    return reader.fail(
      'attention_type',
      l10n.t('"attention_type" is "{0}", which this model type does not have.', (type ?? '').slice(0, 40)),
      l10n.t('Use "block_sparse" or "original_full".'),
    );
  }
  if (attention.causal) {
    reader.assumptions.push(
      l10n.t('is_decoder: block_sparse attention works in the encoder only, so it is full here.'),
    );
    return kind;
  }
  return { ...kind, name: 'block_sparse', attention: { ...attention, pattern: readPattern(reader) } };
}

function readPattern(reader: FieldReader): SparsePattern {
  const block = reader.integer(
    {
      property: 'blockSize',
      keys: ['block_size'],
      meaning: l10n.t('tokens of a block'),
      limit: limits.tokens,
      example: 64,
    },
    { value: 64, rule: l10n.t('block_size is absent: 64, the default of this model type.'), assumed: true },
  );
  const random = reader.count(
    {
      property: 'randomBlocks',
      keys: ['num_random_blocks'],
      meaning: l10n.t('random blocks a query sees'),
      limit: limits.size,
      example: 3,
    },
    {
      value: 3,
      rule: l10n.t('num_random_blocks is absent: 3, the default of this model type.'),
      assumed: true,
    },
  );
  const dense = (LOCAL_BLOCKS + GLOBAL_BLOCKS + 2 * random) * block;
  reader.assumptions.push(
    l10n.t(
      'transformers computes full attention up to {0} tokens, (5 + 2 · num_random_blocks) · block_size; the figures are of block-sparse attention at any length.',
      String(dense),
    ),
  );
  return { kind: 'block', block, local: LOCAL_BLOCKS, random, global: GLOBAL_BLOCKS };
}
