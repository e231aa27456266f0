import * as l10n from '@vscode/l10n';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { OpenByteSource } from './randomAccess';
import { weightError } from './weightError';

/** Opening a named pipe would wait for a writer. Windows has no such flag, and needs none. */
const READ_WITHOUT_WAITING = constants.O_RDONLY | (process.platform === 'win32' ? 0 : constants.O_NONBLOCK);

/**
 * Opens a local file for reading in pieces; the caller closes it. Throws ConfigError where it cannot be
 * opened or is no regular file.
 */
export async function fileByteSource(path: string): Promise<OpenByteSource> {
  const name = basename(path);
  const mend = l10n.t('Check that it is there and readable.');
  const handle = await open(path, READ_WITHOUT_WAITING).catch((error: unknown) => {
    throw weightError(name, l10n.t('The file cannot be opened ({0}).', codeOf(error)), mend);
  });
  const close = (): Promise<void> => handle.close();
  try {
    const status = await handle.stat();
    if (!status.isFile())
      throw weightError(name, l10n.t('This is not a file.'), l10n.t('Name a weight file.'));
    return {
      size: status.size,
      close,
      read: async (offset, length) => {
        const buffer = new Uint8Array(length);
        let filled = 0;
        while (filled < length) {
          const { bytesRead } = await handle.read(buffer, filled, length - filled, offset + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return buffer.subarray(0, filled);
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : l10n.t('unknown reason');
}
