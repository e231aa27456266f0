import { ConfigError } from '../configError';

/**
 * Longest text that is parsed, in characters. Published configs stay below 2 MiB, the largest being those
 * that name tens of thousands of labels; the parser would hold the editor for seconds on much more.
 */
export const MAX_CONFIG_CHARACTERS = 4 * 1024 * 1024;

const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Refuses what is no config text at all, before any parser sees it, and blanks a byte order mark so that
 * every offset stays that of the document. Throws ConfigError for text that is too long, binary or empty.
 */
export function guardText(text: string, file: string): string {
  if (text.length > MAX_CONFIG_CHARACTERS) {
    throw new ConfigError({
      file,
      problem: `The file has ${mebibytes(text.length)} MiB of text; configs of more than ${mebibytes(MAX_CONFIG_CHARACTERS)} MiB are not read.`,
      mend: "Open the model's config.json, not its weights, its tokenizer or a data file.",
    });
  }
  const nul = text.indexOf('\0');
  if (nul >= 0) {
    throw new ConfigError({
      file,
      problem: `The file holds binary data (a NUL character at offset ${String(nul)}), not text.`,
      mend: "Open the model's config.json as UTF-8 text.",
      range: { offset: nul, length: 1 },
    });
  }
  const blanked = text.startsWith(BYTE_ORDER_MARK) ? ` ${text.slice(1)}` : text;
  if (blanked.trim() === '') {
    throw new ConfigError({
      file,
      problem: 'The file is empty.',
      mend: 'Write a model config as a JSON object, such as { "model_type": "llama", … }.',
    });
  }
  return blanked;
}

function mebibytes(characters: number): string {
  const size = characters / (1024 * 1024);
  return Number.isInteger(size) ? String(size) : size.toFixed(1);
}
