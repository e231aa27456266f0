import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import type { ConfigDocument } from '../document';
import { applyEdits, type TextEdit } from '../editConfig';
import { readJson } from '../formats/json';
import { siblingIn, type FieldChange } from './fieldChange';
import { literalLike } from './literalText';
import { insertInBraces } from './textLines';
import { unclearPlace, writtenTwice } from './unclearPlace';

/** Sets a key in JSON. Throws ConfigError where the place is not clear. Nested objects are read one by one. */
export function jsonEdits(text: string, name: string, change: FieldChange): TextEdit[] {
  const { path } = change;
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
    if (inner.startsWith('[')) return [listEdit(inner, base, name, change, rest)];
    if (rest.length === 0) {
      if (inner.startsWith('{')) throw unclearPlace(name, path, 'it holds a mapping');
      return [{ offset: base, length, content: literalLike(inner, change.value, 'json') }];
    }
    if (!inner.startsWith('{')) throw unclearPlace(name, path, `"${key}" is no mapping`);
    document = readJson(inner, name);
  }
  throw unclearPlace(name, path, 'no key is named');
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
    return applyEdits(text, [{ path, value }], name);
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
  { path, value }: FieldChange,
  rest: readonly string[],
): TextEdit {
  const root = parseTree(inner, [], { allowTrailingComma: true });
  const keys = rest.map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  const node = root && findNodeAtLocation(root, keys);
  if (node === undefined || node.type === 'array' || node.type === 'object') {
    throw unclearPlace(name, path, 'no single value stands there');
  }
  const { offset, length } = node;
  return {
    offset: base + offset,
    length,
    content: literalLike(inner.slice(offset, offset + length), value, 'json'),
  };
}
