import * as l10n from '@vscode/l10n';
import type { AttentionSpec, ModelSpec } from '../model/modelSpec';
import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import { compulsoryBytes, elementBytes, queryElements } from './attentionCost';
import { blockTokens, largestBlock } from './chunkedBlocks';
import { deltaBlocks, deltaChunksGraph, inversionProducts, type DeltaGates } from './deltaChunks';
import { stateRows, statesAfter, type StateRule } from './deltaReference';
import { headDecays } from './headDecays';
import type { AttentionCost, AttentionMechanism, AttentionShape, DecodeStep, RunDType } from './mechanism';
import { causalOnly, requireCausal, runtimeRecurrence, runtimeRecurrenceCost } from './runtimeRecurrence';
import { seededNormal } from './seeded';
import { snippetHead } from './snippetHead';
import { stateDecode } from './stateDecode';
import { productTurnedLeft } from './turnedProduct';

const SEED = 24_120_6464;

/** Added to |x|² before the root, as the published layers do, so that a vector of zeros stays one. */
const NORM_EPSILON = 1e-6;

/**
 * Gated DeltaNet: Sₜ = γSₜ₋₁ + kₜ·β(vₜ − γSₜ₋₁ᵀkₜ)ᵀ, oₜ = qₜSₜ/√d, with queries and keys of unit length. The state
 * forgets (γ) and replaces what it holds for a key rather than adding to it (β). A model makes γ and β of each token
 * from its hidden state, which an attention call does not see: here each key/value head has a fixed γ = 1 − 2^(−5−h)
 * and a β = σ(x) with x drawn from a seed, which costs the same. The output is not normalised: the layer has a gated
 * RMS norm behind it.
 */
export const gatedDelta: AttentionMechanism = {
  id: 'gated-delta',
  get title() {
    return l10n.t('Gated delta rule (Gated DeltaNet)');
  },
  family: 'linear',
  paper: {
    authors: 'Yang et al.',
    year: 2024,
    title: 'Gated Delta Networks: Improving Mamba2 with Delta Rule',
    arxiv: '2412.06464',
  },
  parameters: [],
  causal: 'yes',
  exact: false,

  kernels(shape) {
    requireCausal(gatedDelta.title, shape);
    const gates = gatesOf(shape);
    const rows = String(blockTokens(largestBlock(deltaBlocks(shape))));
    return [
      {
        id: 'LinearAttention',
        title: l10n.t('runtime LinearAttention'),
        graph: runtimeRecurrence(shape, { ...gates, updateRule: 'gated_delta', prepare: gates.normalise }),
        cost: recurrenceCost(shape),
      },
      {
        id: 'chunks',
        title: l10n.t('MatMul over chunks, in blocks of {0} tokens', rows),
        graph: deltaChunksGraph(shape, gates),
        cost: chunksCost(shape),
      },
    ];
  },
  flops: flopsOf,
  cost: (shape) => recurrenceCost(shape),
  reference: (shape, _parameters, inputs, rows) => stateRows(shape, ruleOf(shape), inputs, rows),
  decode,
  // Layers that have it are read as a recurrence, not as attention.
  present: () => undefined,

  adopt(model, attention) {
    if (!attention.causal) return { kind: 'none', reason: causalOnly(gatedDelta.title) };
    return {
      kind: 'code',
      language: 'python',
      code: snippet(model, attention),
      needsRetraining: true,
      reason: l10n.t(
        'This architecture has no switch for the gated delta rule: the attention layer has to be replaced, and the model trained from scratch or distilled, since weights trained with softmax do not carry over and the gates are new. The snippet is a starting point for the package flash-linear-attention.',
      ),
    };
  },
};

function gatesOf(shape: AttentionShape): DeltaGates {
  const { kvHeads, headDim, dtype } = shape;
  const rates = Array.from(seededNormal(SEED, kvHeads), (x) => 1 / (1 + Math.exp(-x)));
  return {
    decays: headDecays(kvHeads),
    rates,
    scale: 1 / Math.sqrt(headDim),
    normalise: (graph, value) => unitVectors(graph, dtype, value),
  };
}

function ruleOf(shape: AttentionShape): StateRule {
  return { ...gatesOf(shape), normEpsilon: NORM_EPSILON };
}

/** x/√(|x|² + ε) of the last axis. */
function unitVectors(graph: GraphBuilder, type: RunDType, value: Value): Value {
  const square = graph.node('ReduceSumSquare', [value, graph.ints([-1])], { attributes: { keepdims: 1 } });
  const length = graph.node('Sqrt', [graph.node('Add', [square, graph.scalar(type, NORM_EPSILON)])]);
  return graph.node('Div', [value, length]);
}

