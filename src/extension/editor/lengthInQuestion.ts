import type { LocatedField } from '../../config/fields/locatedField';
import type { ConfigReading } from '../../config/readConfig';
import { declaredScenario } from '../../config/scenario';
import { fieldStack } from '../../insight/fieldStack';

/**
 * The length that a click at `field` profiles at, in tokens: that of the field itself, else the declared one. A
 * stack of a fixed number of tokens, such as an encoder of audio, is measured at that number in every profile: its
 * length is none that the text beside it can be asked for.
 */
export function lengthInQuestion(field: LocatedField, reading: ConfigReading): number {
  const { kind, value } = field;
  const isFixed = typeof fieldStack(reading, field)?.tokens === 'number';
  if (kind === 'length' && !isFixed && value !== undefined && value >= 1) return value;
  return declaredScenario(reading.model, reading.recipe).sequenceLength;
}
