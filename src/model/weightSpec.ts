import { productOf, type Factor } from './factor';

/** What a weight belongs to. Totals of the parameter count are sums over these. */
export const weightParts = [
  'tokenEmbedding',
  'positionEmbedding',
  'patchEmbedding',
  'attention',
  'crossAttention',
  'recurrence',
  'feedForward',
  'experts',
  'router',
  'norm',
  'outputHead',
  'pooler',
  'projector',
] as const;

export type WeightPart = (typeof weightParts)[number];

/** One trainable tensor, or several alike. Buffers such as rotary tables are none. */
export interface WeightSpec {
  /** The end of its name in a checkpoint: `self_attn.q_proj.weight`. */
  readonly name: string;
  readonly part: WeightPart;
  /** Its dimensions; a matrix is [out, in]. */
  readonly shape: readonly Factor[];
  /** How many leading factors make the rows of a matrix; all but the last where absent. */
  readonly rowFactors?: number;
  /**
   * `matmul`: multiplied with a vector a token, 2 FLOPs an element. `convolution`: the same, but neither split,
   * quantised nor adapted as matrices are. `lookup`: a row is read. `vector`: biases, norms, scales.
   */
  readonly use: 'matmul' | 'convolution' | 'lookup' | 'vector';
  /** How many such tensors there are (experts); 1 where absent. */
  readonly copies?: Factor;
  /** How many of the copies one token passes; all where absent. */
  readonly activeCopies?: Factor;
  /** What it is applied to; to each token of its stack where absent. `source`: to the encoder's tokens. */
  readonly per?: 'token' | 'sequence' | 'source';
  /** Applications a token: 2 for a convolution whose output is halved afterwards. 1 where absent. */
  readonly applications?: number;
  /** Name of the weight that it shares its numbers with (a tied head): counted there, multiplied here. */
  readonly sharedWith?: string;
}

/** Elements of one copy. */
export function elementsOf(weight: Pick<WeightSpec, 'shape'>): number {
  return productOf(weight.shape);
}

/** Parameters that the weight adds to the model: all copies, none where it is shared. */
export function parametersOf(weight: WeightSpec): number {
  return weight.sharedWith === undefined ? elementsOf(weight) * (weight.copies?.value ?? 1) : 0;
}

/** The factors of a matrix's rows and of its columns: one side may be a product (heads · head_dim). */
export function sidesOf({ shape, rowFactors = shape.length - 1 }: Pick<WeightSpec, 'shape' | 'rowFactors'>): {
  readonly out: readonly Factor[];
  readonly input: readonly Factor[];
} {
  return { out: shape.slice(0, rowFactors), input: shape.slice(rowFactors) };
}

/** The name without the `.weight` that matrices and norms end in. */
export function shortName({ name }: Pick<WeightSpec, 'name'>): string {
  return name.replace(/\.weight$/, '');
}

/** Rows and columns of a matrix together: what an adapter of rank 1, or a factored moment, has elements. */
export function rowsAndColumns(weight: Pick<WeightSpec, 'shape' | 'rowFactors'>): number {
  const { out, input } = sidesOf(weight);
  return productOf(out) + productOf(input);
}
