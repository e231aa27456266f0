import * as l10n from '@vscode/l10n';
import type { AttentionSpec, ModelSpec } from '../model/modelSpec';
import { GraphBuilder, type Value } from '../onnx/graphBuilder';
import type { GraphDescription } from '../onnx/modelProto';
import { compulsoryBytes, elementBytes, queryElements } from './attentionCost';
import { blockTokens, chunkedBlocks, largestBlock, type ChunkedBlock } from './chunkedBlocks';
import { ChunkedState } from './chunkedState';
import { stateRows, statesAfter, type StateRule } from './deltaReference';
import { headDecays } from './headDecays';
import { declareInputs } from './layout';
import type { AttentionCost, AttentionMechanism, AttentionShape, DecodeStep } from './mechanism';
import { snippetHead } from './snippetHead';
import { stateDecode } from './stateDecode';
import { productTurnedLeft, type Operators } from './turnedProduct';
import { entryByEntry, tokensOf } from './tokenBlocks';
import { causalOnly, requireCausal, runtimeRecurrence, runtimeRecurrenceCost } from './runtimeRecurrence';

/** Tokens of a chunk, within which pairs are computed. */
const CHUNK = 64;
/** Elements of a block's queries: 512 KiB in float32, so that its tensors stay in the caches. */
const BLOCK_ELEMENTS = 2 ** 17;
/** Blocks at most, up to which the number of nodes is no matter. */
const MOST_BLOCKS = 256;

/**
 * RetNet's retention: linear attention without features whose state shrinks by γ = 1 − 2^(−5−h) a token,
 * oᵢ = Σⱼ≤ᵢ γ^(i−j) (qᵢ·kⱼ/√d) vⱼ. The output is not normalised: RetNet's layer has a group norm of each head behind
 * it, which belongs to the layer, as does the swish gate. γ is fixed, as in the paper; gated linear attention
 * (Yang et al. 2023, arXiv 2312.06635) makes it from the hidden state, which changes the numbers and not the cost.
 * With grouped queries a state, and so γ, is one of a key/value head.
 */
export const gatedLinear: AttentionMechanism = {
  id: 'gated-linear',
  get title() {
    return l10n.t('Gated linear attention (retention)');
  },
  family: 'linear',
  paper: {
    authors: 'Sun et al.',
    year: 2023,
    title: 'Retentive Network: A Successor to Transformer for Large Language Models',
    arxiv: '2307.08621',
  },
  parameters: [],
  causal: 'yes',
  exact: false,

  kernels(shape) {
    requireCausal(gatedLinear.title, shape);
    const rows = String(blockTokens(largestBlock(blocksOf(shape))));
    return [
      {
        id: 'chunks',
        title: l10n.t('FusedMatMul over chunks, in blocks of {0} tokens', rows),
        graph: chunksGraph(shape, 'runtime'),
        cost: chunksCost(shape),
      },
      {
        id: 'plain chunks',
        title: l10n.t('MatMul over chunks, in blocks of {0} tokens', rows),
        graph: chunksGraph(shape, 'standard'),
        cost: chunksCost(shape),
      },
      {
        id: 'LinearAttention',
        title: l10n.t('runtime LinearAttention'),
        graph: runtimeRecurrence(shape, { updateRule: 'gated', ...ruleOf(shape) }),
        cost: runtimeRecurrenceCost(shape, flopsOf(shape)),
      },
    ];
  },
  flops: flopsOf,
  cost: (shape) => chunksCost(shape),
  reference: (shape, _parameters, inputs, rows) => stateRows(shape, ruleOf(shape), inputs, rows),
  decode,
  // No architecture that the config reader knows has it.
  present: () => undefined,

  adopt(model, attention) {
    if (!attention.causal) return { kind: 'none', reason: causalOnly(gatedLinear.title) };
    return {
      kind: 'code',
      language: 'python',
      code: snippet(model, attention),
      needsRetraining: true,
      reason: l10n.t(
        'No architecture has a switch for retention: the attention call has to be replaced by a recurrence with a decay, and the model trained from scratch or distilled, since weights trained with softmax do not carry over. The snippet is a starting point for PyTorch; the package flash-linear-attention has a faster layer, fla.layers.MultiScaleRetention.',
      ),
    };
  },
};

function ruleOf({ kvHeads, headDim }: AttentionShape): StateRule {
  return { decays: headDecays(kvHeads), scale: 1 / Math.sqrt(headDim) };
}

/** kvᵀ of each key and qS of each query; the decay is element-wise and not counted. */
function flopsOf({ batch, n, heads, kvHeads, headDim }: AttentionShape): number {
  return 2 * batch * n * (heads + kvHeads) * headDim ** 2;
}

