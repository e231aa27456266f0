import type { TextRange } from '../../model/modelSpec';
import type { ConfigDocument, ConfigField } from '../document';
import { plainField } from './plainField';
import { guardText } from './textGuard';

const instruction = /^(FROM|ADAPTER|PARAMETER)[ \t]+(\S.*)$/i;

/**
 * Reads an Ollama Modelfile: `FROM` and `ADAPTER` are keys, and each `PARAMETER name value` is a key inside
 * `PARAMETER`; the last of a name counts. Other instructions are skipped, texts in triple quotes with them.
 * Throws ConfigError for a text that is too long, binary or empty.
 */
export function readModelfile(text: string, file: string): ConfigDocument {
  const source = guardText(text, file);
  const fields = new Map<string, ConfigField>();
  const parameters = new Map<string, ConfigField>();
  const duplicates: string[] = [];
  let quoted = false;
  let offset = 0;
  for (const line of source.split('\n')) {
    const quotes = line.split('"""').length - 1;
    const match = quoted || quotes > 0 ? null : instruction.exec(line.trim());
    if (quotes % 2 === 1) quoted = !quoted;
    if (match) {
      const [whole, name = '', rest = ''] = match;
      const start = offset + line.length - line.trimStart().length;
      const at = start + whole.length - rest.length;
      const key = name.toUpperCase();
      if (key === 'PARAMETER') addParameter(parameters, rest, at, duplicates);
      else {
        if (fields.has(key)) duplicates.push(key);
        fields.set(key, plainField(key, '', start, at, rest, withoutQuotes(rest)));
      }
    }
    offset += line.length + 1;
  }
  const range = rangeOf([...parameters.values()]);
  if (range !== undefined) {
    fields.set('PARAMETER', {
      range,
      valueRange: range,
      key: 'PARAMETER',
      path: 'PARAMETER',
      value: () => Object.fromEntries([...parameters].map(([key, field]) => [key, field.value()])),
      children: () => parameters,
    });
  }
  return { format: 'modelfile', fields, duplicates };
}

function addParameter(
  parameters: Map<string, ConfigField>,
  text: string,
  offset: number,
  duplicates: string[],
): void {
  const match = /^(\S+)\s+(.*)$/.exec(text);
  if (!match) return;
  const [, key = '', written = ''] = match;
  // `stop` is given once a text.
  if (parameters.has(key) && key !== 'stop') duplicates.push(`PARAMETER.${key}`);
  const at = offset + text.length - written.length;
  parameters.set(key, plainField(key, 'PARAMETER.', offset, at, written, valueOf(written)));
}

function valueOf(text: string): unknown {
  if (/^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$/i.test(text)) return Number(text);
  if (text === 'true' || text === 'false') return text === 'true';
  return withoutQuotes(text);
}

function withoutQuotes(text: string): string {
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}

/** From the first of `fields` to the end of the last. */
function rangeOf(fields: readonly ConfigField[]): TextRange | undefined {
  if (fields.length === 0) return undefined;
  const starts = fields.map(({ range }) => range.offset);
  const ends = fields.map(({ range }) => range.offset + range.length);
  const offset = starts.reduce((one, other) => Math.min(one, other));
  return { offset, length: ends.reduce((one, other) => Math.max(one, other)) - offset };
}
