import type { ConfigEdit } from '../attention/mechanism';
import { setFields } from './edit/setFields';
import type { TextEdit } from './edit/textEdit';

export { withEdits, type TextEdit } from './edit/textEdit';

/**
 * The text edits that set the keys of `edits` in a config of any format, with its comments, order, quotes and
 * indentation kept. `name` tells the format, as when the config is read. The result has no overlapping edits and refers
 * to `text` as it is; nothing to change gives no edits.
 *
 * Throws ConfigError where `text` is no config, and where a key cannot be set safely, in one of the ways that `setField`
 * names.
 */
export function applyEdits(text: string, edits: readonly ConfigEdit[], name = 'config'): TextEdit[] {
  return setFields(
    text,
    name,
    edits.map(({ path, value }) => ({ path: path.map(String), value })),
  );
}
