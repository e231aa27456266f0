import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import { keyElements, queryElements } from './attentionCost';
import type { AttentionShape } from './mechanism';
import { attendResidues, residueParts } from './residues';
import type { Triple } from './triple';
import type { WindowCost } from './windowAttention';
import { attendPattern, patternCost, type WindowStyle } from './windowKernels';
import { windowPattern } from './windowPlan';

/** `window` positions, `dilation` apart. */
export interface Dilation {
  readonly window: number;
  readonly dilation: number;
}

/** Attention to a dilated window: to a plain one among the tokens of each remainder. */
export function dilatedGraph(
  graph: GraphBuilder,
  shape: AttentionShape,
  { window, dilation }: Dilation,
  style: WindowStyle,
  triple: Triple,
): Value {
  return attendResidues(graph, shape, dilation, triple, ({ first, shape: part }, inputs) =>
    attendPattern(graph, part, windowPattern(part, window), style, inputs, `from${String(first)}_`),
  );
}

/** The cost of `dilatedGraph` with the same arguments. */
export function dilatedCost(
  shape: AttentionShape,
  { window, dilation }: Dilation,
  style: WindowStyle,
): WindowCost {
  const outputs = queryElements(shape);
  let executedPairs = 0;
  let largest = 0;
  for (const { first, last, shape: part } of residueParts(shape, dilation)) {
    const cost = patternCost(part, windowPattern(part, window), style);
    executedPairs += (last - first) * cost.executedPairs;
    largest = Math.max(largest, cost.elements - queryElements(part));
  }
  // The joined blocks are one copy more than the output that they become.
  if (shape.n % dilation === 0) {
    return { executedPairs, elements: Math.max(outputs + largest, 2 * outputs) };
  }
  // Padded inputs and the parts' own, blocks and padded outputs live together, as measured.
  const inputs = outputs + 2 * keyElements(shape);
  return { executedPairs, elements: 2 * inputs + 2 * outputs + largest };
}
