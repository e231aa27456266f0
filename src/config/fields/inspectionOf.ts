import type { Recipe } from '../../model/recipe';
import { isConfigError } from '../configError';
import type { ConfigReading } from '../readConfig';
import { errorInFile } from './errorInFile';
import type { Inspection } from './inspection';
import type { LocatedField } from './locatedField';
import { meantFields } from './meantFields';

/** What is known of a config whose model was read. */
export function readInspection(fields: readonly LocatedField[], reading: ConfigReading): Inspection {
  return { fields: meantFields(fields, reading), reading };
}

/** What is known of the config called `name` that could not be read for `error`. Throws what is no ConfigError. */
export function failedInspection(
  fields: readonly LocatedField[],
  recipe: Recipe | undefined,
  error: unknown,
  name: string,
): Inspection {
  if (!isConfigError(error)) throw error;
  return { fields: meantFields(fields, { recipe }), error: errorInFile(error, name, recipe) };
}
