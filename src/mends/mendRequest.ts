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
}
