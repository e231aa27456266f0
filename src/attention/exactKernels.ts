import * as l10n from '@vscode/l10n';
import { attentionPairs } from '../cost/attentionPairs';
import { GraphBuilder, type Value } from '../onnx/graphBuilder';
import { compulsoryBytes, elementBytes, keyElements, pairFlops, queryElements } from './attentionCost';
import { declareInputs, declareOutput } from './layout';
import type { AttentionCost, AttentionShape, Kernel } from './mechanism';
import { addMultiHead, multiHeadElements } from './multiHead';
import { addOnlineSoftmax, onlineRows, onlineSoftmaxElements } from './onlineSoftmax';
import { addRowBlocks, BLOCK_ROWS, rowBlockElements } from './rowBlocks';
import { runInOrder } from './runInOrder';

/** What dense attention runs on: the inputs themselves, or keys and values made from them. */
export interface ExactSource {
  /** Shape of the attention itself: its heads may be fewer than the inputs'. */
  readonly shape: AttentionShape;
  /** Declares the graph's inputs and returns what attends to what, in the layout of `shape`. */
  values(graph: GraphBuilder): { readonly q: Value; readonly k: Value; readonly v: Value };
  /** FLOPs of making them. */
  readonly flops: number;
  /** Elements that making them holds through the call. */
  readonly heldElements: number;
  /** Bytes of the inputs and the output. */
  readonly compulsoryBytes: number;
}

/** Dense attention to the keys and values of `source`: the runtime's operator, and the standard set's. */
export function exactKernels(source: ExactSource): Kernel[] {
  return [source.shape.causal ? groupQueryKernel(source) : multiHeadKernel(source), rowBlockKernel(source)];
}

/** The pairs that the mask of `shape` lets through, a head. */
export function exactPairs(shape: AttentionShape): number {
  return attentionPairs({ causal: shape.causal }, shape.n);
}

/** The pairs that blocks of `rows` queries compute, a head: up to their last key where attention is causal. */
function blockPairs({ n, causal }: AttentionShape, rows: number): number {
  if (!causal) return n ** 2;
  let pairs = 0;
  for (let start = 0; start < n; start += rows) {
    const end = Math.min(n, start + rows);
    pairs += (end - start) * end;
  }
  return pairs;
}

/** The runtime's MultiHeadAttention: a flash kernel where nothing is masked. */
export function multiHeadKernel(source: ExactSource): Kernel {
  return kernelOf(source, multiHead(source.shape));
}

/** The runtime's GroupQueryAttention: causal, reads each key/value head once for its group. */
export function groupQueryKernel(source: ExactSource): Kernel {
  return kernelOf(source, groupQuery(source.shape));
}

/** MatMul, Softmax, MatMul over blocks of queries: no operator but the standard set's, and no n × n tensor. */
export function rowBlockKernel(source: ExactSource): Kernel {
  const { shape } = source;
  return kernelOf(source, {
    id: 'row blocks',
    title: l10n.t('MatMul, Softmax, MatMul over blocks of queries'),
    attend: (graph, values) => addRowBlocks(graph, shape, { ...values, keys: shape.n }),
    pairs: blockPairs(shape, BLOCK_ROWS),
    elements: rowBlockElements(shape, shape.n),
  });
}

/** The same over blocks of queries and of keys, in about half the memory and more time: the softmax is taken online. */
export function onlineKernel(source: ExactSource): Kernel {
  const { shape } = source;
  const kernel = kernelOf(source, {
    id: 'online softmax',
    title: l10n.t('MatMul, online softmax, MatMul over blocks of queries and keys'),
    attend: (graph, values) => addOnlineSoftmax(graph, shape, values),
    pairs: blockPairs(shape, onlineRows(shape)),
    elements: onlineSoftmaxElements(shape),
  });
  // Otherwise the scores of all blocks are made before the first is used up.
  return { ...kernel, graph: runInOrder(kernel.graph) };
}

/** Cost of the first of `exactKernels`, without building it. */
export function exactCost(source: ExactSource): AttentionCost {
  return costOf(source, source.shape.causal ? groupQuery(source.shape) : multiHead(source.shape));
}

