import * as l10n from '@vscode/l10n';
import { isMapping } from '../model/isMapping';
import { refuseLfsPointer } from './lfsPointer';
import type { ByteSource } from './randomAccess';
import { readExactly } from './randomAccess';
import { parseStrictObject } from './strictJson';
import { cutOff, quoted, weightError } from './weightError';
import type { TensorInfo, WeightHeader } from './weightHeader';
import { elementsOf, weightHeader } from './weightHeader';

/** Largest header that the reference implementation reads: MAX_HEADER_SIZE in safetensors/src/tensor.rs. */
export const MAX_SAFETENSORS_HEADER = 100_000_000;

const LENGTH_BYTES = 8;
const OPENING_BRACE = 0x7b;
const METADATA_KEY = '__metadata__';

/** Bits of one element: Dtype::bitsize in safetensors/src/tensor.rs. */
const bitsPerElement: ReadonlyMap<string, number> = new Map([
  ['F4', 4],
  ['F6_E2M3', 6],
  ['F6_E3M2', 6],
  ...['BOOL', 'U8', 'I8'].map((name) => [name, 8] as const),
  ...['F8_E5M2', 'F8_E4M3', 'F8_E8M0', 'F8_E4M3FNUZ', 'F8_E5M2FNUZ'].map((name) => [name, 8] as const),
  ...['I16', 'U16', 'F16', 'BF16'].map((name) => [name, 16] as const),
  ...['I32', 'U32', 'F32'].map((name) => [name, 32] as const),
  ...['C64', 'F64', 'I64', 'U64'].map((name) => [name, 64] as const),
]);

/** Every dtype of the format. */
export const safetensorsDTypes: readonly string[] = [...bitsPerElement.keys()];

interface PlacedTensor extends TensorInfo {
  readonly begin: number;
  readonly end: number;
}

/**
 * Reads the header of a safetensors file and nothing of its data. The format: 8 bytes of little-endian
 * length, a JSON object of that length, the data (huggingface/safetensors, README, "Format"); what is checked
 * is what the reference checks (Metadata::validate in safetensors/src/tensor.rs): the tensors cover the data
 * without a gap or an overlap, and each span has the bytes of its dtype and shape. Tensors come in the order
 * of their data. `file` is what the file is called in messages. Throws ConfigError for anything else.
 */
export async function readSafetensorsHeader(source: ByteSource, file: string): Promise<WeightHeader> {
  await refuseLfsPointer(source, file);
  const length = await readHeaderLength(source, file);
  const header = parseStrictObject(
    decodeHeader(await readExactly(source, file, LENGTH_BYTES, length), file),
    file,
  );
  const placed = Object.entries(header)
    .filter(([name]) => name !== METADATA_KEY)
    .map(([name, entry]) => readTensor(name, entry, file))
    .sort((left, right) => left.begin - right.begin || left.end - right.end);
  checkCoverage(placed, source.size - LENGTH_BYTES - length, file);
  const tensors = placed.map(({ name, dtype, shape, elements, bytes }) => ({
    name,
    dtype,
    shape,
    elements,
    bytes,
  }));
  return weightHeader(tensors, readMetadata(header[METADATA_KEY], file));
}

async function readHeaderLength(source: ByteSource, file: string): Promise<number> {
  if (source.size < LENGTH_BYTES) {
    throw weightError(file, l10n.t('The file is too short for a safetensors file: it has no header.'));
  }
  const bytes = await readExactly(source, file, 0, LENGTH_BYTES);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > BigInt(MAX_SAFETENSORS_HEADER)) {
    throw weightError(
      file,
      l10n.t(
        'The header would have {0} bytes, more than the {1} that safetensors allows.',
        String(length),
        String(MAX_SAFETENSORS_HEADER),
      ),
      l10n.t('Check that this is a safetensors file, then download or export it again.'),
    );
  }
  return Number(length);
}

function decodeHeader(bytes: Uint8Array, file: string): string {
  if (bytes[0] !== OPENING_BRACE) throw weightError(file, l10n.t('The header does not begin with "{".'));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw weightError(file, l10n.t('The header is not UTF-8 text.'));
  }
}

function readTensor(name: string, entry: unknown, file: string): PlacedTensor {
  const fail = (problem: string): never => {
    throw weightError(file, l10n.t('The tensor {0} {1}.', quoted(name), problem));
  };
  if (!isMapping(entry)) return fail(l10n.t('is not described by an object'));
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== 'string') return fail(l10n.t('has no dtype'));
  const bits = bitsPerElement.get(dtype);
  if (bits === undefined) {
    throw weightError(
      file,
      l10n.t(
        'The tensor {0} has the dtype {1}, which safetensors does not define.',
        quoted(name),
        quoted(dtype),
      ),
      l10n.t('Use one of {0}.', safetensorsDTypes.join(', ')),
    );
  }
  if (!isSizes(shape)) return fail(l10n.t('has no shape of whole numbers'));
  if (!isSizes(offsets) || offsets.length !== 2) return fail(l10n.t('has no pair of data_offsets'));
  const [begin = 0, end = 0] = offsets;
  const elements = elementsOf(shape);
  if (elements === undefined || !Number.isSafeInteger(elements * bits)) {
    return fail(l10n.t('is larger than any file'));
  }
  if ((elements * bits) % 8 !== 0) return fail(l10n.t('does not end at a whole byte'));
  const bytes = (elements * bits) / 8;
  if (end - begin !== bytes) {
    return fail(
      l10n.t(
        'takes {0} bytes, but {1} × [{2}] are {3}',
        String(end - begin),
        dtype,
        shape.join(', '),
        String(bytes),
      ),
    );
  }
  return { name, dtype, shape, elements, bytes, begin, end };
}

function isSizes(value: unknown): value is readonly number[] {
  return (
    Array.isArray(value) &&
    value.every((size) => Number.isSafeInteger(size) && !Object.is(size, -0) && size >= 0)
  );
}

function checkCoverage(tensors: readonly PlacedTensor[], dataBytes: number, file: string): void {
  let covered = 0;
  for (const { name, begin, end } of tensors) {
    if (begin !== covered) {
      const fault =
        begin < covered ? l10n.t('overlaps the tensor before it') : l10n.t('leaves a gap before it');
      throw weightError(
        file,
        l10n.t('The tensor {0} {1} (byte {2} of the data).', quoted(name), fault, String(begin)),
      );
    }
    covered = end;
  }
  if (covered > dataBytes) throw cutOff(file, covered - dataBytes);
  if (covered < dataBytes) {
    throw weightError(file, l10n.t('The last {0} bytes belong to no tensor.', String(dataBytes - covered)));
  }
}

/** A mapping of texts to texts: README of safetensors, "Format". */
function readMetadata(value: unknown, file: string): Record<string, string> {
  if (value === undefined || value === null) return {};
  const entries = isMapping(value) ? Object.entries(value) : undefined;
  const texts = entries?.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  if (texts === undefined || texts.length !== entries?.length) {
    throw weightError(file, l10n.t('"{0}" is not a mapping of texts to texts.', METADATA_KEY));
  }
  return Object.fromEntries(texts);
}
