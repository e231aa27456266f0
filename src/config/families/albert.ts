import * as l10n from '@vscode/l10n';
import type { LayerKind } from '../../model/modelSpec';
import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import { readBertEncoder } from './bertEncoder';
import { bertHeads, bertKeys, withoutWidth, type BertLayers, type BertRules } from './bertRules';
import type { ModelFamily } from './family';

const rules: BertRules = {
  names: {
    attention: { prefix: 'attention.', projections: ['query', 'key', 'value', 'dense'] },
    feedForward: ['ffn', 'ffn_output'],
    norms: ['attention.LayerNorm', 'full_layer_layer_norm'],
  },
  heads: { ...bertHeads, maskedNames: ['predictions.dense', 'predictions.LayerNorm', 'predictions.decoder'] },
  reserved: 'none',
  tokenTypes: 2,
  dropout: 0,
  embedding: { projection: 'encoder.embedding_hidden_mapping_in', always: true },
  layerKinds: sharedLayers,
};

/** ALBERT (Lan et al. 2019): narrow embeddings, and groups of layers that share all their weights. */
export const albertFamily: ModelFamily = {
  id: 'albert',
  modelTypes: ['albert'],
  requiredKeys: bertKeys,
  read(reader) {
    return readBertEncoder(reader, rules);
  },
};

/** The layers that own their weights, then those that run the same weights again: FLOPs, but no parameters. */
function sharedLayers(reader: FieldReader, each: BertLayers): readonly LayerKind[] {
  const groups = readCount(reader, 'layerGroups', 'num_hidden_groups', l10n.t('number of groups of layers'));
  const inner = readCount(reader, 'innerLayers', 'inner_group_num', l10n.t('layers inside one'));
  if (groups > each.layers) {
    return reader.fail(
      'num_hidden_groups',
      l10n.t('"num_hidden_groups" is {0}, more than the {1} layers.', String(groups), String(each.layers)),
      l10n.t('Give at most {0}.', String(each.layers)),
    );
  }
  const owners = groups * inner;
  const repeated = each.layers * inner - owners;
  const kind = withoutWidth(each);
  const own: LayerKind = { ...kind, name: 'full_attention', layers: owners };
  if (repeated === 0) return [own];
  const shared = each.weights.map((weight) => ({ ...weight, sharedWith: weight.name }));
  return [own, { ...kind, name: 'full_attention, shared', layers: repeated, weights: shared }];
}

function readCount(reader: FieldReader, property: string, key: string, meaning: string): number {
  return reader.integer(
    { property, keys: [key], meaning, limit: limits.layers, example: 1 },
    { value: 1, rule: l10n.t('{0} is absent: 1, the default of this model type.', key), assumed: true },
  );
}
