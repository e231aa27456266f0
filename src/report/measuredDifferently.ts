import { attentionKinds, type AttentionKind } from '../model/attentionKinds';
import { valueWidth, type ModelSpec } from '../model/modelSpec';
import { formatInteger } from '../model/units';

/** Where what is measured is not quite what the model computes, as sentences for the reader of the figures. */
export function measuredDifferently(model: Pick<ModelSpec, 'stacks'>): string[] {
  const kinds = attentionKinds(model).flatMap(differences);
  const hasCross = model.stacks.some(({ layerKinds }) => layerKinds.some((kind) => kind.crossAttention));
  const hasOther = model.stacks.some(({ layerKinds }) => layerKinds.some((kind) => kind.recurrence));
  return [
    ...kinds,
    ...(hasCross ? ['Cross-attention is estimated, not measured.'] : []),
    ...(hasOther ? ['Recurrent layers are estimated, not measured.'] : []),
  ];
}

function differences({ name, attention, fixedTokens }: AttentionKind): string[] {
  const { headDim, latent, pattern } = attention;
  const values = valueWidth(attention);
  return [
    ...(latent
      ? [`${name}: latent attention is measured as in a prefill, with its keys and values expanded.`]
      : []),
    ...(values === headDim
      ? []
      : [
          `${name}: values are measured as wide as keys, ${formatInteger(headDim)} in place of ${formatInteger(values)}.`,
        ]),
    ...(pattern
      ? [
          `${name}: the model has a sparse pattern of its own (${pattern.kind}), which is estimated; dense attention and a window are measured beside it.`,
        ]
      : []),
    ...(fixedTokens === undefined
      ? []
      : [
          `${name}: its ${formatInteger(fixedTokens)} tokens do not follow the sequence length; it is measured up to those.`,
        ]),
  ];
}
