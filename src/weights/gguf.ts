import * as l10n from '@vscode/l10n';
import { ggmlType } from './ggmlTypes';
import { GgufCursor } from './ggufCursor';
import { GgufMetadataReader, LEAST_PAIR_BYTES } from './ggufMetadata';
import { refuseLfsPointer } from './lfsPointer';
import type { ByteSource } from './randomAccess';
import { readExactly } from './randomAccess';
import { cutOff, quoted, weightError } from './weightError';
import type { MetadataValue, TensorInfo, WeightHeader } from './weightHeader';
import { elementsOf, weightHeader } from './weightHeader';

const MAGIC = 'GGUF';
const PREFIX_BYTES = 8;
const NEWEST_VERSION = 3;
/** "If the alignment is not specified, assume it is 32": ggml-org/ggml, docs/gguf.md. */
const DEFAULT_ALIGNMENT = 32;
/** GGML_MAX_DIMS in ggml.h. */
const MAX_DIMENSIONS = 4;
/** The specification says 64; names from forks are longer. */
const MAX_NAME_BYTES = 1024;
/** DeepSeek-V3 with each expert a tensor of its own has 46 thousand. */
const MAX_TENSORS = 2 ** 18;
/** A name's length, its number of dimensions, its type, its offset. */
const LEAST_TENSOR_BYTES = 24;

interface PlacedTensor extends TensorInfo {
  /** From the start of the data. */
  readonly offset: number;
}

/**
 * Reads the header of a GGUF file, version 2 or 3, of either byte order (ggml-org/ggml, docs/gguf.md), in
 * chunks of at most GGUF_CHUNK_BYTES. Long texts and lists of the metadata are passed over, their length
 * kept. Checked: each type is known, each row has whole blocks (as gguf.cpp of ggml asks), the data lie in the
 * file without an overlap. Shapes are turned round to be outermost first. `file` is what the file is called in
 * messages. Throws ConfigError for anything else.
 */
export async function readGgufHeader(source: ByteSource, file: string): Promise<WeightHeader> {
  await refuseLfsPointer(source, file);
  const littleEndian = await readByteOrder(source, file);
  const cursor = new GgufCursor(source, file, littleEndian, PREFIX_BYTES);
  const tensorCount = await cursor.count(l10n.t('number of tensors'), LEAST_TENSOR_BYTES);
  if (tensorCount > MAX_TENSORS) {
    throw weightError(
      file,
      l10n.t('The number of tensors is {0}, more than any model has.', String(tensorCount)),
    );
  }
  const pairCount = await cursor.count(l10n.t('number of metadata'), LEAST_PAIR_BYTES);
  const metadata = await new GgufMetadataReader(cursor, littleEndian).read(pairCount);
  const alignment = readAlignment(metadata['general.alignment'], file);
  const placed = await readTensors(cursor, tensorCount, alignment);
  const dataStart = Math.ceil(cursor.position / alignment) * alignment;
  checkPlaces(placed, source.size - dataStart, file);
  const tensors = placed.map(({ name, dtype, shape, elements, bytes }) => ({
    name,
    dtype,
    shape,
    elements,
    bytes,
  }));
  return weightHeader(tensors, metadata);
}

