import * as l10n from '@vscode/l10n';
import type { ConfigValue } from '../../model/configValue';
import type { ConfigDocument, ConfigField, ConfigFields } from '../document';
import { readDocument } from '../formats/readDocument';
import type { FieldChange } from './fieldChange';
import { jsonEdits } from './jsonEdits';
import { literalLike } from './literalText';
import type { TextEdit } from './textEdit';
import { tomlEdits } from './tomlEdits';
import { unclearPlace, writtenTwice } from './unclearPlace';
import { verifyEdit } from './verifyEdit';
import { yamlEdits } from './yamlEdits';

/**
 * The edits that set the key at `path` to `value`, quotes, comments, anchors, indentation and line breaks kept.
 * `path` has the keys as the file spells them; an entry of a list has its index. A missing key is written after
 * `near` where that is in the same mapping, else at the mapping's end, with the mappings that lead to it; in Python
 * and in Modelfiles it is not. A list takes the place of a list or of a single value, in the file's own style. What the
 * edits give is read again: nothing else changes by them.
 *
 * Throws ConfigError for a text that cannot be read, and where the place is not clear: a key written twice, a YAML
 * alias or merge, several documents, a list or mapping in the way, comments in a list that gets another length.
 */
export function setField(
  text: string,
  name: string,
  path: readonly string[],
  value: ConfigValue,
  near?: readonly string[],
): TextEdit[] {
  const change: FieldChange = { path, value, ...(near && { near }) };
  const document = readDocument(text, name);
  const edits = editsOf(text, name, change, document);
  verifyEdit(document, text, edits, name, change);
  return edits.filter(({ offset, length, content }) => text.slice(offset, offset + length) !== content);
}

function editsOf(text: string, name: string, change: FieldChange, document: ConfigDocument): TextEdit[] {
  switch (document.format) {
    case 'json':
      return jsonEdits(text, name, change);
    case 'yaml':
      return yamlEdits(text, name, change);
    case 'toml':
      return tomlEdits(text, name, change);
    case 'python':
    case 'modelfile':
      return [replacedLiteral(text, name, change, document)];
  }
}

function replacedLiteral(
  text: string,
  name: string,
  { path, value }: FieldChange,
  document: ConfigDocument,
): TextEdit {
  if (document.duplicates.includes(path.join('.'))) throw writtenTwice(name, path);
  let fields: ConfigFields | undefined = document.fields;
  let field: ConfigField | undefined;
  for (const key of path) {
    field = fields?.get(key);
    fields = field?.children();
  }
  if (field === undefined) throw unclearPlace(name, path, l10n.t('the file does not have it'));
  if (fields !== undefined && fields.size > 0) {
    throw unclearPlace(name, path, l10n.t('it holds more than one value'));
  }
  if (typeof value === 'object') throw unclearPlace(name, path, l10n.t('such a file takes no list here'));
  const { offset, length } = field.valueRange;
  const old = text.slice(offset, offset + length);
  return { offset, length, content: literalLike(old, value, document.format) };
}
