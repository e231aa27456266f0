import type { LayerKindResult } from '../../src/report/report';

/** A mechanism in the scatter of time against memory at the asked length. */
export interface ScatterPoint {
  readonly id: string;
  readonly title: string;
  /** Of one call. */
  readonly ms: number;
  /** Held by one call, by formula. */
  readonly bytes: number;
  readonly measured: boolean;
  /** Projected from one measured length. */
  readonly fromOneLength?: true;
  readonly exact: boolean;
  readonly onFront: boolean;
}

/** Dense attention and the replacements that have a valid time, at `n` tokens. */
export function scatterPoints(
  { dense, replacements }: Pick<LayerKindResult, 'dense' | 'replacements'>,
  n: number,
): readonly ScatterPoint[] {
  return [dense, ...replacements].flatMap(({ id, title, exact, onFront, projection }) => {
    const point = projection.find((candidate) => candidate.n === n);
    if (point === undefined || !(point.ms > 0) || !(point.bytes > 0)) return [];
    const { ms, bytes, measured, fromOneLength } = point;
    const drawn = { id, title, ms, bytes, measured, exact, onFront: onFront === true };
    return [fromOneLength === true ? { ...drawn, fromOneLength } : drawn];
  });
}
