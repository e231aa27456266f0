import type { LayerKind } from '../../model/modelSpec';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import { readBertEncoder } from './bertEncoder';
import {
  bertKeys,
  bertNames,
  robertaHeads,
  withoutWidth,
  type BertLayers,
  type BertRules,
} from './bertRules';
import type { ModelFamily } from './family';
import { assumeOneGlobalToken, readAttentionWindows } from './longformerWindows';
import { hidden, linear } from './weights/vectors';

const rules: BertRules = {
  names: bertNames,
  heads: robertaHeads,
  reserved: 'padding',
  tokenTypes: 2,
  dropout: 0.1,
  layerKinds: localLayers,
};

/** Longformer (Beltagy et al. 2020): RoBERTa with a window a layer and projections of their own for global tokens. */
export const longformerFamily: ModelFamily = {
  id: 'longformer',
  modelTypes: ['longformer'],
  requiredKeys: bertKeys,
  read(reader) {
    return readBertEncoder(reader, rules);
  },
};

function localLayers(reader: FieldReader, each: BertLayers): readonly LayerKind[] {
  const global = assumeOneGlobalToken(reader);
  const weights = [...each.weights, ...globalProjections(each.hiddenSize, 'attention.self.')];
  return readAttentionWindows(reader, each.layers).map(({ name, layers, keys }) => ({
    ...withoutWidth(each),
    name,
    layers,
    attention: { ...each.attention, window: keys, pattern: { kind: 'global', global } },
    weights,
  }));
}

/** Keys and values are projected again for every token, queries for the one global token. */
export function globalProjections(hiddenSize: number, prefix: string): WeightSpec[] {
  const width = hidden(hiddenSize);
  return [
    ...linear(`${prefix}query_global`, 'attention', [width], [width], true, { per: 'sequence' }),
    ...linear(`${prefix}key_global`, 'attention', [width], [width], true),
    ...linear(`${prefix}value_global`, 'attention', [width], [width], true),
  ];
}
