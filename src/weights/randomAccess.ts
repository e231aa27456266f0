import * as l10n from '@vscode/l10n';
import { weightError } from './weightError';

/** Bytes that are read in pieces: a local file, one of a virtual file system, or a buffer. */
export interface ByteSource {
  /** Bytes in all. */
  readonly size: number;
  /** The bytes from `offset` on; fewer than `length` only where the source ends. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** A source that holds something open until it is closed. */
export interface OpenByteSource extends ByteSource {
  close(): Promise<void>;
}

/**
 * Exactly `length` bytes from `offset` on. Throws ConfigError where the source ends before them or cannot
 * be read.
 */
export async function readExactly(
  source: ByteSource,
  file: string,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  if (length === 0) return new Uint8Array(0);
  if (offset + length > source.size) {
    throw weightError(
      file,
      l10n.t(
        'The header is cut off: it goes on to byte {0}, but the file has {1}.',
        String(offset + length),
        String(source.size),
      ),
    );
  }
  const bytes = await source.read(offset, length).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw weightError(
      file,
      l10n.t('The file cannot be read: {0}.', reason),
      l10n.t('Check that it is there and readable.'),
    );
  });
  if (bytes.length < length) {
    throw weightError(
      file,
      l10n.t('The file ended while it was read.'),
      l10n.t('Wait until it is written, then try again.'),
    );
  }
  return bytes.length > length ? bytes.subarray(0, length) : bytes;
}
