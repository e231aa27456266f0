import * as l10n from '@vscode/l10n';
import type { Timing } from './report';

/** What a timing's low and high are: `95 % CI, 30 runs`, or `range of 3 runs`. */
export function describeBounds({ interval, repetitions }: Timing): string {
  if (interval === 'confidence') return l10n.t('95 % CI, {0} runs', String(repetitions));
  return repetitions === 1 ? l10n.t('range of 1 run') : l10n.t('range of {0} runs', String(repetitions));
}
