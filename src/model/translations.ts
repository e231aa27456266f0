import * as l10n from '@vscode/l10n';

/** Texts in the user's language by their English ones, as the bundles in `l10n/` hold them. */
export type Translations = Readonly<Record<string, string>>;

let inUse: Translations = {};

/**
 * Shows every string from now on in the language of `translations`, and in English what they lack. Each bundle has
 * strings of its own: the host, the config reader, the engine's process and the panel are told one by one.
 */
export function useTranslations(translations: Translations): void {
  inUse = translations;
  l10n.config({ contents: { ...translations } });
}

/** What `useTranslations` was last given, to be handed on; empty for English. */
export function translationsInUse(): Translations {
  return inUse;
}
