import type { FileHandle } from 'node:fs/promises';

/** A file inside an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly method: 'stored' | 'deflated';
  readonly compressedBytes: number;
  readonly bytes: number;
  readonly crc32: number;
  /** Offset of its local header. */
  readonly headerAt: number;
}

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const LONGEST_COMMENT = 0xffff;
/** A directory of more is none of a package's. */
const LARGEST_DIRECTORY = 16 * 2 ** 20;
/** In place of a size that needs ZIP64, which archives below 4 GiB do not use. */
const IN_ZIP64 = 0xffffffff;

/**
 * The files that the central directory of the ZIP archive `file` of `size` bytes lists (APPNOTE.TXT 6.3.10, 4.3),
 * but those that are encrypted, in ZIP64 or compressed by another method than DEFLATE.
 * @throws RangeError for what is no ZIP archive, or a damaged one.
 */
export async function zipEntries(file: FileHandle, size: number): Promise<ZipEntry[]> {
  const { at, bytes, count } = await directoryPlace(file, size);
  const directory = await readAt(file, at, bytes);
  const entries: ZipEntry[] = [];
  let offset = 0;
  for (let index = 0; index < count; index++) {
    if (offset + ENTRY_BYTES > directory.length || directory.readUInt32LE(offset) !== ENTRY_SIGNATURE) {
      throw new RangeError('the list of files in the archive is damaged');
    }
    const nameBytes = directory.readUInt16LE(offset + 28);
    const next =
      offset +
      ENTRY_BYTES +
      nameBytes +
      directory.readUInt16LE(offset + 30) +
      directory.readUInt16LE(offset + 32);
    if (next > directory.length) throw new RangeError('the list of files in the archive is damaged');
    const name = directory.toString('utf8', offset + ENTRY_BYTES, offset + ENTRY_BYTES + nameBytes);
    const entry = entryAt(directory, offset, name);
    if (entry !== undefined) entries.push(entry);
    offset = next;
  }
  return entries;
}

/** The offset of the compressed bytes of `entry`. Throws RangeError where its header is damaged. */
export async function dataOffset(file: FileHandle, entry: ZipEntry, size: number): Promise<number> {
  const header = await readAt(file, entry.headerAt, LOCAL_BYTES);
  if (header.readUInt32LE(0) !== LOCAL_SIGNATURE) {
    throw new RangeError(`the header of ${entry.name} in the archive is damaged`);
  }
  // Its name and extra field may differ in length from those in the directory.
  const at = entry.headerAt + LOCAL_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
  if (at + entry.compressedBytes > size) throw new RangeError(`${entry.name} in the archive is cut off`);
  return at;
}

async function directoryPlace(
  file: FileHandle,
  size: number,
): Promise<{ at: number; bytes: number; count: number }> {
  const tail = await readAt(file, Math.max(0, size - END_BYTES - LONGEST_COMMENT), size);
  for (let offset = tail.length - END_BYTES; offset >= 0; offset--) {
    if (tail.readUInt32LE(offset) !== END_SIGNATURE) continue;
    if (offset + END_BYTES + tail.readUInt16LE(offset + 20) !== tail.length) continue;
    const count = tail.readUInt16LE(offset + 10);
    const bytes = tail.readUInt32LE(offset + 12);
    const at = tail.readUInt32LE(offset + 16);
    if (bytes > LARGEST_DIRECTORY || at + bytes > size) {
      throw new RangeError('the list of files in the archive is damaged or too long');
    }
    return { at, bytes, count };
  }
  throw new RangeError('it is no ZIP archive');
}

/** Undefined for what cannot be read: encrypted, in ZIP64, or of another method. */
function entryAt(directory: Buffer, offset: number, name: string): ZipEntry | undefined {
  const isEncrypted = (directory.readUInt16LE(offset + 8) & 1) !== 0;
  const method = methods.get(directory.readUInt16LE(offset + 10));
  const crc32 = directory.readUInt32LE(offset + 16);
  const compressedBytes = directory.readUInt32LE(offset + 20);
  const bytes = directory.readUInt32LE(offset + 24);
  const headerAt = directory.readUInt32LE(offset + 42);
  if (isEncrypted || method === undefined) return undefined;
  if ([compressedBytes, bytes, headerAt].includes(IN_ZIP64)) return undefined;
  return { name, method, compressedBytes, bytes, crc32, headerAt };
}

const methods: ReadonlyMap<number, ZipEntry['method']> = new Map([
  [0, 'stored'],
  [8, 'deflated'],
]);

/** Up to `length` bytes from `position` on. Throws RangeError where the file has none of them. */
async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { size } = await file.stat();
  const buffer = Buffer.alloc(Math.max(0, Math.min(length, size - position)));
  const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
  if (bytesRead < buffer.length) throw new RangeError('the archive is cut off');
  return buffer;
}
