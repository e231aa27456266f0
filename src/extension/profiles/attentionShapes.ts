import { attentionKinds } from '../../model/attentionKinds';
import { valueWidth, type ModelSpec } from '../../model/modelSpec';

/**
 * The shapes of all self-attention in a model, as a text to compare: models with the same text take the same time
 * for the attention of a layer. Names and numbers of layers are no part of it.
 */
export function attentionShapes(model: Pick<ModelSpec, 'stacks'>): string {
  const shapes = attentionKinds(model).map(({ attention, fixedTokens }) => {
    const { heads, kvHeads, headDim, causal, window, pattern } = attention;
    return JSON.stringify([
      heads,
      kvHeads,
      headDim,
      valueWidth(attention),
      causal,
      window ?? 0,
      fixedTokens ?? 0,
      pattern ? Object.entries(pattern).sort(([a], [b]) => a.localeCompare(b)) : [],
    ]);
  });
  return [...new Set(shapes)].sort().join('\n');
}
