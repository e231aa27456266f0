/** A value that an edit of a config sets. */
export type ConfigValue = number | string | boolean | readonly (number | string)[];

/** As the config writes it; a list of equal entries as its length and the entry: `36 × "sliding_attention"`. */
export function formatConfigValue(value: ConfigValue): string {
  if (typeof value !== 'object') return JSON.stringify(value);
  const [first] = value;
  const alike = first !== undefined && value.length > 1 && value.every((entry) => entry === first);
  return alike ? `${String(value.length)} × ${JSON.stringify(first)}` : JSON.stringify(value);
}