interface KernelParts {
  readonly id: string;
  readonly title: string;
  attend(graph: GraphBuilder, values: ReturnType<ExactSource['values']>): Value;
  /** Pairs that are computed, a head. */
  readonly pairs: number;
  /** Elements held beside the inputs and what the source holds. */
  readonly elements: number;
}

function multiHead(shape: AttentionShape): KernelParts {
  return {
    id: 'MultiHeadAttention',
    title: l10n.t('runtime MultiHeadAttention'),
    attend: (graph, values) => addMultiHead(graph, shape, values),
    pairs: shape.n ** 2,
    elements: multiHeadElements(shape, shape.n),
  };
}

/**
 * The same with its `local_window_size`: each query sees itself and the `window` − 1 tokens before it. CUDA and WebGPU
 * have flash kernels that pass over the blocks outside; on `cpu` all pairs up to the diagonal are computed. None where
 * attention is not causal, or heads are of a size that the operator refuses.
 */
export function groupQueryWindowKernels(shape: AttentionShape, window: number, flops: number): Kernel[] {
  if (!shape.causal || shape.headDim % OPERATOR_HEAD_STEP !== 0) return [];
  const source = givenSource(shape, (graph) => declareInputs(graph, shape));
  const kernel = kernelOf(source, groupQuery(shape, window));
  const id = 'GroupQueryAttention, local window';
  const title = l10n.t('runtime GroupQueryAttention with its local window');
  return [{ ...kernel, id, title, cost: { ...kernel.cost, flops } }];
}

/** GroupQueryAttention takes head_dim in multiples of this. */
const OPERATOR_HEAD_STEP = 8;

function groupQuery(shape: AttentionShape, window?: number): KernelParts {
  return {
    id: 'GroupQueryAttention',
    title: l10n.t('runtime GroupQueryAttention'),
    attend: (graph, values) => addGroupQuery(graph, shape, values, window),
    pairs: exactPairs(shape),
    // On `cpu` the operator works tile by tile, and holds head-major q beside k, v and their 'present' copies.
    elements: queryElements(shape) + 4 * keyElements(shape),
  };
}

function kernelOf(source: ExactSource, parts: KernelParts): Kernel {
  const graph = new GraphBuilder('exact');
  declareOutput(graph, source.shape, parts.attend(graph, source.values(graph)));
  return { id: parts.id, title: parts.title, graph: graph.build(), cost: costOf(source, parts) };
}

function costOf(source: ExactSource, { pairs, elements }: KernelParts): AttentionCost {
  const { shape } = source;
  return {
    flops: pairFlops(shape, exactPairs(shape)) + source.flops,
    executedFlops: pairFlops(shape, pairs) + source.flops,
    compulsoryBytes: source.compulsoryBytes,
    workspaceBytes: (elements + source.heldElements) * elementBytes(shape),
  };
}

/** Dense attention to keys and values as they are given. */
export function givenSource(shape: AttentionShape, values: ExactSource['values']): ExactSource {
  return { shape, values, flops: 0, heldElements: 0, compulsoryBytes: compulsoryBytes(shape) };
}

function addGroupQuery(
  graph: GraphBuilder,
  { batch, n, heads, kvHeads }: AttentionShape,
  { q, k, v }: ReturnType<ExactSource['values']>,
  window?: number,
): Value {
  const lastKeys = Array.from({ length: batch }, () => n - 1);
  const [output] = graph.nodeWithOutputs(
    'GroupQueryAttention',
    [q, k, v, undefined, undefined, graph.int32s(lastKeys, [batch]), graph.int32s([n], [1])],
    3,
    {
      name: 'layer/all/attention',
      domain: 'com.microsoft',
      attributes: {
        num_heads: heads,
        kv_num_heads: kvHeads,
        ...(window === undefined ? {} : { local_window_size: window }),
      },
    },
  );
  if (output === undefined) throw new Error('GroupQueryAttention has three outputs');
  return output;
}
