export type ConfigReader = typeof import('../config/configReader');

/** What reads configs, loaded from its own bundle the first time. */
export async function loadConfigReader(): Promise<ConfigReader> {
  return import('../config/configReader');
}
