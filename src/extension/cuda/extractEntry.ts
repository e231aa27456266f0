import * as l10n from '@vscode/l10n';
import { createWriteStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { PassThrough, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw } from 'node:zlib';
import { CudaInstallError } from './cudaInstallError';
import { dataOffset, type ZipEntry } from './zipArchive';

/**
 * Writes `entry` of the archive `archive` (of `size` bytes) to `file`, which must not exist.
 * @throws CudaInstallError where the size or the CRC-32 is not that of the archive's list; RangeError for a damaged
 * header; errors of zlib and of the file system; the signal's reason.
 */
export async function extractEntry(
  archive: FileHandle,
  size: number,
  entry: ZipEntry,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  const start = await dataOffset(archive, entry, size);
  const check = new Check(entry);
  if (entry.compressedBytes > 0) {
    const end = start + entry.compressedBytes - 1;
    await pipeline(
      archive.createReadStream({ start, end, autoClose: false }),
      entry.method === 'stored' ? new PassThrough() : createInflateRaw(),
      check,
      createWriteStream(file, { flags: 'wx' }),
      { signal },
    );
  }
  check.finish();
}

/** Passes bytes on and counts them: a bomb ends at the size that the list promises. */
class Check extends Transform {
  private bytes = 0;
  private sum = 0;

  public constructor(private readonly entry: ZipEntry) {
    super();
  }

  public override _transform(
    chunk: Buffer,
    _encoding: string,
    done: (error: Error | null, data?: Buffer) => void,
  ): void {
    this.bytes += chunk.length;
    this.sum = crc32(chunk, this.sum);
    if (this.bytes > this.entry.bytes) done(damaged(this.entry.name));
    else done(null, chunk);
  }

  public finish(): void {
    if (this.bytes !== this.entry.bytes || this.sum !== this.entry.crc32) throw damaged(this.entry.name);
  }
}

function damaged(name: string): CudaInstallError {
  return new CudaInstallError(
    l10n.t('{0} in the package is damaged. Nothing was installed; retry the download.', name),
  );
}