function blocksOf({ batch, n, heads, headDim }: AttentionShape): ChunkedBlock[] {
  const cached = Math.floor(BLOCK_ELEMENTS / (heads * headDim * CHUNK));
  const chunks = Math.max(1, cached, Math.ceil((batch * n) / (MOST_BLOCKS * CHUNK)));
  return chunkedBlocks(n, Math.min(chunks, MOST_CHUNKS), CHUNK);
}

/** Chunks of a block at most: their states are summed by a product of the square of so many. */
const MOST_CHUNKS = 16;

function chunksGraph(shape: AttentionShape, operators: Operators): GraphDescription {
  const { heads, headDim } = shape;
  const graph = new GraphBuilder('retention_chunks');
  const { q, k, v } = declareInputs(graph, shape);
  const state = new ChunkedState(graph, shape, headDim, headDim, ruleOf(shape), operators);
  const blocks = blocksOf(shape);
  return entryByEntry(graph, shape, (entry) => {
    state.restart();
    return blocks.map((block) => {
      const end = block.start + blockTokens(block);
      const part = (value: Value): Value => tokensOf(graph, shape, value, entry, block.start, end);
      const rows = state.next(block, [part(q), part(k), part(v)]);
      return graph.node('Reshape', [rows, graph.ints([1, blockTokens(block), heads * headDim])]);
    });
  });
}

/** Cost of `chunksGraph`. The bytes of a block were fitted to the runtime's own count. */
function chunksCost(shape: AttentionShape): AttentionCost {
  const { batch, n, heads, kvHeads, headDim } = shape;
  const { chunks, size } = largestBlock(blocksOf(shape));
  const flops = flopsOf(shape);
  // Slices, head-major copies and decayed ones of q, k and v; scores; the outputs' parts; the states of all chunks.
  const token = headDim * (4 * heads + 2 * kvHeads) + size * heads;
  const block = chunks * size * token + 3 * chunks * kvHeads * headDim ** 2;
  // The outputs of all blocks wait for the concatenation; a batch is put together from its entries' copies.
  const last = batch === 1 ? block : Math.max(block, queryElements(shape) / batch);
  return {
    flops,
    executedFlops: flops + 4 * batch * n * size * heads * headDim,
    compulsoryBytes: compulsoryBytes(shape),
    workspaceBytes: (queryElements(shape) + last) * elementBytes(shape),
  };
}

/** S ← γS + kvᵀ, o = qS/√d. */
function decode(shape: AttentionShape): DecodeStep {
  const { kvHeads, dtype } = shape;
  const { decays, scale } = ruleOf(shape);
  return stateDecode(
    shape,
    flopsOf({ ...shape, n: 1 }),
    (graph, state, token) => ({
      state: graph.node('Add', [
        graph.node('Mul', [state, graph.constant('decay', dtype, [kvHeads, 1, 1], decays)]),
        productTurnedLeft(graph, token.k, token.v, 'standard'),
      ]),
      queries: graph.node('Mul', [token.q, graph.scalar(dtype, scale)]),
    }),
    (inputs) => statesAfter(shape, ruleOf(shape), inputs, shape.n - 1),
  );
}

function snippet(model: ModelSpec, attention: AttentionSpec): string {
  return [
    ...snippetHead(model, attention),
    '# RetNet puts a group norm of each head and a gate behind it. A faster layer: fla.layers.MultiScaleRetention',
    '# of the package flash-linear-attention.',
    'import torch',
    '',
    'def retention(q, k, v, chunk=64):',
    '    batch, kv_heads, n, d = k.shape',
    '    group = q.shape[1] // kv_heads',
    '    # All in float32: in bfloat16 a decay near 1 is 1, and the state loses what is added to it.',
    '    dtype, (q, k, v) = v.dtype, (x.float() for x in (q, k, v))',
    '    gamma = 1 - 2.0 ** (-5 - torch.arange(kv_heads, device=q.device, dtype=torch.float32))',
    '    gamma = gamma.repeat_interleave(group).view(1, -1, 1, 1)',
    '    k, v = (x.repeat_interleave(group, dim=1) for x in (k, v))',
    '    state = q.new_zeros(batch, q.shape[1], d, v.shape[-1])',
    '    outputs = []',
    '    for start in range(0, n, chunk):',
    '        qc, kc, vc = (x[:, :, start : start + chunk] for x in (q, k, v))',
    '        i = torch.arange(qc.shape[2], device=q.device)',
    '        age = (i[:, None] - i[None, :]).clamp(min=0)',
    '        weights = (qc @ kc.transpose(-1, -2)) * (gamma**age).tril()',
    '        outputs.append((weights @ vc + (qc * gamma ** (i[:, None] + 1)) @ state) * d**-0.5)',
    '        late = kc * gamma ** (len(i) - 1 - i[:, None])',
    '        state = state * gamma ** len(i) + late.transpose(-1, -2) @ vc',
    '    return torch.cat(outputs, dim=2).to(dtype)',
    '',
  ].join('\n');
}
