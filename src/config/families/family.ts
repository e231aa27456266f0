import type { ModelSpec } from '../../model/modelSpec';
import type { FieldReader } from '../fieldReader';

/** What a family reads itself; the rest of a ModelSpec is the same for all families. */
export type FamilyReading = Omit<
  ModelSpec,
  'family' | 'modelType' | 'reading' | 'dtype' | 'fields' | 'assumptions'
>;

/** The rules of one line of models. To add one, write such a value and list it in `registry.ts`. */
export interface ModelFamily {
  readonly id: string;
  /** Values of `model_type` that these rules read. */
  readonly modelTypes: readonly string[];
  /** Keys that a config of this family must have, in the first of their spellings. */
  readonly requiredKeys: readonly string[];
  /**
   * Throws ConfigError for a config that describes no model of the family. `nested`: it is a part of another
   * config, which leaves out what its class fills in.
   */
  read(reader: FieldReader, modelType: string, nested?: boolean): FamilyReading;
}