/** Checks magic and version. The version tells the byte order: the wrong one makes it a huge number. */
async function readByteOrder(source: ByteSource, file: string): Promise<boolean> {
  if (source.size < PREFIX_BYTES) throw weightError(file, l10n.t('The file is too short for a GGUF file.'));
  const bytes = await readExactly(source, file, 0, PREFIX_BYTES);
  if (new TextDecoder().decode(bytes.subarray(0, MAGIC.length)) !== MAGIC) {
    throw weightError(
      file,
      l10n.t('The file does not begin with "{0}", so it is no GGUF file.', MAGIC),
      l10n.t('Convert the model with the current llama.cpp.'),
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const littleEndian = view.getUint16(MAGIC.length, true) !== 0;
  const version = view.getUint32(MAGIC.length, littleEndian);
  if (version === 1 || version === 0 || version > NEWEST_VERSION) {
    throw weightError(
      file,
      l10n.t(
        'The file has version {0} of GGUF; 2 and {1} are read.',
        String(version),
        String(NEWEST_VERSION),
      ),
      l10n.t('Convert the model again with the current llama.cpp.'),
    );
  }
  return littleEndian;
}

/** A power of two, as gguf.cpp of ggml asks. */
function readAlignment(value: MetadataValue | undefined, file: string): number {
  if (value === undefined) return DEFAULT_ALIGNMENT;
  if (typeof value !== 'number' || !(value >= 1 && value <= 2 ** 30) || !Number.isInteger(Math.log2(value))) {
    throw weightError(file, l10n.t('"general.alignment" is not a power of two.'));
  }
  return value;
}

async function readTensors(cursor: GgufCursor, count: number, alignment: number): Promise<PlacedTensor[]> {
  const tensors = new Map<string, PlacedTensor>();
  for (let index = 0; index < count; index++) {
    const length = await cursor.count(l10n.t('length of a tensor name'), 1);
    if (length > MAX_NAME_BYTES) {
      throw weightError(cursor.file, l10n.t('A tensor has a name of {0} bytes.', String(length)));
    }
    const name = await cursor.text(length);
    if (tensors.has(name))
      throw weightError(cursor.file, l10n.t('The tensor {0} is there twice.', quoted(name)));
    tensors.set(name, await readTensor(cursor, name, alignment));
  }
  return [...tensors.values()];
}

async function readTensor(cursor: GgufCursor, name: string, alignment: number): Promise<PlacedTensor> {
  const fail = (problem: string, mend?: string): never => {
    throw weightError(cursor.file, l10n.t('The tensor {0} {1}.', quoted(name), problem), mend);
  };
  const dimensions = await cursor.uint32();
  if (dimensions > MAX_DIMENSIONS) return fail(l10n.t('has {0} dimensions', String(dimensions)));
  const shape: number[] = [];
  // ggml counts the innermost dimension first.
  while (shape.length < dimensions)
    shape.unshift(await cursor.size(l10n.t('size of the tensor {0}', quoted(name))));
  const id = await cursor.uint32();
  const type = ggmlType(id);
  if (type === undefined) {
    return fail(
      l10n.t('has the type {0}, which is unknown or was withdrawn from ggml', String(id)),
      l10n.t('Convert the model again with the current llama.cpp.'),
    );
  }
  const row = shape.at(-1) ?? 1;
  if (row % type.blockElements !== 0) {
    return fail(
      l10n.t(
        'has rows of {0}, no multiple of the {1} of a {2} block',
        String(row),
        String(type.blockElements),
        type.name,
      ),
    );
  }
  const elements = elementsOf(shape);
  const bytes = elements === undefined ? NaN : (elements / type.blockElements) * type.blockBytes;
  if (elements === undefined || !Number.isSafeInteger(bytes)) return fail(l10n.t('is larger than any file'));
  const offset = await cursor.size(l10n.t('offset of the tensor {0}', quoted(name)));
  if (offset % alignment !== 0) return fail(l10n.t('is not aligned to {0} bytes', String(alignment)));
  return { name, dtype: type.name, shape, elements, bytes, offset };
}

function checkPlaces(tensors: readonly PlacedTensor[], dataBytes: number, file: string): void {
  let end = 0;
  const ordered = [...tensors].sort((left, right) => left.offset - right.offset || left.bytes - right.bytes);
  for (const { name, offset, bytes } of ordered) {
    if (offset < end)
      throw weightError(file, l10n.t('The tensor {0} overlaps the tensor before it.', quoted(name)));
    end = offset + bytes;
  }
  if (end > dataBytes && tensors.length > 0) throw cutOff(file, end - dataBytes);
}
