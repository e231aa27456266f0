import type { AttentionInputs, AttentionShape, OutputRow } from './mechanism';
import { referenceByHead } from './referenceHead';
import { softmaxOver, type VisibleRow } from './referenceSoftmax';

/**
 * softmax(q·kᵀ/√d)·v for single rows in float64, over the keys that `visible` admits. Plain loops:
 * this is what every fast graph is judged by, so it must be obviously right rather than quick.
 * Returns rows.length × headDim numbers, row-major.
 */
export function softmaxRows(
  shape: AttentionShape,
  inputs: AttentionInputs,
  rows: readonly OutputRow[],
  visible: (query: number, key: number) => boolean,
): Float64Array {
  const { n, headDim } = shape;
  // The same for every head: asked once a position.
  const seen = new Map<number, readonly VisibleRow[]>();
  const seenBy = (query: number): readonly VisibleRow[] => {
    const known = seen.get(query) ?? visibleRows(query, n, headDim, visible);
    seen.set(query, known);
    return known;
  };
  return referenceByHead(
    shape,
    inputs,
    rows,
    (memory) => memory,
    (memory, row, queryOf) => softmaxOver(queryOf(row), memory, seenBy(row)),
  );
}

function visibleRows(
  query: number,
  n: number,
  headDim: number,
  visible: (query: number, key: number) => boolean,
): VisibleRow[] {
  const rows: VisibleRow[] = [];
  for (let key = 0; key < n; key++) {
    if (visible(query, key)) rows.push({ offset: key * headDim, bias: 0 });
  }
  return rows;
}
