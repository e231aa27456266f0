import type { DType } from '../../model/dtype';
import type { ModelSpec } from '../../model/modelSpec';
import type { FieldReader } from '../fieldReader';
import type { FamilyReading } from './family';

/** A config that was understood, by its `model_type` or by what else it holds. */
export interface Interpretation {
  readonly family: string;
  readonly modelType: string;
  readonly reading: ModelSpec['reading'];
  readonly model: FamilyReading;
  /** The dtype of the weights where the format implies one. */
  readonly dtype?: DType;
}

/** Reads a config without a known `model_type`; undefined for one that it does not understand. */
export type Interpreter = (reader: FieldReader) => Interpretation | undefined;
