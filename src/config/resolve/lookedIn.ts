const MOST_PLACES = 4;
const LONGEST_PLACE = 80;

/** The sentence, for a message, that names the first places of those that were looked at; empty where none was. */
export function lookedIn(tried: readonly string[]): string {
  if (tried.length === 0) return '';
  const more = tried.length - MOST_PLACES;
  const rest = more > 0 ? `, and ${String(more)} more` : '';
  return `Looked in: ${tried.slice(0, MOST_PLACES).map(shortened).join(', ')}${rest}.`;
}

/** The end of a path tells more than its start. */
function shortened(place: string): string {
  // eslint-disable-next-line no-control-regex -- these would break the message
  const plain = place.replace(/[\u0000-\u001f\u007f]/g, ' ');
  return plain.length > LONGEST_PLACE ? `…${plain.slice(1 - LONGEST_PLACE)}` : plain;
}
