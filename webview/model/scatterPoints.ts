import type { MechanismResult } from '../../src/report/report';
import { measuredPoint } from './replacementRows';

/** A verified replacement in the scatter of measured speed-up against verified error. */
export interface ScatterPoint {
  readonly id: string;
  readonly title: string;
  readonly speedup: number;
  readonly error: number;
  readonly n: number;
}

export function scatterPoints(replacements: readonly MechanismResult[]): readonly ScatterPoint[] {
  return replacements.flatMap((result) => {
    const point = measuredPoint(result);
    const { comparison } = result;
    if (point === undefined || comparison === undefined || !(comparison.speedup > 0)) return [];
    const { id, title } = result;
    return [{ id, title, speedup: comparison.speedup, error: point.verification.maxError, n: comparison.n }];
  });
}
