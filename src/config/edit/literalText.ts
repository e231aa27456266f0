import type { ConfigFormat } from '../document';
import type { Literal } from './fieldChange';

/** What a file puts around its texts; nothing where some of them stand without. */
export type Quote = '' | '"' | "'";

const grouped = /^\d{1,3}(?:_\d{3})+$/;
const numeric = /^[+-]?[\d_]*\.?\d+(?:e[+-]?\d+)?$/i;
/** Texts that YAML takes for nothing else, without quotes. */
const plainText = /^[A-Za-z_][\w./-]*$/;
const yamlWords = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

/**
 * `value` as the format writes it where nothing stands yet. `example`: a text whose booleans are followed in YAML;
 * `quote`: the one that the file puts around its texts.
 */
export function literalText(value: Literal, format: ConfigFormat, example = '', quote: Quote = ''): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return booleanWord(value, format, example);
  const needsNoQuotes = format === 'modelfile' || (format === 'yaml' && isPlainYaml(value));
  if (needsNoQuotes && quote === '') return value;
  // Nothing is escaped between single ones.
  return quote === "'" && !/['\p{Cc}]/u.test(value) ? `'${value}'` : JSON.stringify(value);
}

/**
 * `value` in the style of the literal `old` that it replaces: the same quotes, thousands set apart by `_` where they
 * were. `textQuote` is for a text in place of something else.
 */
export function literalLike(
  old: string,
  value: Literal,
  format: ConfigFormat,
  textQuote: Quote = '',
): string {
  const quote = /^(["'])(?!\1\1)[\s\S]*\1$/.exec(old)?.[1];
  const inner = quote === undefined ? old : old.slice(1, -1);
  if (typeof value === 'number') {
    const digits = numberLike(inner, value);
    return quote !== undefined && numeric.test(inner) ? `${quote}${digits}${quote}` : digits;
  }
  if (typeof value === 'boolean') return booleanWord(value, format, `: ${old}`);
  if (quote === undefined || /["'\\\p{Cc}]/u.test(value)) return literalText(value, format, '', textQuote);
  return `${quote}${value}${quote}`;
}

/** `value` with `_` between thousands where `old` has them. */
export function numberLike(old: string, value: number): string {
  const digits = String(value);
  return grouped.test(old) && /^\d+$/.test(digits) ? digits.replace(/\B(?=(?:\d{3})+$)/g, '_') : digits;
}

/** Whether `text` can stand in YAML without quotes, as a key or a value, and mean itself. */
export function isPlainYaml(text: string): boolean {
  return plainText.test(text) && !yamlWords.test(text);
}

/** Python's words in Python, and in YAML that has those only. */
function booleanWord(value: boolean, format: ConfigFormat, example: string): string {
  const isPythonic =
    format === 'python' ||
    (format === 'yaml' &&
      /:[ \t]+(?:True|False)\b/.test(example) &&
      !/:[ \t]+(?:true|false)\b/.test(example));
  if (isPythonic) return value ? 'True' : 'False';
  return value ? 'true' : 'false';
}
