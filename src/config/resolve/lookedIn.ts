import * as l10n from '@vscode/l10n';

const MOST_PLACES = 4;
const LONGEST_PLACE = 80;

/** The sentence, for a message, that names the first places of those that were looked at; empty where none was. */
export function lookedIn(tried: readonly string[]): string {
  if (tried.length === 0) return '';
  const more = tried.length - MOST_PLACES;
  const places = tried.slice(0, MOST_PLACES).map(shortened).join(', ');
  return more > 0
    ? l10n.t('Looked in: {0}, and {1} more.', places, String(more))
    : l10n.t('Looked in: {0}.', places);
}

/** The end of a path tells more than its start. */
function shortened(place: string): string {
  // eslint-disable-next-line no-control-regex -- these would break the message
  const plain = place.replace(/[\u0000-\u001f\u007f]/g, ' ');
  return plain.length > LONGEST_PLACE ? `…${plain.slice(1 - LONGEST_PLACE)}` : plain;
}
