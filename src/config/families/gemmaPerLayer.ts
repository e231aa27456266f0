import * as l10n from '@vscode/l10n';
import { factor, type Factor } from '../../model/factor';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import { countByClass } from './hybridFields';
import { matrix, norm, table } from './weights/vectors';

/** The norm of what a layer's own embedding adds. */
export const perLayerNorm = 'post_per_layer_input_norm';

/**
 * An embedding of `perLayer` elements a layer, all in one table, and the projection of the token embedding that it
 * is added to (Gemma 3n, Gemma 4).
 */
export function perLayerEmbedding(
  reader: FieldReader,
  layers: number,
  width: Factor,
  perLayer: number,
): WeightSpec[] {
  const rows = countByClass(
    reader,
    'perLayerVocabSize',
    'vocab_size_per_layer_input',
    l10n.t('rows of the embeddings of layers'),
    262144,
  );
  const packed = factor('L·p', layers * perLayer);
  return [
    table('embed_tokens_per_layer.weight', 'tokenEmbedding', factor('Vₚ', rows), packed),
    matrix('per_layer_model_projection.weight', 'projector', [packed], [width]),
    ...norm('per_layer_projection_norm', 'rms', factor('p', perLayer)),
  ];
}

/** The gate and the projection by which one layer adds its embedding. */
export function perLayerGate(width: Factor, perLayer: number): WeightSpec[] {
  const p = factor('p', perLayer);
  return [
    matrix('per_layer_input_gate.weight', 'projector', [p], [width]),
    matrix('per_layer_projection.weight', 'projector', [width], [p]),
  ];
}
