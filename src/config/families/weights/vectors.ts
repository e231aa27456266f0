import { factor, type Factor } from '../../../model/factor';
import type { WeightPart, WeightSpec } from '../../../model/weightSpec';

/** A bias or another vector. */
export function vector(name: string, part: WeightPart, ...shape: readonly Factor[]): WeightSpec {
  return { name, part, shape, use: 'vector' };
}

/** A matrix [out, in] that each token is multiplied with. An `out` of several factors is their product. */
export function matrix(
  name: string,
  part: WeightPart,
  out: readonly Factor[],
  input: readonly Factor[],
  more: Pick<WeightSpec, 'copies' | 'activeCopies' | 'per' | 'sharedWith'> = {},
): WeightSpec {
  const rows = input.length === 1 ? {} : { rowFactors: out.length };
  return { name, part, shape: [...out, ...input], ...rows, use: 'matmul', ...more };
}

/** The matrix and, where `bias`, its bias. */
export function linear(
  name: string,
  part: WeightPart,
  out: readonly Factor[],
  input: readonly Factor[],
  bias: boolean,
  more: Pick<WeightSpec, 'copies' | 'activeCopies' | 'per'> = {},
): WeightSpec[] {
  const weights = [matrix(`${name}.weight`, part, out, input, more)];
  const { copies, activeCopies } = more;
  const alike = { ...(copies && { copies }), ...(activeCopies && { activeCopies }) };
  if (bias) weights.push({ ...vector(`${name}.bias`, part, ...out), ...alike });
  return weights;
}

export type NormKind = 'rms' | 'layer' | 'layer-without-bias' | 'none';

/** RMSNorm has a weight (Zhang & Sennrich 2019); LayerNorm a weight and a bias (Ba et al. 2016). `none`: no weights (OLMo). */
export function norm(name: string, kind: NormKind, ...width: readonly Factor[]): WeightSpec[] {
  if (kind === 'none') return [];
  const weight = vector(`${name}.weight`, 'norm', ...width);
  return kind === 'layer' ? [weight, vector(`${name}.bias`, 'norm', ...width)] : [weight];
}

/** A table of which a token reads one row. */
export function table(
  name: string,
  part: 'tokenEmbedding' | 'positionEmbedding',
  rows: Factor,
  width: Factor,
): WeightSpec {
  return { name, part, shape: [rows, width], use: 'lookup' };
}

/** `h`, the width of the residual stream. */
export function hidden(value: number): Factor {
  return factor('h', value);
}
