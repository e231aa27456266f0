import * as l10n from '@vscode/l10n';
import { isAlias, isCollection, isScalar, type Node, type Pair, type YAMLSeq } from 'yaml';
import { plainYaml } from '../formats/yamlEntries';
import type { ParsedYaml } from '../formats/yamlParse';
import type { Entries } from './fieldChange';
import { literalLike } from './literalText';
import { rewrittenList, type Span, type WrittenList } from './rewrittenList';
import type { TextEdit } from './textEdit';
import { indentBefore, lineBreak, lineEnd, linesAfter } from './textLines';
import { commentsInList, holdsCollection, unclearPlace } from './unclearPlace';
import { columnOf, flowList, listLines, yamlStyle } from './yamlStyle';

/** What is set to a list, and where. */
export interface ListChange {
  readonly source: string;
  readonly yaml: ParsedYaml;
  readonly name: string;
  readonly path: readonly string[];
  readonly entries: Entries;
}

/** Gives a list other entries: those that differ, else all of them. Throws ConfigError where that would lose something. */
export function listEdits(list: YAMLSeq, change: ListChange): TextEdit[] {
  const { source, yaml, name, path, entries } = change;
  if (list.items.some((item) => isCollection(item))) throw holdsCollection(name, path);
  const isSame = list.items.length === entries.length;
  const differing = list.items.filter((item, index) => !isSame || plainYaml(item, yaml) !== entries[index]);
  if (differing.some((item) => isAlias(item))) {
    throw unclearPlace(
      name,
      path,
      l10n.t('entries of it are YAML aliases'),
      l10n.t('Write the values themselves in place of the aliases.'),
    );
  }
  const style = yamlStyle(source, yaml);
  const spans = list.items.map((item) => spanOf(item as Node));
  const texts = entries.map((entry, index) => {
    const [start, end] = spans[index] ?? spans.at(-1) ?? [0, 0];
    const old = source.slice(start, end);
    return plainYaml(list.items[index], yaml) === entry ? old : literalLike(old, entry, 'yaml', style.quote);
  });
  if (isSame) {
    return spans.map(([start, end], index) => ({
      offset: start,
      length: end - start,
      content: texts[index] ?? '',
    }));
  }
  const between =
    list.flow === true ? ', ' : `${lineBreak(source)}${' '.repeat(columnOf(source, spanOf(list)[0]))}- `;
  const edit = rewrittenList(source, writtenAs(list, spans, source), texts, between);
  if (edit === undefined) throw commentsInList(name, path, entries.length);
  return [edit];
}

/**
 * Writes a list in place of a literal at `span`, or of none: by lines below the key of `pair` where the file has its
 * lists so, else in brackets, as without a pair: within braces and brackets lines are no lists.
 */
export function listInPlace(pair: Pair | undefined, span: Span, change: ListChange): TextEdit[] {
  const { source, yaml, entries } = change;
  const style = yamlStyle(source, yaml);
  const keyStart = isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
  if (style.isFlow || keyStart === undefined || entries.length === 0) {
    return [replaced(source, span, flowList(entries, style))];
  }
  return linesInPlace(source, span, listLines(entries, ' '.repeat(columnOf(source, keyStart)), style));
}

/** A value that is missing is set apart from what it stands behind. */
function replaced(source: string, [start, end]: Span, content: string): TextEdit {
  const isApart = end > start || source[start - 1] === ' ';
  return { offset: start, length: end - start, content: isApart ? content : ` ${content}` };
}

/** Takes the value away and writes lines below it, behind the comment that may follow it. */
function linesInPlace(source: string, [start, end]: Span, lines: readonly string[]): TextEdit[] {
  const below = linesAfter(source, end, lines);
  // In a line of its own, with a comment behind it, it leaves the line to that.
  const isInOwnLine = indentBefore(source, start) !== undefined && below.offset > end;
  const from = end === start || isInOwnLine ? start : source.slice(0, start).trimEnd().length;
  // At one offset there is one edit.
  if (below.offset === end) return [{ offset: from, length: end - from, content: below.content }];
  return [{ offset: from, length: end - from, content: '' }, below].filter(
    ({ length, content }) => length > 0 || content !== '',
  );
}

function spanOf({ range }: Node): Span {
  return range ? [range[0], range[1]] : [0, 0];
}

function writtenAs(list: YAMLSeq, entries: readonly Span[], source: string): WrittenList {
  const [start, end] = spanOf(list);
  if (list.flow === true) return { span: [start, end], entries };
  // What stands behind the last entry in its line is among what must not be lost.
  const lastEnd = entries.at(-1)?.[1] ?? end;
  const behind = lineEnd(source, lastEnd);
  const isBare = source.slice(lastEnd, behind).trim() === '';
  return { span: [start, isBare ? lastEnd : behind], entries };
}
