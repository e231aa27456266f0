import * as l10n from '@vscode/l10n';
import { factor } from '../../model/factor';
import type { LayerKind } from '../../model/modelSpec';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import { readBertEncoder } from './bertEncoder';
import { bertHeads, bertKeys, bertNames, withoutWidth, type BertLayers, type BertRules } from './bertRules';
import type { ModelFamily } from './family';

const rules: BertRules = {
  names: bertNames,
  heads: { ...bertHeads, pooler: false, sequence: 'dense' },
  reserved: 'added',
  tokenTypes: 2,
  dropout: 0.1,
  layerKinds: landmarkLayers,
};

/** Nyströmformer (Xiong et al. 2021): BERT with landmarks between queries and keys, and a convolution of values. */
export const nystromformerFamily: ModelFamily = {
  id: 'nystromformer',
  modelTypes: ['nystromformer'],
  requiredKeys: bertKeys,
  read(reader) {
    return readBertEncoder(reader, rules);
  },
};

const DEFAULT_LANDMARKS = 64;
const DEFAULT_KERNEL = 65;

function landmarkLayers(reader: FieldReader, each: BertLayers): readonly LayerKind[] {
  const landmarks = readCount(
    reader,
    'landmarks',
    'num_landmarks',
    l10n.t('number of landmarks'),
    DEFAULT_LANDMARKS,
  );
  const segment = reader.raw('segment_means_seq_len')?.value ?? DEFAULT_LANDMARKS;
  if (segment === landmarks) {
    reader.assumptions.push(
      l10n.t(
        'num_landmarks equals segment_means_seq_len: transformers computes full attention then, n² pairs; the figures are of the landmarks that the paper describes.',
      ),
    );
  }
  reader.assumptions.push(
    l10n.t("The iterations for the landmarks' inverse are not in the FLOPs: they do not grow with n."),
  );
  return [
    {
      ...withoutWidth(each),
      name: 'landmark_attention',
      attention: { ...each.attention, pattern: { kind: 'landmark', landmarks } },
      weights: [...each.weights, ...convolution(reader, each)],
    },
  ];
}

/** A convolution over the values of each head, one filter a head for all its d columns; none where null. */
function convolution(reader: FieldReader, { attention }: BertLayers): WeightSpec[] {
  const key = 'conv_kernel_size';
  if (reader.isNull([key])) return [];
  const kernel = readCount(reader, 'kernel', key, l10n.t('width of the convolution'), DEFAULT_KERNEL);
  return [
    {
      name: 'attention.self.conv.weight',
      part: 'attention',
      shape: [factor('a', attention.heads), factor('k', kernel)],
      use: 'convolution',
      applications: attention.headDim,
    },
  ];
}

function readCount(
  reader: FieldReader,
  property: string,
  key: string,
  meaning: string,
  byDefault: number,
): number {
  return reader.integer(
    { property, keys: [key], meaning, limit: limits.size, example: byDefault },
    {
      value: byDefault,
      rule: l10n.t('{0} is absent: {1}, the default of this model type.', key, String(byDefault)),
      assumed: true,
    },
  );
}
