import * as l10n from '@vscode/l10n';
import { GraphBuilder, type Value } from '../onnx/graphBuilder';
import { compulsoryBytes, elementBytes, pairFlops } from './attentionCost';
import { attendFolded, foldedCost } from './foldedBlocks';
import { declareInputs, declareOutput, joinRows } from './layout';
import type { AttentionCost, AttentionShape, Kernel } from './mechanism';
import type { TokenAttentionStyle } from './tokenAttention';
import type { Triple } from './triple';
import { attendWindow, windowCost, type WindowCost } from './windowAttention';
import { blockRows, type WindowPattern } from './windowPlan';

/** How the blocks of a window attend: one call after another in two styles, or folded into one batch. */
export type WindowStyle = Extract<TokenAttentionStyle, 'strided' | 'multi-head'> | 'folded';

/** A mechanism whose attention is made of windows. */
export interface WindowSource {
  /** The graph's name. */
  readonly name: string;
  /** Pairs that the mathematics needs, a head. */
  readonly pairs: number;
  /** Rows of queries a block, for the kernels' titles. */
  readonly rows: number;
  attend(graph: GraphBuilder, style: WindowStyle, triple: Triple): Value;
  /** What `attend` computes and holds. */
  cost(style: WindowStyle): WindowCost;
}

/** The kernels of `source`: for `cpu`, in the runtime's operator, and in operators of the standard set. */
export function windowKernels(shape: AttentionShape, source: WindowSource): Kernel[] {
  const rows = String(source.rows);
  const kernel = (style: WindowStyle, id: string, title: string): Kernel => {
    const graph = new GraphBuilder(`${source.name}_${style.replace('-', '_')}`);
    const { q, k, v } = declareInputs(graph, shape);
    declareOutput(graph, shape, source.attend(graph, style, [q, k, v]));
    return { id, title, graph: graph.build(), cost: windowKernelCost(shape, source, style) };
  };
  return [
    kernel(
      'strided',
      'strided blocks',
      l10n.t('FusedMatMul over blocks of {0} queries and the keys they see', rows),
    ),
    kernel(
      'multi-head',
      'banded blocks',
      l10n.t('MultiHeadAttention over blocks of {0} queries and the keys they see', rows),
    ),
    kernel('folded', 'folded chunks', l10n.t('MatMul, Softmax, MatMul over chunks folded into the batch')),
  ];
}

/** The cost of the first of `windowKernels`, without building it. */
export function windowKernelCost(
  shape: AttentionShape,
  source: WindowSource,
  style: WindowStyle = 'strided',
): AttentionCost {
  const { executedPairs, elements } = source.cost(style);
  return {
    flops: pairFlops(shape, source.pairs),
    executedFlops: pairFlops(shape, executedPairs),
    compulsoryBytes: compulsoryBytes(shape),
    workspaceBytes: elements * elementBytes(shape),
  };
}

/** Attention of every query to `pattern`. */
export function patternSource(
  name: string,
  shape: AttentionShape,
  pattern: WindowPattern,
  pairs: number,
): WindowSource {
  return {
    name,
    pairs,
    rows: blockRows(shape, pattern),
    attend: (graph, style, triple) => attendPattern(graph, shape, pattern, style, triple),
    cost: (style) => patternCost(shape, pattern, style),
  };
}

/** Adds the attention of every query to `pattern` to a graph; `scope` leads the names of its nodes and constants. */
export function attendPattern(
  graph: GraphBuilder,
  shape: AttentionShape,
  pattern: WindowPattern,
  style: WindowStyle,
  triple: Triple,
  scope = '',
): Value {
  return style === 'folded'
    ? attendFolded(graph, shape, pattern, triple, scope)
    : joinRows(graph, attendWindow(graph, shape, pattern, style, triple, { scope }));
}

/** The cost of `attendPattern`. */
export function patternCost(shape: AttentionShape, pattern: WindowPattern, style: WindowStyle): WindowCost {
  return style === 'folded' ? foldedCost(shape, pattern) : windowCost(shape, pattern, style);
}
