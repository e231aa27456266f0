import * as l10n from '@vscode/l10n';

/** What an attention implementation is called in a list of conditions. */
export function attentionName(attention: 'fused' | 'naive'): string {
  return attention === 'fused' ? l10n.t('fused attention') : l10n.t('naive attention');
}

/** What of the activations is recomputed in the backward pass, in a list of conditions. */
export function recomputationName(recomputation: 'none' | 'selective' | 'full'): string {
  switch (recomputation) {
    case 'none':
      return l10n.t('recomputation: none');
    case 'selective':
      return l10n.t('recomputation: selective');
    case 'full':
      return l10n.t('recomputation: full');
  }
}
