import { GraphBuilder } from '../onnx/graphBuilder';
import { elementBytes } from './attentionCost';
import { addDecodeOutput } from './denseDecode';
import { LatentProjection } from './latentProjection';
import { groupSize } from './layout';
import type { AttentionInputs, AttentionShape, DecodeStep } from './mechanism';

/**
 * One token on a cache of latents, [batch, n, rank], with the projections absorbed (DeepSeek-AI 2024, section 2.1.2):
 * q·(c·Wkᵀ)ᵀ = (q·Wk)·cᵀ, and Σ p·(c·Wvᵀ) = (Σ p·c)·Wvᵀ. Keys and values of the past are never rebuilt; all heads read
 * the same latents.
 */
export function latentDecode(shape: AttentionShape, rank: number): DecodeStep {
  const { batch, n, heads, kvHeads, headDim, dtype } = shape;
  const g = groupSize(shape);
  const width = kvHeads * headDim;
  const matrix = new LatentProjection(2 * width, rank).matrix();
  const graph = new GraphBuilder('latent_decode');
  const q = graph.input('q', dtype, [batch, 1, heads * headDim]);
  const latents = graph.input('latent_cache', dtype, [batch, n, rank]);
  const keyUp = graph.constant('key_up', dtype, [kvHeads, headDim, rank], matrix.subarray(0, width * rank));
  const valueUp = graph.constant('value_up', dtype, [kvHeads, headDim, rank], matrix.subarray(width * rank));

  const queries = graph.node('Mul', [
    graph.node('Reshape', [q, graph.ints([batch, kvHeads, g, headDim])]),
    graph.scalar(dtype, 1 / Math.sqrt(headDim)),
  ]);
  const absorbed = graph.node('MatMul', [queries, keyUp], { name: 'layer/all/absorb_k' });
  // Latents lie in rows: the few queries are turned, not the cache.
  const columns = graph.node(
    'Transpose',
    [graph.node('Reshape', [absorbed, graph.ints([batch, heads, rank])])],
    { attributes: { perm: [0, 2, 1] } },
  );
  const scores = graph.node('MatMul', [latents, columns], { name: 'layer/all/qk' });
  const rows = graph.node('Transpose', [scores], { attributes: { perm: [0, 2, 1] } });
  const weights = graph.node('Softmax', [rows], { name: 'layer/all/softmax', attributes: { axis: -1 } });
  const context = graph.node('MatMul', [weights, latents], { name: 'layer/all/pv' });
  const values = graph.node(
    'MatMul',
    [
      graph.node('Reshape', [context, graph.ints([batch, kvHeads, g, rank])]),
      graph.node('Transpose', [valueUp], { attributes: { perm: [0, 2, 1] } }),
    ],
    { name: 'layer/all/absorb_v' },
  );
  addDecodeOutput(graph, shape, values);

  const flops = 4 * batch * heads * rank * (n + headDim);
  const bytes = elementBytes(shape);
  return {
    graph: graph.build(),
    cost: {
      flops,
      executedFlops: flops,
      compulsoryBytes: (batch * n * rank + 2 * batch * heads * headDim + 2 * width * rank) * bytes,
      workspaceBytes: (2 * batch * heads * n + 2 * batch * heads * rank + width * rank) * bytes,
    },
    stateBytes: batch * n * rank * bytes,
    state: (inputs) => ({
      latent_cache: { dims: [batch, n, rank], values: latentsOf(width, rank, inputs) },
    }),
  };
}

function latentsOf(width: number, rank: number, { k, v }: AttentionInputs): Float32Array {
  const projection = new LatentProjection(2 * width, rank);
  const tokens = k.length / width;
  const result = new Float32Array(tokens * rank);
  const x = new Float64Array(2 * width);
  for (let token = 0; token < tokens; token++) {
    x.set(k.subarray(token * width, (token + 1) * width));
    x.set(v.subarray(token * width, (token + 1) * width), width);
    result.set(projection.compress(x), token * rank);
  }
  return result;
}
