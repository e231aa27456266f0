import * as l10n from '@vscode/l10n';
import { printParseErrorCode, visit } from 'jsonc-parser';
import { isMapping } from '../model/isMapping';
import { quoted, weightError } from './weightError';

/** A header's entry has three levels: the object, one tensor, its shape. */
const MAX_NESTING = 8;

/**
 * The object that a JSON text holds. Strict, unlike a config: no comments, no key twice in one object
 * (which of the two counts would depend on the reader). Throws ConfigError.
 */
export function parseStrictObject(text: string, file: string): Readonly<Record<string, unknown>> {
  checkSyntax(text, file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw weightError(file, l10n.t('The header is not valid JSON.'));
  }
  if (!isMapping(value)) throw weightError(file, l10n.t('The header is not a JSON object.'));
  return value;
}

function checkSyntax(text: string, file: string): void {
  const keys: Set<string>[] = [];
  let depth = 0;
  const enter = (): void => {
    depth++;
    // Thrown from within the parser, which calls itself once a level.
    if (depth > MAX_NESTING) throw weightError(file, l10n.t('The header is nested too deep to be one.'));
  };
  const leave = (): void => {
    depth--;
  };
  visit(
    text,
    {
      onObjectBegin: () => {
        enter();
        keys[depth] = new Set();
      },
      onObjectProperty: (key) => {
        if (keys[depth]?.has(key)) throw weightError(file, l10n.t('The header has {0} twice.', quoted(key)));
        keys[depth]?.add(key);
      },
      onArrayBegin: enter,
      onObjectEnd: leave,
      onArrayEnd: leave,
      onError: (code, offset) => {
        const what = printParseErrorCode(code);
        throw weightError(
          file,
          l10n.t('The header is not valid JSON: {0} at byte {1} of it.', what, String(offset)),
        );
      },
    },
    { disallowComments: true },
  );
}
