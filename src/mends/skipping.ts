import { isConfigError } from '../config/configError';

/** What `make` gives, as a list; empty where the text cannot be edited so, which a ConfigError says. */
export function skipping<T>(make: () => T | undefined): T[] {
  try {
    const made = make();
    return made === undefined ? [] : [made];
  } catch (error) {
    if (isConfigError(error)) return [];
    throw error;
  }
}
