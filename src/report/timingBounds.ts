import * as l10n from '@vscode/l10n';
import { formatMilliseconds } from './reportTable';
import type { Timing } from './report';

/** What a timing's low and high are: `95 % CI, 30 runs`, `range of 3 runs` or, of a single one, `1 run`. */
export function describeBounds({ interval, repetitions }: Timing): string {
  if (interval === 'confidence') return l10n.t('95 % CI, {0} runs', String(repetitions));
  return repetitions === 1 ? l10n.t('1 run') : l10n.t('range of {0} runs', String(repetitions));
}

/** Median, from and to in ms; a single run has no interval, and says so in its place. */
export function timingCells(timing: Timing | undefined): string[] {
  const median = formatMilliseconds(timing?.medianMs);
  return timing?.repetitions === 1
    ? [median, ...oneRunCells()]
    : [median, formatMilliseconds(timing?.lowMs), formatMilliseconds(timing?.highMs)];
}

/** In place of the two ends of an interval. */
export function oneRunCells(): [string, string] {
  return [l10n.t('1 run'), '–'];
}
