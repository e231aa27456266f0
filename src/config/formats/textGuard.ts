import * as l10n from '@vscode/l10n';
import { ConfigError } from '../configError';

const MAX_CONFIG_MEBIBYTES = 16;

/**
 * Largest config that is read: bytes of a file, characters of a text. Published configs stay below 2 MiB, the
 * largest being those that name tens of thousands of labels; one of this size takes about half a second.
 */
export const MAX_CONFIG_SIZE = MAX_CONFIG_MEBIBYTES * 1024 * 1024;

/** What is said of a larger one, after its name, and what to do. */
export const tooLarge = {
  problem: () => l10n.t('is larger than {0} MiB, too large for a config', String(MAX_CONFIG_MEBIBYTES)),
  mend: () => l10n.t("Give the model's config.json, not its weights, its tokenizer or a data file."),
} as const;

const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Refuses what is no config text at all, before any parser sees it, and blanks a byte order mark so that
 * every offset stays that of the document. Throws ConfigError for text that is too long, binary or empty.
 */
export function guardText(text: string, file: string): string {
  if (text.length > MAX_CONFIG_SIZE) {
    throw new ConfigError({
      file,
      problem: l10n.t('The file {0}.', tooLarge.problem()),
      mend: tooLarge.mend(),
    });
  }
  const nul = text.indexOf('\0');
  if (nul >= 0) {
    throw new ConfigError({
      file,
      problem: l10n.t('The file holds binary data (a NUL character at offset {0}), not text.', String(nul)),
      mend: l10n.t("Open the model's config.json as UTF-8 text."),
      range: { offset: nul, length: 1 },
    });
  }
  const blanked = text.startsWith(BYTE_ORDER_MARK) ? ` ${text.slice(1)}` : text;
  if (blanked.trim() === '') {
    throw new ConfigError({
      file,
      problem: l10n.t('The file is empty.'),
      mend: l10n.t('Write a model config as a JSON object, such as { "model_type": "llama", … }.'),
    });
  }
  return blanked;
}
