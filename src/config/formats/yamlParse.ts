import * as l10n from '@vscode/l10n';
import {
  Composer,
  isAlias,
  isCollection,
  isMap,
  isPair,
  Lexer,
  Parser,
  visit,
  type CST,
  type Document,
  type Node,
} from 'yaml';
import { ConfigError } from '../configError';

/** Deepest nesting that is parsed: the library calls itself once a level. Configs need about six. */
const MAX_NESTING = 100;

/** Lexical tokens of a text that is parsed in one go, half a second where all are errors. Configs have hundreds. */
const MAX_TOKENS = 50_000;

/** Lines that begin with `%`; configs have one at the most, and each unknown one is a warning. */
const MAX_DIRECTIVES = 20;

const options = {
  merge: true,
  uniqueKeys: false,
  strict: false,
  logLevel: 'silent',
  prettyErrors: false,
} as const;

/** One document of a YAML text. */
export interface ParsedYaml {
  readonly contents: unknown;
  /** What each alias stands for; an alias of nothing, or of what it stands in, has no entry. */
  readonly targets: ReadonlyMap<unknown, Node>;
  /** Nodes that stand for too much, as a few nested aliases can: more than the longest text holds, or deeper. */
  readonly excessive: ReadonlySet<unknown>;
}

/**
 * Parses the first document of a YAML text that is a mapping, or the first of all where none is: YAML 1.2 core
 * schema, merge keys as in 1.1. Throws ConfigError for text that is not YAML, or is nested too deep or too long.
 */
export function parseYaml(text: string, file: string): ParsedYaml {
  let first: Document | undefined;
  for (const document of new Composer(options).compose(tokensOf(text, file), true, text.length)) {
    first ??= document;
    if (!isMap(document.contents)) continue;
    first = document;
    break;
  }
  const [error] = first?.errors ?? [];
  if (error !== undefined) throw syntaxError(text, file, error.message, error.pos[0]);
  const targets = first === undefined ? new Map<unknown, Node>() : targetsOf(first);
  return { contents: first?.contents, targets, excessive: excessiveNodes(first?.contents, targets) };
}

/**
 * The library's parser keeps its open collections on a stack of its own, so that it can be stopped before the
 * composer, which calls itself for each of them. To catch its overflow would be too late: one inside a regular
 * expression ends the process.
 */
function* tokensOf(text: string, file: string): Generator<CST.Token> {
  const parser = new Parser();
  let count = 0;
  let directives = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      // The first is told: what follows are mostly its echoes, and each takes the composer long.
      if (token.type === 'error') throw syntaxError(text, file, token.message, token.offset);
      if (token.type === 'directive' && ++directives > MAX_DIRECTIVES) {
        throw syntaxError(text, file, l10n.t('Too many directives'), token.offset);
      }
      yield token;
    }
    if (parser.stack.length > MAX_NESTING) throw tooDeep(file, Math.min(parser.offset, text.length) - 1);
    if (++count > MAX_TOKENS) throw tooLong(file);
  }
  yield* parser.end();
}

/** One walk for all aliases: the library looks through the whole document for each. */
function targetsOf(document: Document): ReadonlyMap<unknown, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<unknown, Node>();
  visit(document, {
    Node: (_, node, path) => {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined && !path.includes(target)) targets.set(node, target);
      } else if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

interface Extent {
  readonly nodes: number;
  readonly depth: number;
}

/** Each node is measured once: what an alias stands for comes before it, and does not hold it. */
function excessiveNodes(root: unknown, targets: ReadonlyMap<unknown, Node>): ReadonlySet<unknown> {
  const excessive = new Set<unknown>();
  const extents = new Map<unknown, Extent>();
  const measure = (node: unknown): Extent => {
    if (isAlias(node)) return extents.get(targets.get(node)) ?? { nodes: 1, depth: 1 };
    const parts = isCollection(node)
      ? node.items.flatMap((item) => (isPair(item) ? [item.key, item.value] : [item]))
      : [];
    let nodes = 1;
    let depth = 1;
    for (const part of parts) {
      const extent = measure(part);
      nodes += extent.nodes;
      depth = Math.max(depth, extent.depth + 1);
    }
    if (nodes > MAX_TOKENS || depth > MAX_NESTING) excessive.add(node);
    const extent = { nodes, depth };
    extents.set(node, extent);
    return extent;
  };
  measure(root);
  return excessive;
}

function tooDeep(file: string, offset: number): ConfigError {
  return new ConfigError({
    file,
    problem: l10n.t(
      'The YAML is nested more than {0} deep at offset {1}.',
      String(MAX_NESTING),
      String(offset),
    ),
    mend: l10n.t('A config needs about six levels: open the config itself.'),
    range: { offset, length: 1 },
  });
}

function tooLong(file: string): ConfigError {
  return new ConfigError({
    file,
    problem: l10n.t('The YAML has more than {0} tokens, too many for a config.', String(MAX_TOKENS)),
    mend: l10n.t('Open the config itself, not a data file.'),
  });
}

function syntaxError(text: string, file: string, message: string, offset: number): ConfigError {
  const lines = text.slice(0, offset).split('\n');
  const place = l10n.t('line {0}, column {1}', String(lines.length), String((lines.at(-1) ?? '').length + 1));
  return new ConfigError({
    file,
    problem: l10n.t(
      'The YAML is not valid at {0}: {1}.',
      place,
      (message.split('\n')[0] ?? '').slice(0, 200),
    ),
    mend: l10n.t('Mend the line: indent with spaces, and put quotes around texts with ": " or "#".'),
    range: { offset: Math.min(offset, text.length), length: offset < text.length ? 1 : 0 },
  });
}
