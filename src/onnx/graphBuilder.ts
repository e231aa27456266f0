import {
  encodeModel,
  MICROSOFT_DOMAIN,
  type AttributeValue,
  type GraphDescription,
  type NodeDescription,
  type ValueDescription,
} from './modelProto';
import { elementCount, tensorTypes, type ConstantTensor, type TensorType } from './tensorType';
import { encodeFloat16 } from './float16';

/** A value inside a graph under construction: only a builder makes one. */
export interface Value {
  readonly name: string;
}

type AttributeInput = number | string | readonly number[] | { readonly float: number };

export interface NodeOptions {
  /** The node's name in the runtime's profile: `layer/head/stage`. Generated when absent. */
  readonly name?: string;
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, AttributeInput>>;
}

/**
 * Builds an ONNX graph node by node. Numbers given as attributes are written as integers; a float
 * attribute is `{ float: x }`, so that a whole-numbered scale cannot turn into an `int` by accident.
 *
 * Every name is unique: the runtime's profile is read back by node name, so a second node of the
 * same name would silently add its time to the first.
 */
export class GraphBuilder {
  private readonly nodes: NodeDescription[] = [];
  private readonly inputs: ValueDescription[] = [];
  private readonly outputs: ValueDescription[] = [];
  private readonly constants = new Map<string, ConstantTensor>();
  private readonly names = new Set<string>();
  private readonly sharedConstants = new Map<string, Value>();
  /** Values that became graph outputs, under the name that the output gave them. */
  private readonly renamed = new Map<string, string>();

  public constructor(private readonly name: string) {}

  /** Declares a graph input of a static shape. */
  public input(name: string, type: TensorType, dims: readonly number[]): Value {
    this.claim(name);
    this.inputs.push({ name, type, dims });
    return { name };
  }

  /** Marks `value` as the graph output called `name` (an Identity node gives it that name). */
  public output(name: string, value: Value, type: TensorType, dims: readonly number[]): void {
    this.claim(name);
    const source = this.nameOf(value);
    const producer = this.nodes.findIndex((node) => node.outputs.includes(source));
    const consumed = this.nodes.some((node) => node.inputs.includes(source)) || this.renamed.has(value.name);
    const node = this.nodes[producer];
    if (node !== undefined && !consumed) {
      this.nodes[producer] = {
        ...node,
        outputs: node.outputs.map((output) => (output === source ? name : output)),
      };
      this.renamed.set(value.name, name);
    } else {
      this.nodes.push({
        name: `${name}/identity`,
        op: 'Identity',
        domain: '',
        inputs: [source],
        outputs: [name],
        attributes: {},
      });
    }
    this.outputs.push({ name, type, dims });
  }

  /** Adds a node with one output. An absent optional input is `undefined`. */
  public node(op: string, inputs: readonly (Value | undefined)[], options: NodeOptions = {}): Value {
    const [only] = this.nodeWithOutputs(op, inputs, 1, options);
    if (only === undefined) throw new Error(`${op}: a node needs at least one output`);
    return only;
  }

  /** Adds a node with `outputs` outputs. */
  public nodeWithOutputs(
    op: string,
    inputs: readonly (Value | undefined)[],
    outputs: number,
    options: NodeOptions = {},
  ): Value[] {
    const name = options.name ?? `${op.toLowerCase()}_${String(this.nodes.length)}`;
    this.claim(name);
    const values = Array.from({ length: outputs }, (_, index) => ({ name: `${name}:${String(index)}` }));
    this.nodes.push({
      name,
      op,
      domain: options.domain ?? '',
      inputs: inputs.map((input) => (input === undefined ? '' : this.nameOf(input))),
      outputs: values.map((value) => value.name),
      attributes: Object.fromEntries(
        Object.entries(options.attributes ?? {}).map(([key, value]) => [key, attributeOf(value)]),
      ),
    });
    return values;
  }

  /** Adds a node of the runtime's own operator set (`com.microsoft`). */
  public microsoft(op: string, inputs: readonly (Value | undefined)[], options: NodeOptions = {}): Value {
    return this.node(op, inputs, { ...options, domain: MICROSOFT_DOMAIN });
  }

  /** A constant int64 vector (shapes, axes, indices); equal vectors share one constant. */
  public ints(values: readonly number[]): Value {
    return this.shared(`int64:${values.join(',')}`, 'int64', [values.length], values);
  }

  /** A constant int32 tensor. */
  public int32s(values: readonly number[], dims: readonly number[]): Value {
    return this.shared(`int32:${dims.join('x')}:${values.join(',')}`, 'int32', dims, values);
  }

  /** A scalar constant of `type`. */
  public scalar(type: TensorType, value: number): Value {
    return this.shared(`${type}:scalar:${String(value)}`, type, [], [value]);
  }

  /** A constant tensor from numbers, row-major. Throws RangeError where the count does not match `dims`. */
  public constant(name: string, type: TensorType, dims: readonly number[], values: ArrayLike<number>): Value {
    if (values.length !== elementCount(dims)) {
      throw new RangeError(
        `constant ${name}: ${String(values.length)} values for shape [${dims.join(', ')}]`,
      );
    }
    this.claim(name);
    this.constants.set(name, { type, dims, data: encodeValues(type, values) });
    return { name };
  }

  public build(): GraphDescription {
    return {
      name: this.name,
      nodes: this.nodes,
      inputs: this.inputs,
      outputs: this.outputs,
      constants: this.constants,
    };
  }

  /** The finished graph as the bytes of an ONNX model. */
  public encode(): Uint8Array {
    return encodeModel(this.build());
  }

  private shared(key: string, type: TensorType, dims: readonly number[], values: readonly number[]): Value {
    const known = this.sharedConstants.get(key);
    if (known !== undefined) return known;
    const value = this.constant(`constant_${String(this.constants.size)}`, type, dims, values);
    this.sharedConstants.set(key, value);
    return value;
  }

  private nameOf(value: Value): string {
    return this.renamed.get(value.name) ?? value.name;
  }

  private claim(name: string): void {
    if (this.names.has(name)) throw new Error(`the graph already has something named '${name}'`);
    this.names.add(name);
  }
}

function attributeOf(value: AttributeInput): AttributeValue {
  if (typeof value === 'number') return { kind: 'int', value };
  if (typeof value === 'string') return { kind: 'string', value };
  if ('float' in value) return { kind: 'float', value: value.float };
  return { kind: 'ints', value };
}

function encodeValues(type: TensorType, values: ArrayLike<number>): Uint8Array {
  const { length } = values;
  const bytes = new Uint8Array(length * tensorTypes[type].bytes);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < length; index++) {
    const value = values[index] ?? 0;
    switch (type) {
      case 'float32':
        view.setFloat32(index * 4, value, true);
        break;
      case 'int32':
        view.setInt32(index * 4, value, true);
        break;
      case 'int64':
        view.setBigInt64(index * 8, BigInt(value), true);
        break;
      case 'bool':
        view.setUint8(index, value === 0 ? 0 : 1);
        break;
      case 'float16':
        view.setUint16(index * 2, encodeFloat16(value), true);
        break;
    }
  }
  return bytes;
}
