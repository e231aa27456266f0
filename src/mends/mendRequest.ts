import type { EstimateOptions } from '../cost/estimate';
import type { ConfigProblem } from '../insight/configProblem';
import type { ConfigReading } from '../config/readConfig';
import type { Inspection } from '../config/fields/inspection';

/** The text that has a problem, and what is known of it. */
export interface MendRequest {
  readonly text: string;
  readonly name: string;
  readonly inspection: Inspection;
  readonly reading: ConfigReading;
  readonly problem: ConfigProblem;
  /** Conditions of the user's settings, which go before those of the file. */
  readonly settings: Partial<EstimateOptions>;
}
