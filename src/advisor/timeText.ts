import * as l10n from '@vscode/l10n';
import { formatDuration } from '../model/units';
import type { ProjectionPoint } from '../report/report';

/** A time with what it is: `12.1 ms measured`, `3.40 s projected`, and what of that comes from one length only. */
export function timeText({ ms, measured, fromOneLength }: ProjectionPoint): string {
  const time = formatDuration(ms);
  if (measured) return l10n.t('{0} measured', time);
  return fromOneLength === true
    ? l10n.t('{0} projected from one length', time)
    : l10n.t('{0} projected', time);
}
