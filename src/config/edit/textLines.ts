import type { TextRange } from '../../model/modelSpec';
import type { TextEdit } from './textEdit';

/** A comment that ends its line. */
const trailing = /^[ \t]*(,?)[ \t]*(?:(?:\/\/|#)[^\r\n]*|\/\*[^\r\n]*\*\/[ \t]*)?$/;

/** Where the line of `offset` ends, before its line break. */
export function lineEnd(text: string, offset: number): number {
  const found = text.indexOf('\n', offset);
  if (found < 0) return text.length;
  return found > offset && text[found - 1] === '\r' ? found - 1 : found;
}

/** The blanks that the line of `offset` begins with; undefined where something else stands before `offset`. */
export function indentBefore(text: string, offset: number): string | undefined {
  const before = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return /^[ \t\uFEFF]*$/.test(before) ? before.replace('\uFEFF', '') : undefined;
}

/** The line break of `text`. */
export function lineBreak(text: string): '\r\n' | '\n' {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** Writes lines after the one of `offset`. */
export function linesAfter(text: string, offset: number, lines: readonly string[]): TextEdit {
  const content = lines.map((line) => `${lineBreak(text)}${line}`).join('');
  return { offset: lineEnd(text, offset), length: 0, content };
}

/**
 * Writes `entry` after one of a list in braces: on a line of its own where `sibling` has one, so that the comment
 * behind it stays there; else behind it.
 */
export function insertInBraces(text: string, sibling: TextRange, entry: string): TextEdit[] {
  const end = sibling.offset + sibling.length;
  const indent = indentBefore(text, sibling.offset);
  const restEnd = lineEnd(text, end);
  const rest = trailing.exec(text.slice(end, restEnd));
  if (indent === undefined || rest === null || restEnd === text.length) {
    return [{ offset: end, length: 0, content: `, ${entry}` }];
  }
  const hasComma = rest[1] === ',';
  const line = {
    offset: restEnd,
    length: 0,
    content: `${lineBreak(text)}${indent}${entry}${hasComma ? ',' : ''}`,
  };
  if (hasComma) return [line];
  // At one offset there is one edit.
  if (restEnd === end) return [{ ...line, content: `,${line.content}` }];
  return [{ offset: end, length: 0, content: ',' }, line];
}
