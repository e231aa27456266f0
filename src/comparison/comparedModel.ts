import type { ModelSpec } from '../model/modelSpec';
import type { Report, Scenario } from '../report/report';

/** One side of a comparison of estimates: a model under its conditions. */
export interface ComparedModel {
  readonly model: ModelSpec;
  readonly scenario: Scenario;
  readonly source: { readonly name: string };
}

/** One side of a comparison of files: a config, or a saved profile, which has measurements too. */
export interface ComparedSide extends ComparedModel {
  /** What was measured, where the file is a saved profile. */
  readonly report?: Report;
}
