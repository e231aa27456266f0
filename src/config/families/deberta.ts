import * as l10n from '@vscode/l10n';
import { factor } from '../../model/factor';
import type { LayerKind } from '../../model/modelSpec';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import { readBertEncoder } from './bertEncoder';
import { bertHeads, bertKeys, bertNames, withoutWidth, type BertLayers, type BertRules } from './bertRules';
import { debertaPositions, relativeRows } from './debertaPositions';
import type { ModelFamily } from './family';
import { hidden, norm, table, vector } from './weights/vectors';

type Version = 'v1' | 'v2';

/** DeBERTa, v2 and v3 (He et al. 2020, 2021): BERT with relative positions between queries and keys. */
export const debertaFamily: ModelFamily = {
  id: 'deberta',
  modelTypes: ['deberta', 'deberta-v2'],
  requiredKeys: bertKeys,
  read(reader, modelType) {
    return readBertEncoder(reader, rules(modelType === 'deberta' ? 'v1' : 'v2'));
  },
};

function rules(version: Version): BertRules {
  const projections =
    version === 'v1'
      ? (['self.in_proj.q', 'self.in_proj.k', 'self.in_proj.v', 'output.dense'] as const)
      : (['self.query_proj', 'self.key_proj', 'self.value_proj', 'output.dense'] as const);
  return {
    names: { ...bertNames, attention: { prefix: 'attention.', projections } },
    heads: { ...bertHeads, pooler: false },
    reserved: 'none',
    tokenTypes: 0,
    dropout: 0.1,
    keysWithoutBias: version === 'v1',
    positionsKey: { key: 'position_biased_input', byDefault: true },
    layerKinds: (reader, each) => relativeLayers(reader, each, version),
    outside: (reader, attention) => outside(reader, attention.heads * attention.headDim, version),
  };
}

function relativeLayers(reader: FieldReader, each: BertLayers, version: Version): readonly LayerKind[] {
  const positions = debertaPositions(reader, each.hiddenSize, version);
  return [{ ...withoutWidth(each), name: 'full_attention', weights: [...each.weights, ...positions] }];
}

/** The table of relative positions, its norm, and the convolution beside the first layer (v2 only). */
function outside(reader: FieldReader, hiddenSize: number, version: Version): readonly WeightSpec[] {
  const width = hidden(hiddenSize);
  const rows = relativeRows(reader, version);
  const relative =
    rows > 0
      ? [table('encoder.rel_embeddings.weight', 'positionEmbedding', factor('relative', rows), width)]
      : [];
  const normed = reader.raw('norm_rel_ebd')?.value;
  return [
    ...relative,
    ...(typeof normed === 'string' && normed.includes('layer_norm')
      ? norm('encoder.LayerNorm', 'layer', width)
      : []),
    ...(version === 'v2' ? convolution(reader, hiddenSize) : []),
  ];
}

function convolution(reader: FieldReader, hiddenSize: number): readonly WeightSpec[] {
  const kernel = readCount(reader, 'kernel', 'conv_kernel_size', l10n.t('width of the convolution'), 0);
  if (kernel === 0) return [];
  const groups = Math.max(
    1,
    readCount(reader, 'groups', 'conv_groups', l10n.t('groups of the convolution'), 1),
  );
  if (hiddenSize % groups !== 0) {
    return reader.fail(
      'conv_groups',
      l10n.t(
        '"conv_groups" is {0}, which does not divide "hidden_size" {1}.',
        String(groups),
        String(hiddenSize),
      ),
      l10n.t('Give a number of groups that divides {0}.', String(hiddenSize)),
    );
  }
  const width = hidden(hiddenSize);
  const input = groups === 1 ? width : factor('h/groups', hiddenSize / groups);
  return [
    {
      name: 'encoder.conv.conv.weight',
      part: 'attention',
      shape: [width, input, factor('k', kernel)],
      use: 'convolution',
    },
    vector('encoder.conv.conv.bias', 'attention', width),
    ...norm('encoder.conv.LayerNorm', 'layer', width),
  ];
}

function readCount(
  reader: FieldReader,
  property: string,
  key: string,
  meaning: string,
  byDefault: number,
): number {
  return reader.count(
    { property, keys: [key], meaning, limit: limits.size, example: 3 },
    {
      value: byDefault,
      rule: l10n.t('{0} is absent: {1}, the default of this model type.', key, String(byDefault)),
    },
  );
}
