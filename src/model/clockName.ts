import * as l10n from '@vscode/l10n';

/** What the times of a decomposed graph were taken by, in the reader's language. */
export function clockName(clock: 'runtime profile, cpu' | 'runtime profile, gpu'): string {
  return clock === 'runtime profile, gpu' ? l10n.t('runtime profile, gpu') : l10n.t('runtime profile, cpu');
}
