import * as l10n from '@vscode/l10n';
import type { GgufCursor } from './ggufCursor';
import { quoted, weightError } from './weightError';
import type { MetadataValue, SkippedValue } from './weightHeader';

/** "It must be at most 2^16-1/65535 bytes long": ggml-org/ggml, docs/gguf.md, gguf_metadata_kv_t. */
const MAX_KEY_BYTES = 65_535;
/** Longer texts (chat templates, tokenizers) and lists (tokens, merges) are passed over. */
const MAX_KEPT_TEXT = 16 * 1024;
const MAX_KEPT_ENTRIES = 4096;
/** What all kept values may take together; what does not fit is passed over too. */
const MAX_KEPT_BYTES = 4 * 1024 * 1024;
/** What all keys may take together. */
const MAX_KEYS_BYTES = 4 * 1024 * 1024;
/** Lists in lists: none is published. */
const MAX_LIST_DEPTH = 4;
/** A key's length, a letter, the value's type, one byte. */
export const LEAST_PAIR_BYTES = 14;

/** `enum gguf_metadata_value_type` in docs/gguf.md. */
const TEXT = 8;
const LIST = 9;
const TEXT_LENGTH_BYTES = 8;
const LIST_HEAD_BYTES = 12;

interface Scalar {
  readonly bytes: number;
  readonly read: (view: DataView, littleEndian: boolean) => number | bigint | boolean | undefined;
}

const scalars: ReadonlyMap<number, Scalar> = new Map<number, Scalar>([
  [0, { bytes: 1, read: (view) => view.getUint8(0) }],
  [1, { bytes: 1, read: (view) => view.getInt8(0) }],
  [2, { bytes: 2, read: (view, little) => view.getUint16(0, little) }],
  [3, { bytes: 2, read: (view, little) => view.getInt16(0, little) }],
  [4, { bytes: 4, read: (view, little) => view.getUint32(0, little) }],
  [5, { bytes: 4, read: (view, little) => view.getInt32(0, little) }],
  [6, { bytes: 4, read: (view, little) => view.getFloat32(0, little) }],
  // "Anything else is invalid": docs/gguf.md.
  [7, { bytes: 1, read: (view) => [false, true][view.getUint8(0)] }],
  [10, { bytes: 8, read: (view, little) => view.getBigUint64(0, little) }],
  [11, { bytes: 8, read: (view, little) => view.getBigInt64(0, little) }],
  [12, { bytes: 8, read: (view, little) => view.getFloat64(0, little) }],
]);

/** Reads the key/value pairs of a GGUF header. */
export class GgufMetadataReader {
  private keptBytes = 0;
  private keysBytes = 0;

  public constructor(
    private readonly cursor: GgufCursor,
    private readonly littleEndian: boolean,
  ) {}

  /** Reads `count` pairs from the cursor's position on. Throws ConfigError. */
  public async read(count: number): Promise<Readonly<Record<string, MetadataValue>>> {
    const pairs = new Map<string, MetadataValue>();
    for (let index = 0; index < count; index++) {
      const length = await this.cursor.count(l10n.t('length of a key'), 1);
      if (length === 0 || length > MAX_KEY_BYTES) {
        throw weightError(
          this.cursor.file,
          l10n.t('A key of the metadata is {0} bytes long.', String(length)),
        );
      }
      const key = await this.cursor.text(length);
      if (pairs.has(key))
        throw weightError(this.cursor.file, l10n.t('The metadata have {0} twice.', quoted(key)));
      this.keysBytes += length;
      if (this.keysBytes > MAX_KEYS_BYTES) {
        throw weightError(this.cursor.file, l10n.t('The metadata have more keys than any model.'));
      }
      pairs.set(key, await this.value(await this.cursor.uint32(), key, 0));
    }
    return Object.fromEntries(pairs);
  }

  private async value(type: number, key: string, depth: number): Promise<MetadataValue> {
    if (type === TEXT) return this.text(key);
    if (type === LIST) return this.list(key, depth + 1);
    const scalar = scalars.get(type);
    if (scalar === undefined) throw this.unknownType(type, key);
    const value = scalar.read(await this.cursor.take(scalar.bytes), this.littleEndian);
    if (value === undefined) {
      throw weightError(this.cursor.file, l10n.t('The metadata {0} is neither true nor false.', quoted(key)));
    }
    if (typeof value !== 'bigint') return value;
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }

  private async text(key: string): Promise<string | SkippedValue> {
    const length = await this.cursor.count(l10n.t('length of the text {0}', quoted(key)), 1);
    if (length <= MAX_KEPT_TEXT && this.keep(length)) return this.cursor.text(length);
    this.cursor.skip(length);
    return { skipped: 'text', length };
  }

  private async list(key: string, depth: number): Promise<MetadataValue> {
    if (depth > MAX_LIST_DEPTH) {
      throw weightError(
        this.cursor.file,
        l10n.t('The metadata {0} has lists in lists too deep.', quoted(key)),
      );
    }
    const type = await this.cursor.uint32();
    const size = leastBytes(type);
    if (size === undefined) throw this.unknownType(type, key);
    const length = await this.cursor.count(l10n.t('length of the list {0}', quoted(key)), size);
    if (length <= MAX_KEPT_ENTRIES && this.keep(length * size)) {
      const values: MetadataValue[] = [];
      for (let index = 0; index < length; index++) values.push(await this.value(type, key, depth));
      return values;
    }
    if (type === LIST) {
      throw weightError(
        this.cursor.file,
        l10n.t('The metadata {0} has more lists in a list than any model.', quoted(key)),
      );
    }
    if (type === TEXT) await this.cursor.skipTexts(length);
    else this.cursor.skip(length * size);
    return { skipped: 'list', length };
  }

  private keep(bytes: number): boolean {
    if (this.keptBytes + bytes > MAX_KEPT_BYTES) return false;
    this.keptBytes += bytes;
    return true;
  }

  private unknownType(type: number, key: string): Error {
    return weightError(
      this.cursor.file,
      l10n.t('The metadata {0} has the type {1}, which GGUF does not define.', quoted(key), String(type)),
    );
  }
}

function leastBytes(type: number): number | undefined {
  if (type === TEXT) return TEXT_LENGTH_BYTES;
  if (type === LIST) return LIST_HEAD_BYTES;
  return scalars.get(type)?.bytes;
}
