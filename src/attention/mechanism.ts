import type { ConfigValue } from '../model/configValue';
import type { AttentionSpec, ModelSpec } from '../model/modelSpec';
import type { GraphDescription } from '../onnx/modelProto';

/**
 * The shape of one attention call. Tensors are token-major, as the projections write them:
 * q and o are [batch, n, heads·headDim], k and v are [batch, n, kvHeads·headDim].
 */
export interface AttentionShape {
  readonly batch: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  /** Sequence length in tokens (queries and keys alike: prefill). */
  readonly n: number;
  readonly causal: boolean;
  /** Precision of the run. */
  readonly dtype: RunDType;
}

export type RunDType = 'float32' | 'float16';

export interface Citation {
  readonly authors: string;
  readonly year: number;
  readonly title: string;
  /** arXiv identifier, such as `2004.05150`. */
  readonly arxiv: string;
}

export interface MechanismParameter {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  /** The value used where nobody chose one. */
  readonly defaultFor: (shape: AttentionShape) => number;
}

export type MechanismParameters = Readonly<Record<string, number>>;

/** What a mechanism does about the n² pairs; the filters and the reading order of the replacements. */
export type MechanismFamily =
  | 'exact'
  | 'shared-kv'
  | 'window'
  | 'sparse'
  | 'hashed'
  | 'axial'
  | 'linear'
  | 'low-rank'
  | 'hierarchical'
  | 'compression';

/** What a paper reports about the quality of models with a mechanism: never a figure of this machine. */
export interface ReportedQuality {
  /** A whole sentence with the benchmark, the score and what it is compared with. */
  readonly text: string;
  readonly source: Citation;
}

/** What one attention call costs, in closed form. FLOPs count a multiply-add as two. */
export interface AttentionCost {
  /** Operations that the mathematics needs: masked pairs are not counted. */
  readonly flops: number;
  /** Operations that this graph executes: whole blocks, masked pairs included. */
  readonly executedFlops: number;
  /** Bytes of q, k, v and o: read or written once by any implementation. */
  readonly compulsoryBytes: number;
  /** Bytes that live at once inside the call beyond q, k, v and o, at the worst moment. */
  readonly workspaceBytes: number;
}

/** One way to compute a mechanism on a device. Several may exist; the fastest that verifies is used. */
export interface Kernel {
  readonly id: string;
  readonly title: string;
  readonly graph: GraphDescription;
  readonly cost: AttentionCost;
}

/** Queries, keys and values of one attention call, float32, in the layout of AttentionShape. */
export interface AttentionInputs {
  readonly q: Float32Array;
  readonly k: Float32Array;
  readonly v: Float32Array;
}

/** One output row: query position `row` of head `head` of batch entry `batch`. */
export interface OutputRow {
  readonly batch: number;
  readonly head: number;
  readonly row: number;
}

export interface ConfigEdit {
  /** JSON path of the key to set. */
  readonly path: readonly (string | number)[];
  readonly value: ConfigValue;
}

/** How a user adopts a mechanism. */
export type Adoption =
  | { readonly kind: 'none'; readonly reason: string }
  | {
      readonly kind: 'config';
      readonly edits: readonly ConfigEdit[];
      /** The file that reads the keys, as messages name it, where it is not the profiled one. */
      readonly file?: string;
      /** The editor cannot make the change itself: the file is not on this computer, or is none of JSON, YAML and TOML. */
      readonly byHand?: true;
      readonly needsRetraining: boolean;
      readonly reason: string;
    }
  | {
      /** No key of the config: a starting point that runs, to be built into the model's code. */
      readonly kind: 'code';
      readonly language: 'python';
      readonly code: string;
      readonly needsRetraining: boolean;
      readonly reason: string;
    };

/** A tensor that a decode step reads: part of what the model keeps between tokens. */
export interface StateTensor {
  readonly dims: readonly number[];
  readonly values: Float32Array;
}

