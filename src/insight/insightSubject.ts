import type { LocatedField } from '../config/fields/locatedField';
import type { ConfigReading } from '../config/readConfig';
import { declaredScenario, withConditions } from '../config/scenario';
import type { EstimateOptions } from '../cost/estimate';
import type { Report } from '../report/report';
import type { Purpose } from './insight';
import type { MemoryTarget } from './memoryTarget';

/** A field of a config and what is known around it. */
export interface InsightSubject {
  readonly reading: ConfigReading;
  readonly field: LocatedField;
  /** Conditions of the user's settings, which go before those of the file. */
  readonly settings: Partial<EstimateOptions>;
  /** The device that verdicts are about. */
  readonly target?: MemoryTarget;
  /** The latest measured profile of these shapes on this device. */
  readonly report?: Report;
}

/** The conditions of the file with those of the settings in place of what they say. */
export function conditionsOf({
  reading,
  settings,
}: Pick<InsightSubject, 'reading' | 'settings'>): EstimateOptions {
  return withConditions(declaredScenario(reading.model, reading.recipe), settings);
}

/** What the config is about. A companion file, such as a tokenizer's, is about its model. */
export function purposeOf({ recipe }: Pick<ConfigReading, 'recipe'>): Purpose {
  return recipe === undefined || recipe.purpose === 'companion' ? 'model' : recipe.purpose;
}
