import * as l10n from '@vscode/l10n';
import type { ConfigValue } from '../../model/configValue';
import { isMapping } from '../../model/isMapping';
import type { ConfigDocument } from '../document';
import { isConfigError } from '../configError';
import { readDocument } from '../formats/readDocument';
import type { FieldChange } from './fieldChange';
import { withEdits, type TextEdit } from './textEdit';
import { unclearPlace } from './unclearPlace';

/** Texts up to this length are compared value by value; of longer ones the entry that holds the change, and the keys. */
const COMPARED_WHOLE = 64 * 1024;

/**
 * Reads the text as the edits leave it: it must hold the value asked for, and be the same otherwise. A number may
 * stand in quotes, or with `_` between thousands. Throws ConfigError where that is not so, such as for a value that
 * aliases repeat elsewhere.
 */
export function verifyEdit(
  before: ConfigDocument,
  text: string,
  edits: readonly TextEdit[],
  name: string,
  { path, value }: FieldChange,
): void {
  const after = readBack(withEdits(text, edits), name, path);
  const top = path[0] ?? '';
  const keys = new Set([...before.fields.keys(), top]);
  const looksAt = (key: string): boolean => key === top || text.length <= COMPARED_WHOLE;
  const isRight =
    keys.size === after.fields.size &&
    [...keys].every((key) => {
      const now = after.fields.get(key);
      if (now === undefined || !looksAt(key)) return now !== undefined;
      const was = before.fields.get(key)?.value();
      return isChanged(was, now.value(), key === top ? path.slice(1) : undefined, value);
    });
  if (!isRight) throw unclearPlace(name, path, l10n.t('other values would change with it'));
}

function readBack(text: string, name: string, path: FieldChange['path']): ConfigDocument {
  try {
    return readDocument(text, name);
  } catch (error) {
    if (!isConfigError(error)) throw error;
    throw unclearPlace(name, path, l10n.t('the text around it is written in an unusual way'));
  }
}

/** Whether `now` is `was` with `value` at `path`; without a path, whether they are the same. */
function isChanged(
  was: unknown,
  now: unknown,
  path: readonly string[] | undefined,
  value: ConfigValue,
): boolean {
  if (path?.length === 0) return isMeant(now, value);
  if (Array.isArray(now)) {
    return (
      Array.isArray(was) &&
      was.length === now.length &&
      now.every((entry, index) => isChanged(was[index], entry, inner(path, String(index)), value))
    );
  }
  if (isMapping(now)) {
    const former = isMapping(was) ? was : path === undefined ? undefined : {};
    if (former === undefined) return false;
    const keys = new Set([...Object.keys(former), ...(path === undefined ? [] : [path[0] ?? ''])]);
    return (
      keys.size === Object.keys(now).length &&
      [...keys].every((key) => key in now && isChanged(former[key], now[key], inner(path, key), value))
    );
  }
  return Object.is(was, now);
}

function inner(path: readonly string[] | undefined, key: string): readonly string[] | undefined {
  return path?.[0] === key ? path.slice(1) : undefined;
}

function isMeant(found: unknown, wanted: ConfigValue): boolean {
  if (typeof wanted === 'object') {
    return (
      Array.isArray(found) &&
      found.length === wanted.length &&
      wanted.every((entry, index) => isMeant(found[index], entry))
    );
  }
  if (found === wanted) return true;
  return (
    typeof wanted === 'number' && typeof found === 'string' && Number(found.replaceAll('_', '')) === wanted
  );
}
