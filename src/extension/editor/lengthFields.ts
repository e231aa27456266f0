import type { Inspection } from '../../config/fields/inspection';
import type { LocatedField } from '../../config/fields/locatedField';
import type { ConfigReading } from '../../config/readConfig';

/** Fields of one file that get a line of their own: a file with more is no config that a person reads. */
const most = 40;

/** A length of a config that could be read. */
export interface LengthField {
  readonly field: LocatedField;
  readonly reading: ConfigReading;
}

/** The sequence lengths that stand in a config, in the order of the text; none where it cannot be read. */
export function lengthFields(inspection: Inspection | undefined): LengthField[] {
  const { fields, reading } = inspection ?? {};
  if (fields === undefined || reading === undefined) return [];
  const lengths = fields.filter(({ kind, state }) => kind === 'length' && state !== 'unreadable');
  return lengths.slice(0, most).map((field) => ({ field, reading }));
}
