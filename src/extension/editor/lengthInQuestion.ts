import type { LocatedField } from '../../config/fields/locatedField';
import type { ConfigReading } from '../../config/readConfig';
import { declaredScenario } from '../../config/scenario';

/** The length that a click at `field` profiles at, in tokens: that of the field itself, else the declared one. */
export function lengthInQuestion({ kind, value }: LocatedField, reading: ConfigReading): number {
  if (kind === 'length' && value !== undefined && value >= 1) return value;
  return declaredScenario(reading.model, reading.recipe).sequenceLength;
}
