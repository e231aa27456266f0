import * as l10n from '@vscode/l10n';
import { replacements } from '../attention/registry';
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
    ...(hasCross ? [l10n.t('Cross-attention is estimated, not measured.')] : []),
    ...(hasOther ? [l10n.t('Recurrent layers are estimated, not measured.')] : []),
  ];
}

function differences({ name, attention, fixedTokens }: AttentionKind): string[] {
  const { headDim, latent, pattern } = attention;
  const values = valueWidth(attention);
  // A pattern that a mechanism here computes is measured with the model's own parameters, as what the layers have now.
  const isMeasured = replacements.some((mechanism) => mechanism.present(attention) !== undefined);
  return [
    ...(latent
      ? [
          l10n.t(
            '{0}: latent attention is measured as in a prefill, with its keys and values expanded.',
            name,
          ),
        ]
      : []),
    ...(values === headDim
      ? []
      : [
          l10n.t(
            '{0}: values are measured as wide as keys, {1} in place of {2}.',
            name,
            formatInteger(headDim),
            formatInteger(values),
          ),
        ]),
    ...(pattern && !isMeasured
      ? [
          l10n.t(
            '{0}: the model has a sparse pattern of its own ({1}), which is estimated, not measured: dense attention is the rival of what is measured, not what these layers cost now.',
            name,
            pattern.kind,
          ),
        ]
      : []),
    ...(fixedTokens === undefined
      ? []
      : [
          l10n.t(
            '{0}: its {1} tokens do not follow the sequence length; it is measured up to those.',
            name,
            formatInteger(fixedTokens),
          ),
        ]),
  ];
}
