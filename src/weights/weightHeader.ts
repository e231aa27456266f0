/** One tensor of a weight file, as the file's header describes it. */
export interface TensorInfo {
  readonly name: string;
  /** As the file format names it: `BF16`, `F8_E4M3`, `Q4_K`. */
  readonly dtype: string;
  /** Outermost dimension first, in both formats: an embedding is [vocabulary, width]. Empty for a scalar. */
  readonly shape: readonly number[];
  /** Product of the shape. */
  readonly elements: number;
  /** Bytes that its data takes in the file, scales of quantised blocks included, padding not. */
  readonly bytes: number;
}

/** A metadata value that is left out because it is long, such as a list of tokens. */
export interface SkippedValue {
  readonly skipped: 'list' | 'text';
  /** Entries of the list, or bytes of the text. */
  readonly length: number;
}

/** A 64-bit integer that a number cannot hold exactly is kept as its decimal digits. */
export type MetadataValue = string | number | boolean | SkippedValue | readonly MetadataValue[];

/** What the header of one weight file, or of all shards of a model, says. */
export interface WeightHeader {
  readonly tensors: readonly TensorInfo[];
  /** Exact sum of the tensors' elements. */
  readonly parameters: number;
  /** Exact sum of the tensors' bytes. */
  readonly bytes: number;
  readonly metadata: Readonly<Record<string, MetadataValue>>;
}

/** The header over `tensors`, with their sums. */
export function weightHeader(
  tensors: readonly TensorInfo[],
  metadata: WeightHeader['metadata'],
): WeightHeader {
  let parameters = 0;
  let bytes = 0;
  for (const tensor of tensors) {
    parameters += tensor.elements;
    bytes += tensor.bytes;
  }
  return { tensors, parameters, bytes, metadata };
}

/** Product of a shape; undefined where it is more than a number holds exactly. */
export function elementsOf(shape: readonly number[]): number | undefined {
  if (shape.includes(0)) return 0;
  let elements = 1;
  for (const size of shape) {
    elements *= size;
    if (!Number.isSafeInteger(elements)) return undefined;
  }
  return elements;
}

/** The dtype that most parameters are stored in; undefined without parameters. */
export function dominantDType(header: WeightHeader): string | undefined {
  const elements = new Map<string, number>();
  for (const tensor of header.tensors) {
    elements.set(tensor.dtype, (elements.get(tensor.dtype) ?? 0) + tensor.elements);
  }
  let dominant: string | undefined;
  let most = 0;
  for (const [dtype, count] of elements) {
    if (count > most) [dominant, most] = [dtype, count];
  }
  return dominant;
}
