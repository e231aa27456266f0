import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { tensorTypes, type ConstantTensor, type TensorType } from './tensorType';

/**
 * Serialises a graph as an ONNX `ModelProto`.
 *
 * Field numbers are those of `onnx.proto3` (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3).
 * Only the messages that Headroom's graphs need are written; the wire format itself is
 * `@bufbuild/protobuf`'s. No generated schema is used because the published ONNX bindings for
 * JavaScript stop at ONNX 1.10 and evaluate code at run time.
 */

export type AttributeValue =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string };

export interface NodeDescription {
  readonly name: string;
  readonly op: string;
  /** Operator set: '' is the ONNX standard one. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

export interface ValueDescription {
  readonly name: string;
  readonly type: TensorType;
  readonly dims: readonly number[];
}

export interface GraphDescription {
  readonly name: string;
  readonly nodes: readonly NodeDescription[];
  readonly inputs: readonly ValueDescription[];
  readonly outputs: readonly ValueDescription[];
  readonly constants: ReadonlyMap<string, ConstantTensor>;
}

const IR_VERSION = 10;
export const ONNX_OPSET = 21;
export const MICROSOFT_DOMAIN = 'com.microsoft';

const attributeTypes = { float: 1, int: 2, string: 3, ints: 7 } as const;

/** Encodes `graph` as the bytes of a `ModelProto`. */
export function encodeModel(graph: GraphDescription, opset = ONNX_OPSET): Uint8Array {
  const model = new BinaryWriter();
  model.tag(1, WireType.Varint).int64(IR_VERSION);
  model.tag(2, WireType.LengthDelimited).string('headroom');
  message(model, 7, (w) => {
    writeGraph(w, graph);
  });
  for (const [domain, version] of [
    ['', opset],
    [MICROSOFT_DOMAIN, 1],
  ] as const) {
    message(model, 8, (w) => {
      w.tag(1, WireType.LengthDelimited).string(domain);
      w.tag(2, WireType.Varint).int64(version);
    });
  }
  return model.finish();
}

function writeGraph(writer: BinaryWriter, graph: GraphDescription): void {
  for (const node of graph.nodes) {
    message(writer, 1, (w) => {
      writeNode(w, node);
    });
  }
  writer.tag(2, WireType.LengthDelimited).string(graph.name);
  for (const [name, tensor] of graph.constants) {
    message(writer, 5, (w) => {
      writeTensor(w, name, tensor);
    });
  }
  for (const value of graph.inputs) {
    message(writer, 11, (w) => {
      writeValue(w, value);
    });
  }
  for (const value of graph.outputs) {
    message(writer, 12, (w) => {
      writeValue(w, value);
    });
  }
}

function writeNode(writer: BinaryWriter, node: NodeDescription): void {
  for (const input of node.inputs) writer.tag(1, WireType.LengthDelimited).string(input);
  for (const output of node.outputs) writer.tag(2, WireType.LengthDelimited).string(output);
  writer.tag(3, WireType.LengthDelimited).string(node.name);
  writer.tag(4, WireType.LengthDelimited).string(node.op);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    message(writer, 5, (w) => {
      writeAttribute(w, name, attribute);
    });
  }
  if (node.domain !== '') writer.tag(7, WireType.LengthDelimited).string(node.domain);
}

function writeAttribute(writer: BinaryWriter, name: string, attribute: AttributeValue): void {
  writer.tag(1, WireType.LengthDelimited).string(name);
  switch (attribute.kind) {
    case 'float':
      writer.tag(2, WireType.Bit32).float(attribute.value);
      break;
    case 'int':
      writer.tag(3, WireType.Varint).int64(attribute.value);
      break;
    case 'string':
      writer.tag(4, WireType.LengthDelimited).bytes(new TextEncoder().encode(attribute.value));
      break;
    case 'ints':
      for (const value of attribute.value) writer.tag(8, WireType.Varint).int64(value);
      break;
  }
  writer.tag(20, WireType.Varint).int32(attributeTypes[attribute.kind]);
}

function writeTensor(writer: BinaryWriter, name: string, tensor: ConstantTensor): void {
  for (const dim of tensor.dims) writer.tag(1, WireType.Varint).int64(dim);
  writer.tag(2, WireType.Varint).int32(tensorTypes[tensor.type].code);
  writer.tag(8, WireType.LengthDelimited).string(name);
  writer.tag(9, WireType.LengthDelimited).bytes(tensor.data);
}

function writeValue(writer: BinaryWriter, value: ValueDescription): void {
  writer.tag(1, WireType.LengthDelimited).string(value.name);
  message(writer, 2, (type) => {
    message(type, 1, (tensor) => {
      tensor.tag(1, WireType.Varint).int32(tensorTypes[value.type].code);
      message(tensor, 2, (shape) => {
        for (const dim of value.dims) {
          message(shape, 1, (w) => {
            w.tag(1, WireType.Varint).int64(dim);
          });
        }
      });
    });
  });
}

function message(writer: BinaryWriter, field: number, write: (writer: BinaryWriter) => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write(writer);
  writer.join();
}
