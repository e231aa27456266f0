import * as l10n from '@vscode/l10n';
import { factor } from '../../model/factor';
import type { OutputHeadSpec } from '../../model/modelSpec';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import { readLabels } from './bertHead';
import { languageModelHead } from './weights/outside';
import { hidden, linear } from './weights/vectors';

/** The output head of an encoder-decoder by the class under `architectures`, and its weights. */
export function readBartHead(
  reader: FieldReader,
  {
    hiddenSize,
    vocabSize,
    embedding,
    headName,
  }: {
    readonly hiddenSize: number;
    readonly vocabSize: number;
    /** Name of the table that the head is tied to. */
    readonly embedding: string;
    readonly headName: string;
  },
): { readonly head: OutputHeadSpec; readonly weights: readonly WeightSpec[] } {
  const tied = reader.boolean(
    {
      property: 'tied',
      keys: ['tie_word_embeddings'],
      meaning: l10n.t('sharing of the embedding with the head'),
    },
    { value: true, rule: l10n.t('tie_word_embeddings is absent: true for this model type.'), assumed: true },
  );
  const width = hidden(hiddenSize);
  const architecture = reader.texts('architectures')?.[0] ?? '';
  if (architecture === '' || /ForConditionalGeneration$|MTModel$|ForCausalLM$/.test(architecture)) {
    if (architecture.endsWith('ForCausalLM')) {
      reader.assumptions.push(
        l10n.t('{0}: counted with its encoder, which that class leaves out.', architecture),
      );
    }
    const head: OutputHeadSpec = { kind: 'language-model', tied };
    return { head, weights: languageModelHead(head, headName, vocabSize, width, embedding) };
  }
  if (architecture.endsWith('ForSequenceClassification')) {
    const labels = factor('labels', readLabels(reader));
    return {
      head: { kind: 'classifier', tied },
      weights: [
        ...linear('classification_head.dense', 'outputHead', [width], [width], true, { per: 'sequence' }),
        ...linear('classification_head.out_proj', 'outputHead', [labels], [width], true, { per: 'sequence' }),
      ],
    };
  }
  if (architecture.endsWith('ForQuestionAnswering')) {
    const weights = linear('qa_outputs', 'outputHead', [factor('labels', 2)], [width], true);
    return { head: { kind: 'classifier', tied }, weights };
  }
  reader.assumptions.push(l10n.t('{0}: counted without the heads of the task.', architecture));
  return { head: { kind: 'none', tied }, weights: [] };
}
