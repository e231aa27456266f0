import { factor } from '../../model/factor';
import type { WeightSpec } from '../../model/weightSpec';
import { hidden, linear, norm, vector } from './weights/vectors';

/**
 * SigLIP's pooling (Zhai et al. 2023): one learned query attends to all tokens, then a norm and an MLP. Its
 * projections of keys and values run over all tokens, that of the query and the rest once an image; the 4·n·h
 * operations of its one row of scores are not counted.
 */
export function attentionPoolWeights(hiddenSize: number, intermediateSize: number): WeightSpec[] {
  const width = hidden(hiddenSize);
  const inner = factor('f', intermediateSize);
  const once = { per: 'sequence' } as const;
  return [
    vector('head.probe', 'pooler', width),
    ...linear('head.attention.in_proj.query', 'pooler', [width], [width], true, once),
    ...linear('head.attention.in_proj.key_value', 'pooler', [factor('2', 2), width], [width], true),
    ...linear('head.attention.out_proj', 'pooler', [width], [width], true, once),
    ...norm('head.layernorm', 'layer', width),
    ...linear('head.mlp.fc1', 'pooler', [inner], [width], true, once),
    ...linear('head.mlp.fc2', 'pooler', [width], [inner], true, once),
  ];
}
