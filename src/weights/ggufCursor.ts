import * as l10n from '@vscode/l10n';
import type { ByteSource } from './randomAccess';
import { readExactly } from './randomAccess';
import { weightError } from './weightError';

/** Bytes of one read: the data behind the header is touched by less than that. */
export const GGUF_CHUNK_BYTES = 256 * 1024;

/** Published headers stay below 32 MiB, nearly all of it tokens. Nothing is read beyond this. */
const MAX_GGUF_HEADER = 128 * 1024 * 1024;

/** Reads a GGUF header from front to back, one chunk in memory at a time. Every method throws ConfigError. */
export class GgufCursor {
  private chunk: DataView = new DataView(new ArrayBuffer(0));
  private chunkStart = 0;
  private at: number;

  public constructor(
    private readonly source: ByteSource,
    public readonly file: string,
    private readonly littleEndian: boolean,
    start: number,
  ) {
    this.at = start;
  }

  /** Offset of the next byte in the file. */
  public get position(): number {
    return this.at;
  }

  /** Bytes between the position and the end of the file. */
  public get remaining(): number {
    return this.source.size - this.at;
  }

  public async uint32(): Promise<number> {
    const view = await this.take(4);
    return view.getUint32(0, this.littleEndian);
  }

  /** An unsigned 64-bit integer. `what` names it where it is too large to be true. */
  public async size(what: string): Promise<number> {
    const view = await this.take(8);
    const value = view.getBigUint64(0, this.littleEndian);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw weightError(this.file, l10n.t('The {0} is {1}, which no file can hold.', what, String(value)));
    }
    return Number(value);
  }

  /** `count` numbered things that follow, each of `bytesOfOne` at least: refused where the file has no room. */
  public async count(what: string, bytesOfOne: number): Promise<number> {
    const count = await this.size(what);
    if (count * bytesOfOne > this.remaining) {
      throw weightError(
        this.file,
        l10n.t(
          'The {0} is {1}, but the file has only {2} bytes left.',
          what,
          String(count),
          String(this.remaining),
        ),
      );
    }
    return count;
  }

  /** The next `length` bytes, at most one chunk, valid until the next read, in the file's byte order. */
  public async take(length: number): Promise<DataView> {
    const begin = await this.fill(length);
    this.at += length;
    return new DataView(this.chunk.buffer, this.chunk.byteOffset + begin, length);
  }

  public async text(length: number): Promise<string> {
    return new TextDecoder().decode(await this.take(length));
  }

  /** Passes over `length` bytes without reading them. */
  public skip(length: number): void {
    if (length > this.remaining) throw this.pastEnd();
    this.at += length;
  }

  /** Passes over `count` texts, each with its length in front, reading only the lengths' chunks. */
  public async skipTexts(count: number): Promise<void> {
    let left = count;
    while (left > 0) {
      let begin = await this.fill(8);
      // Within a chunk without waiting: a list of tokens has hundreds of thousands.
      while (left > 0 && begin + 8 <= this.chunk.byteLength) {
        const length = Number(this.chunk.getBigUint64(begin, this.littleEndian));
        this.skip(8 + length);
        begin += 8 + length;
        left--;
      }
    }
  }

  /** Has `length` bytes at the position in the chunk; returns where they begin in it. */
  private async fill(length: number): Promise<number> {
    const begin = this.at - this.chunkStart;
    if (begin >= 0 && begin + length <= this.chunk.byteLength) return begin;
    if (length > this.remaining) throw this.pastEnd();
    if (this.at + length > MAX_GGUF_HEADER) throw this.tooLong();
    const bytes = await readExactly(
      this.source,
      this.file,
      this.at,
      Math.min(Math.max(length, GGUF_CHUNK_BYTES), this.remaining),
    );
    this.chunk = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.chunkStart = this.at;
    return 0;
  }

  private pastEnd(): Error {
    return weightError(this.file, l10n.t('The header is cut off: it goes on beyond the end of the file.'));
  }

  private tooLong(): Error {
    const limit = String(MAX_GGUF_HEADER / 1024 / 1024);
    return weightError(this.file, l10n.t("The header is longer than {0} MiB, which no model's is.", limit));
  }
}
