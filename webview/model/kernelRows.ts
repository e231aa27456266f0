import type { KernelTrial, LayerKindResult, MeasuredPoint, Verification } from '../../src/report/report';
import { formatDuration, formatError, formatInteger } from '../../src/model/units';
import { strings } from '../strings';
import { describeInterval } from './figures';
import { isValid } from './timeCurves';

const words = strings.provenance;

/** Every kernel that was tried, in the order of the report, as the cells of a table. */
export function kernelRows(kinds: readonly LayerKindResult[]): readonly (readonly string[])[] {
  return kinds.flatMap((kind) =>
    [kind.dense, ...kind.replacements].flatMap((result) =>
      result.points.flatMap((point) => {
        const start = [kind.name, result.title, formatInteger(point.n)];
        return [
          [...start, ...chosenCells(point)],
          ...point.otherKernels.map((trial) => [...start, ...trialCells(trial)]),
        ];
      }),
    ),
  );
}

function chosenCells(point: MeasuredPoint): readonly string[] {
  const valid = isValid(point);
  return [
    point.kernel,
    valid ? formatDuration(point.timing.medianMs) : strings.missing,
    valid ? describeInterval(point.timing) : strings.missing,
    strings.missing,
    ...verificationCells(point.verification),
    valid ? words.used : (point.verification.message ?? words.unverified),
  ];
}

function trialCells(trial: KernelTrial): readonly string[] {
  const { kernel, bestMs, verification, error } = trial;
  const verified = verification?.passed === true;
  return [
    kernel,
    strings.missing,
    strings.missing,
    verified && bestMs !== undefined ? formatDuration(bestMs) : strings.missing,
    ...verificationCells(verification),
    trialResult(trial, verified, error),
  ];
}

function trialResult(trial: KernelTrial, verified: boolean, error: string | undefined): string {
  if (error !== undefined) return `${words.failed}: ${error}`;
  return verified ? words.slower : (trial.verification?.message ?? words.unverified);
}

function verificationCells(verification: Verification | undefined): readonly string[] {
  if (verification === undefined) return [strings.missing, strings.missing, strings.missing];
  const { maxError, tolerance, rows } = verification;
  return [formatError(maxError), formatError(tolerance), formatInteger(rows)];
}
