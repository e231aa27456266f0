import type { ConfigError } from '../configError';
import type { ConfigReading } from '../readConfig';
import type { LocatedField } from './locatedField';

/** What the editor knows of a text that is a model, training or serving config. */
export interface Inspection {
  /** In the order of the text. */
  readonly fields: readonly LocatedField[];
  /** Absent where the config is wrong, half-typed, or names a model that is not here: `error` says why. */
  readonly reading?: ConfigReading;
  readonly error?: ConfigError;
}
