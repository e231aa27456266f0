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
      `The header is cut off: it goes on to byte ${String(offset + length)}, but the file has ${String(source.size)}.`,
    );
  }
  const bytes = await source.read(offset, length).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw weightError(file, `The file cannot be read: ${reason}.`, 'Check that it is there and readable.');
  });
  if (bytes.length < length) {
    throw weightError(file, 'The file ended while it was read.', 'Wait until it is written, then try again.');
  }
  return bytes.length > length ? bytes.subarray(0, length) : bytes;
}
