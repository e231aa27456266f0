import * as l10n from '@vscode/l10n';
import type { OutputHeadSpec } from '../../model/modelSpec';
import type { FieldReader } from '../fieldReader';

/**
 * The output head of a decoder, by the first entry of `architectures`: a language-model head unless the
 * class is the bare model or a classifier. `why` ends the sentence on a default that is taken.
 */
export function readLanguageModelHead(
  reader: FieldReader,
  tiedByDefault: boolean,
  why = l10n.t('for this model type'),
): OutputHeadSpec {
  const tied = reader.boolean(
    {
      property: 'tied',
      keys: ['tie_word_embeddings'],
      meaning: l10n.t('sharing of the embedding with the head'),
    },
    {
      value: tiedByDefault,
      rule: l10n.t('tie_word_embeddings is absent: {0} {1}.', String(tiedByDefault), why),
      assumed: true,
    },
  );
  const architecture = reader.texts('architectures')?.[0] ?? '';
  if (/For(Sequence|Token)Classification$|ForQuestionAnswering$/.test(architecture)) {
    reader.assumptions.push(
      l10n.t('{0}: no language-model head; the classifier is not counted.', architecture),
    );
    return { kind: 'none', tied };
  }
  // ChatGLM's files name the bare class, but hold the head.
  const isBareModel =
    architecture.endsWith('Model') && !/(LMHead|DoubleHeads)Model$|^ChatGLMModel$/.test(architecture);
  if (isBareModel)
    reader.assumptions.push(l10n.t('{0}: the model without a language-model head.', architecture));
  return { kind: isBareModel ? 'none' : 'language-model', tied };
}
