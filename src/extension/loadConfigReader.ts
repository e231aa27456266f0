import { translationsInUse } from '../model/translations';

export type ConfigReader = typeof import('../config/configReader');

let loading: Promise<ConfigReader> | undefined;

/** What reads configs, loaded from its own bundle the first time, in the editor's language. */
export async function loadConfigReader(): Promise<ConfigReader> {
  return (loading ??= load());
}

async function load(): Promise<ConfigReader> {
  const reader = await import('../config/configReader');
  reader.useTranslations(translationsInUse());
  return reader;
}
