/** One entry of the outermost mapping, from its key to the next one. */
export interface YamlBlock {
  readonly key: string;
  readonly offset: number;
  readonly end: number;
}

/** A plain or quoted key at the start of a line, and what follows its colon. */
const topLevelKey = /^(?:(?:"([^"\\]*)"|'([^']*)') *|([A-Za-z_][\w.\-/ ]*)):(?:[ \t]|$)/;

/** Longest key that is looked for. */
const MAX_KEY = 300;

/** Entries that are told apart; a config has hundreds. */
const MAX_ENTRIES = 5000;

/** What makes one entry depend on another. */
const anchorOrAlias = /(?:^|[\s,[{:-])[&*][^\s,[\]{}]/m;

/** Texts up to this length are parsed whole, so that every error in them is told. */
const PARSED_WHOLE = 64 * 1024;

/** The entries of a long text, each to be parsed by itself; undefined for a text to be parsed whole. */
export function splitLong(text: string): YamlBlock[] | undefined {
  return text.length > PARSED_WHOLE ? splitTopLevel(text) : undefined;
}

/**
 * The entries of a YAML text whose outermost mapping can be told by its lines alone: every line that is not
 * indented is a key, a comment, or an entry of the list before it. Undefined for any other text, and for one with
 * anchors or aliases, or too many entries.
 */
export function splitTopLevel(text: string): YamlBlock[] | undefined {
  if (anchorOrAlias.test(text)) return undefined;
  const starts: { readonly key: string; readonly offset: number }[] = [];
  let next = text.startsWith('\uFEFF') ? 1 : 0;
  while (next < text.length) {
    const offset = next;
    const found = text.indexOf('\n', offset);
    const end = found < 0 ? text.length : found;
    next = end + 1;
    // Most lines continue an entry: their first character tells.
    if (starts.length > 0 && continues(text.charCodeAt(offset), end === offset)) continue;
    const line = text.slice(offset, Math.min(end, offset + MAX_KEY));
    if (/^\s*(?:#|$)/.test(line)) continue;
    const match = topLevelKey.exec(line.trimEnd());
    const key = (match?.[1] ?? match?.[2] ?? match?.[3])?.trimEnd();
    // Such keys are called by their value, not as they are written.
    if (starts.length === MAX_ENTRIES) return undefined;
    if (key !== undefined && !/^(?:null|true|false)$/i.test(key)) starts.push({ key, offset });
    else if (starts.length === 0 ? !/^---\s*$/.test(line) : !/^-(?:\s|$)/.test(line)) return undefined;
  }
  if (starts.length === 0) return undefined;
  return starts.map(({ key, offset }, index) => ({
    key,
    offset,
    end: starts[index + 1]?.offset ?? text.length,
  }));
}

/** Whether a line belongs to the entry before it: it is empty, or begins with a blank or a comment sign. */
function continues(first: number, isEmpty: boolean): boolean {
  return isEmpty || first === 0x20 || first === 0x09 || first === 0x23;
}