/** Sᵀk and kuᵀ of each key and qS of each query; decay and norms are element-wise and not counted. */
function flopsOf({ batch, n, heads, kvHeads, headDim }: AttentionShape): number {
  return 2 * batch * n * (heads + 2 * kvHeads) * headDim ** 2;
}

/** Cost of the runtime's LinearAttention with both gates and unit vectors. */
function recurrenceCost(shape: AttentionShape): AttentionCost {
  return runtimeRecurrenceCost(shape, flopsOf(shape), 2, true);
}

/** Cost of `deltaChunksGraph`. The bytes of a block were fitted to the runtime's own count. */
function chunksCost(shape: AttentionShape): AttentionCost {
  const { batch, n, heads, kvHeads, headDim } = shape;
  const { chunks, size } = largestBlock(deltaBlocks(shape));
  const flops = flopsOf(shape);
  const token = headDim * (7 * heads + 3 * kvHeads) + 4 * size * heads;
  const block = chunks * size * token + 4 * chunks * kvHeads * headDim ** 2;
  const last = batch === 1 ? block : Math.max(block, queryElements(shape) / batch);
  const tokens = 2 * batch * n;
  const executed =
    // keys by keys, T by values and keys, the inversion, and a chunk's queries by keys and updates
    tokens * kvHeads * size * (3 * headDim + inversionProducts(size) * size) +
    2 * tokens * heads * size * headDim +
    // products with the state's width: of the queries, the updates and both sums; the chain itself
    tokens * (heads + 3 * kvHeads) * headDim ** 2 +
    (tokens / size) * kvHeads * headDim ** 3;
  return {
    flops,
    executedFlops: executed,
    compulsoryBytes: compulsoryBytes(shape),
    workspaceBytes: (queryElements(shape) + last) * elementBytes(shape),
  };
}

/** S ← γS + k·β(v − γSᵀk)ᵀ, o = qS/√d. */
function decode(shape: AttentionShape): DecodeStep {
  const { kvHeads, dtype } = shape;
  const { decays, rates, scale } = gatesOf(shape);
  return stateDecode(
    shape,
    flopsOf({ ...shape, n: 1 }),
    (graph, state, token) => {
      const gate = (name: string, values: readonly number[]): Value =>
        graph.constant(name, dtype, [kvHeads, 1, 1], values);
      const k = unitVectors(graph, dtype, token.k);
      const kept = graph.node('Mul', [state, gate('decay', decays)]);
      const error = graph.node('Sub', [token.v, graph.node('MatMul', [k, kept])]);
      const v = graph.node('Mul', [error, gate('rate', rates)]);
      return {
        state: graph.node('Add', [kept, productTurnedLeft(graph, k, v, 'standard')]),
        queries: graph.node('Mul', [unitVectors(graph, dtype, token.q), graph.scalar(dtype, scale)]),
      };
    },
    (inputs) => statesAfter(shape, ruleOf(shape), inputs, shape.n - 1),
  );
}

function snippet(model: ModelSpec, attention: AttentionSpec): string {
  return [
    ...snippetHead(model, attention),
    '# It needs: pip install flash-linear-attention, and a GPU with Triton. The gates are [batch, kv_heads, n], made from',
    '# the hidden state: log_decay = -exp(a) * softplus(linear(x) + bias), beta = sigmoid(linear(x)).',
    '# fla.layers.GatedDeltaNet is the whole layer with gates, short convolutions and the gated norm.',
    'import torch',
    'from fla.ops.gated_delta_rule import chunk_gated_delta_rule',
    '',
    'def gated_delta_attention(q, k, v, log_decay, beta):',
    '    group = q.shape[1] // k.shape[1]',
    '    k, v, log_decay, beta = (x.repeat_interleave(group, dim=1) for x in (k, v, log_decay, beta))',
    '    q, k, v, log_decay, beta = (x.transpose(1, 2) for x in (q, k, v, log_decay, beta))',
    '    # The kernel refuses float32; the decay is best kept in it.',
    '    dtype = q.dtype',
    '    q, k, v, beta = (x.to(torch.bfloat16) if dtype == torch.float32 else x.to(dtype) for x in (q, k, v, beta))',
    '    output, _ = chunk_gated_delta_rule(',
    '        q, k, v, g=log_decay.float(), beta=beta, use_qk_l2norm_in_kernel=True',
    '    )',
    '    return output.transpose(1, 2).to(dtype)',
    '',
  ].join('\n');
}
