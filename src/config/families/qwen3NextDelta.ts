import * as l10n from '@vscode/l10n';
import { factor, type Factor } from '../../model/factor';
import type { RecurrenceSpec } from '../../model/modelSpec';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import { figure } from './hybridFields';
import { depthwise } from './mambaConvolution';
import { linear, norm, vector } from './weights/vectors';

/** A Gated DeltaNet mixer (Yang et al. 2024). */
export interface DeltaShape {
  readonly keyHeads: number;
  readonly valueHeads: number;
  readonly keyDim: number;
  readonly valueDim: number;
  readonly kernel: number;
}

/** Reads its sizes, by the defaults of Qwen3NextConfig. Throws ConfigError where value heads share no key heads. */
export function readDelta(reader: FieldReader): DeltaShape {
  const read = (property: string, key: string, meaning: string, byDefault: number): number =>
    figure(reader, { property, keys: [key], meaning, example: byDefault, byDefault });
  const shape: DeltaShape = {
    keyHeads: read('linearKeyHeads', 'linear_num_key_heads', l10n.t('number of key heads'), 16),
    valueHeads: read('linearValueHeads', 'linear_num_value_heads', l10n.t('number of value heads'), 32),
    keyDim: read('linearKeyDim', 'linear_key_head_dim', l10n.t('width of a key'), 128),
    valueDim: read('linearValueDim', 'linear_value_head_dim', l10n.t('width of a value'), 128),
    kernel: read('convolution', 'linear_conv_kernel_dim', l10n.t('width of the convolution'), 4),
  };
  if (shape.valueHeads % shape.keyHeads === 0) return shape;
  return reader.fail(
    'linear_num_value_heads',
    l10n.t(
      '"linear_num_value_heads" is {0}, which "linear_num_key_heads" {1} does not divide.',
      String(shape.valueHeads),
      String(shape.keyHeads),
    ),
    l10n.t('Choose a multiple of {0}.', String(shape.keyHeads)),
  );
}

/** Weights: q, k, v and the gate z are projected at once, and so are β and the decay (Yang et al. 2024, Figure 1). */
export function deltaWeights(prefix: string, width: Factor, shape: DeltaShape): WeightSpec[] {
  const { keys, values } = widths(shape);
  const heads = factor('H', shape.valueHeads);
  const output = factor('V', values);
  const name = (end: string): string => `${prefix}${end}`;
  const projected = factor('(2·K + 2·V)', 2 * keys + 2 * values);
  return [
    ...linear(name('in_proj_qkvz'), 'recurrence', [projected], [width], false),
    ...linear(name('in_proj_ba'), 'recurrence', [factor('2', 2), heads], [width], false),
    ...depthwise(name('conv1d'), factor('(2·K + V)', 2 * keys + values), shape.kernel, false),
    vector(name('dt_bias'), 'recurrence', heads),
    vector(name('A_log'), 'recurrence', heads),
    ...norm(name('norm'), 'rms', factor('dᵥ', shape.valueDim)),
    ...linear(name('out_proj'), 'recurrence', [width], [output], false),
  ];
}

/**
 * The gated delta rule in its recurrent form, S ← α·S + k·(β·(v − α·Sᵀk))ᵀ and o = Sᵀq (Yang et al. 2024, eq. 10):
 * for each of d_k·d_v elements of a head's state the decay, Sᵀk, the outer product added, Sᵀq: 7 operations a
 * token; for each of d_v values the difference, β and the gate: 3. The chunked form of prefill has the same order.
 * Kept for the backward pass: q, k and v before and after the convolution, z, o, the normed o, β and the decay.
 */
export function deltaRecurrence(shape: DeltaShape): RecurrenceSpec {
  const { keys, values } = widths(shape);
  const { valueHeads, keyDim, valueDim, kernel } = shape;
  return {
    kind: 'gated-delta',
    stateElements: valueHeads * keyDim * valueDim,
    convolutionElements: (2 * keys + values) * kernel,
    scanFlopsPerToken: valueHeads * (7 * keyDim * valueDim + 3 * valueDim),
    keptElements: 2 * (2 * keys + values) + 3 * values + 2 * valueHeads,
  };
}

function widths({ keyHeads, valueHeads, keyDim, valueDim }: DeltaShape): { keys: number; values: number } {
  return { keys: keyHeads * keyDim, values: valueHeads * valueDim };
}
