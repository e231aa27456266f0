import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import { joinRows, sliceRows } from './layout';
import type { AttentionShape } from './mechanism';
import { asTriple, type Triple } from './triple';

/** Tokens whose positions have some remainders by the step, as heads of a sequence of every step-th token. */
export interface ResiduePart {
  /** Remainders [first, last). */
  readonly first: number;
  readonly last: number;
  /** The part as attention of its own: (last − first) times the heads, on about n / step tokens. */
  readonly shape: AttentionShape;
}

/**
 * Every `step`-th token is a sequence of its own, for each remainder. In the token-major layout `step` tokens in a
 * row are one token with `step` times the heads, so a reshape is all it takes. Where `step` does not divide n, the
 * first remainders have one token more than the others: two parts.
 */
export function residueParts(shape: AttentionShape, step: number): ResiduePart[] {
  const { n, heads, kvHeads } = shape;
  const longer = n % step;
  const part = (first: number, last: number, length: number): ResiduePart => ({
    first,
    last,
    shape: { ...shape, n: length, heads: (last - first) * heads, kvHeads: (last - first) * kvHeads },
  });
  const short = Math.floor(n / step);
  return [part(0, longer, short + 1), part(longer, step, short)].filter(
    ({ first, last, shape: { n: length } }) => first < last && length > 0,
  );
}

/** Attends to each part by `attend` and puts the outputs, [batch, part's n, part's heads·headDim], back in order. */
export function attendResidues(
  graph: GraphBuilder,
  shape: AttentionShape,
  step: number,
  [q, k, v]: Triple,
  attend: (part: ResiduePart, triple: Triple) => Value,
): Value {
  const { batch, n, heads, headDim } = shape;
  const parts = residueParts(shape, step);
  const whole = Math.ceil(n / step);
  const padded = whole * step;
  const kvWidth = shape.kvHeads * headDim;
  const fold = (value: Value, width: number): Value =>
    graph.node('Reshape', [
      padded === n ? value : graph.node('Pad', [value, graph.ints([0, 0, 0, 0, padded - n, 0])]),
      graph.ints([batch, whole, step * width]),
    ]);
  const folded = { q: fold(q, heads * headDim), k: fold(k, kvWidth), v: fold(v, kvWidth) };
  const outputs = parts.map((part) => {
    const { first, last, shape: own } = part;
    const take = (value: Value, width: number): Value => {
      const columns = last - first === step ? value : sliceRows(graph, value, 2, first * width, last * width);
      return own.n === whole ? columns : sliceRows(graph, columns, 1, 0, own.n);
    };
    const output = attend(
      part,
      asTriple([take(folded.q, heads * headDim), take(folded.k, kvWidth), take(folded.v, kvWidth)]),
    );
    return own.n === whole ? output : graph.node('Pad', [output, graph.ints([0, 0, 0, 0, whole - own.n, 0])]);
  });
  const all = joinRows(graph, outputs, 2);
  // Of fewer tokens than the step there are no more remainders than tokens.
  const remainders = parts.at(-1)?.last ?? step;
  const tokens = graph.node('Reshape', [all, graph.ints([batch, whole * remainders, heads * headDim])]);
  return whole * remainders === n ? tokens : sliceRows(graph, tokens, 1, 0, n);
}
