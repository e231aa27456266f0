import * as l10n from '@vscode/l10n';
import { ParseError, parseTOML, type AST } from 'toml-eslint-parser';
import { ConfigError } from '../configError';
import { bracketStep, endOfLine, endOfQuoted, isQuote } from './textScan';

/** Deepest nesting that is read: the parser calls itself once a level. Configs need about four. */
const MAX_NESTING = 100;

/** Longest text that is parsed: the parser takes some microseconds a character. Configs stay below 10 KiB. */
const MAX_KIBIBYTES = 128;

type TopLevelNode = AST.TOMLKeyValue | AST.TOMLTable;

/** Parses a TOML text. Throws ConfigError for text that is not TOML, or is nested too deep or too long. */
export function parseToml(text: string, file: string): readonly TopLevelNode[] {
  if (text.length > MAX_KIBIBYTES * 1024) {
    throw new ConfigError({
      file,
      problem: l10n.t('The TOML is larger than {0} KiB, too large for a config.', String(MAX_KIBIBYTES)),
      mend: l10n.t('Open the config itself, not a data file.'),
    });
  }
  const deep = firstTooDeep(text);
  if (deep !== undefined) throw tooDeep(file, deep);
  const nodes = parsed(text, file).body[0].body;
  for (const node of nodes) refuseDepth(node, 0, file);
  return nodes;
}

/** The parts of a key: `a.b` has two. */
export function keyParts(key: AST.TOMLKey): string[] {
  return key.keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value));
}

function parsed(text: string, file: string): AST.TOMLProgram {
  try {
    return parseTOML(text);
  } catch (error) {
    if (error instanceof ParseError) {
      const place = l10n.t('line {0}, column {1}', String(error.lineNumber), String(error.column + 1));
      throw new ConfigError({
        file,
        problem: l10n.t('The TOML is not valid at {0}: {1}.', place, error.message.slice(0, 200)),
        mend: l10n.t(
          'Mend the line: values are numbers, true, false, and texts in quotes; each key is written once.',
        ),
        range: { offset: Math.min(error.index, text.length), length: error.index < text.length ? 1 : 0 },
      });
    }
    // The parser hands the characters of a text to one call, which takes some hundred thousand.
    if (!(error instanceof RangeError)) throw error;
    throw new ConfigError({
      file,
      problem: l10n.t('The TOML holds a text too long to be read.'),
      mend: l10n.t('Open the config itself, not a data file.'),
    });
  }
}

/** Where the brackets outside texts and comments are nested too deep for the parser. */
function firstTooDeep(text: string): number | undefined {
  let depth = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (isQuote(code)) at = endOfQuoted(text, at);
    else if (code === 0x23) at = endOfLine(text, at);
    else {
      depth = Math.max(0, depth + bracketStep(code));
      if (depth > MAX_NESTING) return at;
      at++;
    }
  }
  return undefined;
}

/** Dotted keys nest too, without a bracket. */
function refuseDepth(node: AST.TOMLNode, depth: number, file: string): void {
  if (depth > MAX_NESTING) throw tooDeep(file, node.range[0]);
  switch (node.type) {
    case 'TOMLTable':
      for (const entry of node.body) refuseDepth(entry, depth + node.resolvedKey.length, file);
      if (node.resolvedKey.length > MAX_NESTING) throw tooDeep(file, node.range[0]);
      break;
    case 'TOMLKeyValue':
      refuseDepth(node.value, depth + node.key.keys.length, file);
      break;
    case 'TOMLArray':
      for (const element of node.elements) refuseDepth(element, depth + 1, file);
      break;
    case 'TOMLInlineTable':
      for (const entry of node.body) refuseDepth(entry, depth, file);
      break;
    default:
  }
}

function tooDeep(file: string, offset: number): ConfigError {
  return new ConfigError({
    file,
    problem: l10n.t(
      'The TOML is nested more than {0} deep at offset {1}.',
      String(MAX_NESTING),
      String(offset),
    ),
    mend: l10n.t('A config needs about four levels: open the config itself.'),
    range: { offset, length: 1 },
  });
}
