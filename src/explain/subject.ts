import type { Estimate, EstimateOptions } from '../cost/estimate';
import type { ModelSpec } from '../model/modelSpec';

/** What is explained: a model under conditions, and the figures that the cost model gave for it. */
export interface Subject {
  readonly model: ModelSpec;
  readonly options: EstimateOptions;
  readonly figures: Estimate;
}
