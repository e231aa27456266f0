import * as l10n from '@vscode/l10n';
import type { AttentionSpec } from '../model/modelSpec';
import type { Citation, MechanismParameter } from './mechanism';

const DEFAULT_WINDOW = 256;

/** The paper of the window, the dilated window and the window with global tokens. */
export const longformerPaper: Citation = {
  authors: 'Beltagy et al.',
  year: 2020,
  title: 'Longformer: The Long-Document Transformer',
  arxiv: '2004.05150',
};

/** Tokens that a query sees. The same at every length, so that the time's growth with n is the mechanism's own. */
export const windowParameter: MechanismParameter = tokensParameter(
  'window',
  () => l10n.t('Window'),
  DEFAULT_WINDOW,
);

/** A number of tokens, the same at every length. */
export function tokensParameter(name: string, title: () => string, byDefault: number): MechanismParameter {
  return {
    name,
    get title() {
      return title();
    },
    get unit() {
      return l10n.t('tokens');
    },
    defaultFor: () => byDefault,
  };
}

/** Keys that a query with this window sees, itself included: what `AttentionSpec.window` counts. */
export function windowKeys({ causal }: Pick<AttentionSpec, 'causal'>, window: number): number {
  return causal ? window : 2 * Math.floor(window / 2) + 1;
}

/**
 * The parameter `window` of layers that have a window; undefined where they have none. One on both sides of an even
 * number of keys is measured with one key more: the mechanism's reaches as far on either side.
 */
export function windowParameterOf({ window, causal }: AttentionSpec): number | undefined {
  if (window === undefined || causal) return window;
  return window < 2 ? undefined : 2 * Math.floor(window / 2);
}