/**
 * One token of single-token decode. `shape.n` is the length with the new token. The graph's inputs are
 * `q`, `k`, `v` of the new token ([batch, 1, heads·headDim], [batch, 1, kvHeads·headDim]; a graph that does
 * not need one does not declare it) and the tensors of `state` by name; its output is `o`, [batch, 1, heads·headDim],
 * which is what the mechanism's `reference` gives for position n − 1 of the same inputs.
 */
export interface DecodeStep {
  readonly graph: GraphDescription;
  readonly cost: AttentionCost;
  /** Bytes that one layer keeps between two tokens, for the whole batch, in the run's precision. */
  readonly stateBytes: number;
  /**
   * The state at the moment of the step, from the queries, keys and values of all n tokens: a cache already holds
   * the new token's row (a runtime writes it in place), a recurrent state does not: its step adds it.
   */
  state(inputs: AttentionInputs): Readonly<Record<string, StateTensor>>;
}

/**
 * An attention mechanism. To add one, write one file that exports one of these and list it in
 * `registry.ts`; nothing else changes. Learned or random parts (projections, random features, gates) are drawn
 * from a fixed seed and lie in the graph as constants, so that the reference sees the same ones.
 */
export interface AttentionMechanism {
  readonly id: string;
  readonly title: string;
  readonly family: MechanismFamily;
  readonly paper: Citation;
  /** Absent where nothing was published that a reader could look up. */
  readonly quality?: ReportedQuality;
  readonly parameters: readonly MechanismParameter[];
  /** Which maskings the mechanism has. */
  readonly causal: 'yes' | 'no' | 'both';
  /** Gives the same result as dense attention on any input. */
  readonly exact: boolean;
  /** Ways to run it on `shape`, most promising first. Throws RangeError for a shape it cannot do. */
  kernels(shape: AttentionShape, parameters: MechanismParameters): readonly Kernel[];
  /** FLOPs that the mathematics needs at `shape`, in closed form: asked for at thousands of lengths. */
  flops(shape: AttentionShape, parameters: MechanismParameters): number;
  /** Cost at `shape` of the most promising kernel. */
  cost(shape: AttentionShape, parameters: MechanismParameters): AttentionCost;
  /**
   * The right answer for some rows, in float64, by plain loops over the definition in the paper.
   * Returns rows.length × headDim numbers, row-major.
   */
  reference(
    shape: AttentionShape,
    parameters: MechanismParameters,
    inputs: AttentionInputs,
    rows: readonly OutputRow[],
  ): Float64Array;
  /**
   * A step of decode at `shape` (causal), where the mechanism generates token by token. Absent where it cannot.
   * Throws RangeError for a shape it cannot do.
   */
  decode?(shape: AttentionShape, parameters: MechanismParameters): DecodeStep;
  /** The parameters with which layers with `attention` compute this mechanism already; undefined where they do not. */
  present(attention: AttentionSpec): MechanismParameters | undefined;
  /**
   * Why it makes no sense in layers with `attention`, the model's own object, whatever their shape: a phrase for people.
   * Such layers are not measured with it. Undefined where it does; absent where it always does.
   */
  unsuited?(model: ModelSpec, attention: AttentionSpec): string | undefined;
  adopt(model: ModelSpec, attention: AttentionSpec, parameters: MechanismParameters): Adoption;
}

/** The mechanism's parameters for `shape`, the defaults replaced by what `chosen` names. */
export function resolveParameters(
  mechanism: AttentionMechanism,
  shape: AttentionShape,
  chosen: MechanismParameters = {},
): MechanismParameters {
  return Object.fromEntries(
    mechanism.parameters.map((parameter) => [
      parameter.name,
      chosen[parameter.name] ?? parameter.defaultFor(shape),
    ]),
  );
}

/** Whether layers with `attention` compute `mechanism` with these parameters already. */
export function isCurrent(
  mechanism: AttentionMechanism,
  attention: AttentionSpec,
  parameters: MechanismParameters,
): boolean {
  const present = mechanism.present(attention);
  return (
    present !== undefined && Object.entries(present).every(([name, value]) => parameters[name] === value)
  );
}
