import * as l10n from '@vscode/l10n';
import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import type { ConfigDocument } from '../document';
import { readJson } from '../formats/json';
import { siblingIn, type FieldChange, type Literal } from './fieldChange';
import { jsonConfigEdits } from './jsonConfigEdits';
import { literalLike } from './literalText';
import type { TextEdit } from './textEdit';
import { insertInBraces } from './textLines';
import { noMapping, unclearPlace, writtenTwice } from './unclearPlace';

/** Sets a key in JSON. Throws ConfigError where the place is not clear. Nested objects are read one by one. */
export function jsonEdits(text: string, name: string, change: FieldChange): TextEdit[] {
  const { path, value } = change;
  let document = readJson(text, name);
  let base = 0;
  for (const [index, key] of path.entries()) {
    if (document.duplicates.includes(key)) throw writtenTwice(name, path.slice(0, index + 1));
    const field = document.fields.get(key);
    if (field === undefined) return inserted(text, name, change, { document, base, index });
    const { offset, length } = field.valueRange;
    const inner = text.slice(base + offset, base + offset + length);
    base += offset;
    const rest = path.slice(index + 1);
    if (inner.startsWith('[') && typeof value !== 'object') {
      return [listEdit(inner, base, name, path, value, rest)];
    }
    if (rest.length === 0) {
      if (inner.startsWith('{')) throw unclearPlace(name, path, l10n.t('it holds a mapping'));
      if (typeof value === 'object') return jsonConfigEdits(text, path, value, name);
      return [{ offset: base, length, content: literalLike(inner, value, 'json') }];
    }
    if (!inner.startsWith('{')) throw noMapping(name, path, key);
    document = readJson(inner, name);
  }
  throw unclearPlace(name, path, l10n.t('no key is named'));
}

interface Holder {
  readonly document: ConfigDocument;
  readonly base: number;
  /** Of the first key of the path that is missing. */
  readonly index: number;
}

function inserted(text: string, name: string, change: FieldChange, holder: Holder): TextEdit[] {
  const { path, value, near } = change;
  const { document, base, index } = holder;
  const sibling = siblingIn(path.slice(0, index), near);
  const beside =
    (sibling === undefined ? undefined : document.fields.get(sibling)) ??
    [...document.fields.values()].reduce<{ range: { offset: number; length: number } } | undefined>(
      (last, field) => (last === undefined || field.range.offset > last.range.offset ? field : last),
      undefined,
    );
  const key = path.at(-1);
  if (beside === undefined || key === undefined || index !== path.length - 1) {
    return jsonConfigEdits(text, path, value, name);
  }
  const { offset, length } = beside.range;
  return insertInBraces(
    text,
    { offset: base + offset, length },
    `${JSON.stringify(key)}: ${JSON.stringify(value)}`,
  );
}

/** Sets an entry of the list `inner`, which begins at `base`. */
function listEdit(
  inner: string,
  base: number,
  name: string,
  path: readonly string[],
  value: Literal,
  rest: readonly string[],
): TextEdit {
  const root = parseTree(inner, [], { allowTrailingComma: true });
  const keys = rest.map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  const node = root && findNodeAtLocation(root, keys);
  if (node === undefined || node.type === 'array' || node.type === 'object') {
    throw unclearPlace(name, path, l10n.t('no single value stands there'));
  }
  const { offset, length } = node;
  return {
    offset: base + offset,
    length,
    content: literalLike(inner.slice(offset, offset + length), value, 'json'),
  };
}
