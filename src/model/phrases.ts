import * as l10n from '@vscode/l10n';

/** Short phrases as one list, `batch 1, bfloat16`; empty ones are left out. */
export function joinPhrases(phrases: readonly string[]): string {
  return phrases.filter((phrase) => phrase !== '').join(l10n.t(', '));
}

/** Whole sentences, one after the other, as the language sets them apart; empty ones are left out. */
export function joinSentences(sentences: readonly string[]): string {
  return sentences
    .filter((sentence) => sentence !== '')
    .reduce((before, sentence) => (before === '' ? sentence : l10n.t('{0} {1}', before, sentence)), '');
}
