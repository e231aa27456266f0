import { factor, type Factor } from '../../model/factor';
import type { AttentionSpec, FeedForwardSpec } from '../../model/modelSpec';
import type { WeightSpec } from '../../model/weightSpec';
import { expertWeights, feedForwardWeights } from './weights/feedForward';
import { linear, norm, vector } from './weights/vectors';

/** Projections of one layer. Layers that share a cache have queries only, others may use their keys as values. */
export function gemma4AttentionWeights(
  width: Factor,
  { heads, kvHeads, headDim, sharesCache }: AttentionSpec,
  options: { readonly bias: boolean; readonly keysAreValues: boolean },
): WeightSpec[] {
  const { bias } = options;
  const a = factor('a', heads);
  const kv = factor('kv', kvHeads);
  const d = factor('d', headDim);
  const project = (name: string, ...out: readonly Factor[]): WeightSpec[] =>
    linear(`self_attn.${name}`, 'attention', out, [width], bias);
  const own =
    sharesCache === true
      ? []
      : [
          ...project('k_proj', kv, d),
          ...(options.keysAreValues ? [] : project('v_proj', kv, d)),
          ...norm('self_attn.k_norm', 'rms', d),
        ];
  return [
    ...project('q_proj', a, d),
    ...norm('self_attn.q_norm', 'rms', d),
    ...own,
    ...linear('self_attn.o_proj', 'attention', [width], [a, d], bias),
  ];
}

/** The MLP, and the experts beside it with their router and its scales. */
export function gemma4FeedForwardWeights(
  width: Factor,
  feedForward: FeedForwardSpec,
  denseSize: number,
): WeightSpec[] {
  const dense = feedForwardWeights({
    hidden: width,
    feedForward: { kind: 'gated', intermediateSize: denseSize },
    bias: false,
    prefix: 'mlp.',
  });
  const { experts } = feedForward;
  if (experts === undefined) return dense;
  return [
    ...dense,
    ...expertWeights({
      hidden: width,
      // The MLP beside the experts is listed above under its own name.
      feedForward: { ...feedForward, experts: { ...experts, sharedSize: 0 } },
      bias: false,
      prefix: '',
      router: 'router.proj',
      fused: 'gate_up_proj',
    }),
    vector('router.scale', 'router', width),
    vector('router.per_expert_scale', 'router', factor('E', experts.count)),
  ];
}
