import { translationsInUse } from '../model/translations';

export type ConfigReader = typeof import('../config/configReader');

/** What reads configs, loaded from its own bundle the first time, in the editor's language. */
export async function loadConfigReader(): Promise<ConfigReader> {
  const reader = await import('../config/configReader');
  reader.useTranslations(translationsInUse());
  return reader;
}
