import type { Workload } from '../cost/longestSequence';
import type { TextRange } from '../model/modelSpec';

export type ProblemCode = 'doesNotFit' | 'attentionDominates' | 'impossibleShape' | 'modelNotFound';

/** What is wrong with a config, or worth knowing, at a place in its text. */
export interface ConfigProblem {
  readonly code: ProblemCode;
  readonly severity: 'error' | 'warning' | 'information';
  readonly range: TextRange;
  /** One or two sentences, translated. */
  readonly message: string;
  /** The longest length that fits, in tokens, for `doesNotFit`; 0 where none does. */
  readonly longest?: number;
  /** What does not fit, for `doesNotFit`. */
  readonly workload?: Workload;
}
