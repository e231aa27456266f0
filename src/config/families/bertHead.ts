import * as l10n from '@vscode/l10n';
import { factor, type Factor } from '../../model/factor';
import type { OutputHeadSpec } from '../../model/modelSpec';
import { formatInteger } from '../../model/units';
import { parametersOf, type WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import { hidden, linear, matrix, norm, vector } from './weights/vectors';

/** How the classes of one line build their heads. */
export interface BertHeadRules {
  /** The base model has a dense layer on the first position: BERT's pooler (Devlin et al. 2019). */
  readonly pooler: boolean;
  /** What a classifier of sequences stands on: the pooler, or a dense layer of its own (RoBERTa). */
  readonly sequence: 'pooler' | 'dense';
  /** Names of the dense layer, the norm and the matrix of the masked-language-model head. */
  readonly maskedNames: readonly [dense: string, norm: string, decoder: string];
  /** Name of that dense layer, where it is not `classifier.dense`. */
  readonly denseName?: string;
  /** The head of the class for pre-training, where it predicts no masked tokens (ELECTRA). */
  readonly preTraining?: (width: Factor) => readonly WeightSpec[];
  /** The classes for tasks build heads of other shapes: these are left out, and a sentence says so. */
  readonly uncountedTasks?: boolean;
}

interface HeadContext {
  readonly hiddenSize: number;
  readonly vocabSize: number;
  /** Width of the embeddings that the language-model head is tied to. */
  readonly embedding: Factor;
  /** The name of their table. */
  readonly embeddingName: string;
}

export interface BertHead {
  readonly head: OutputHeadSpec;
  readonly weights: readonly WeightSpec[];
  /** Norms in the head, which keep their input in training. */
  readonly norms: number;
}

/**
 * The head that the class under `architectures` has, weight by weight. Without a class, and for classes that
 * are trained with a masked-language-model head on a base model with a pooler, it is that base model, because
 * this is what published counts of the line mean: a sentence then says by how much the class differs.
 */
export function readBertHead(reader: FieldReader, rules: BertHeadRules, context: HeadContext): BertHead {
  const tied = reader.boolean(
    {
      property: 'tied',
      keys: ['tie_word_embeddings'],
      meaning: l10n.t('sharing of the embedding with the head'),
    },
    { value: true, rule: l10n.t('tie_word_embeddings is absent: true for this model type.') },
  );
  const width = hidden(context.hiddenSize);
  const architecture = reader.texts('architectures')?.[0] ?? '';
  const pooler = linear('pooler.dense', 'pooler', [width], [width], true, { per: 'sequence' });
  const base: BertHead = rules.pooler
    ? { head: { kind: 'pooler', tied }, weights: pooler, norms: 0 }
    : { head: { kind: 'none', tied }, weights: [], norms: 0 };
  const classifier = (weights: readonly WeightSpec[]): BertHead => ({
    head: { kind: 'classifier', tied },
    weights,
    norms: 0,
  });
  const labels = (count: number): Factor => factor('labels', count);
  const classify = (count: number, per: 'token' | 'sequence'): WeightSpec[] =>
    linear('classifier', 'outputHead', [labels(count)], [width], true, per === 'token' ? {} : { per });

  if (/LMHeadModel$|ForCausalLM$/.test(architecture)) return languageModel();
  if (rules.preTraining !== undefined && architecture.endsWith('ForPreTraining')) {
    return classifier(rules.preTraining(width));
  }
  if (/ForMaskedLM$|ForPreTraining$/.test(architecture)) {
    return rules.pooler ? baseInsteadOf(architecture.endsWith('ForPreTraining')) : languageModel();
  }
  if (rules.uncountedTasks === true) return withoutTask();
  if (architecture.endsWith('ForTokenClassification'))
    return classifier(classify(readLabels(reader), 'token'));
  if (architecture.endsWith('ForQuestionAnswering')) {
    return classifier(linear('qa_outputs', 'outputHead', [labels(2)], [width], true));
  }
  if (architecture.endsWith('ForSequenceClassification')) return ofSequences(readLabels(reader));
  if (architecture.endsWith('ForMultipleChoice')) {
    return classifier([...sequenceDense(rules.pooler), ...classify(1, 'sequence')]);
  }
  if (architecture.endsWith('ForNextSentencePrediction')) {
    return classifier([...sequenceDense(rules.pooler), ...classify(2, 'sequence')]);
  }
  return withoutTask();

  function withoutTask(): BertHead {
    if (/For\w+$/.test(architecture)) {
      reader.assumptions.push(
        l10n.t('{0}: counted as the base model, without the heads of the task.', architecture),
      );
    }
    return base;
  }

  function languageModel(): BertHead {
    return { head: { kind: 'language-model', tied }, weights: maskedHead(rules, context, tied), norms: 1 };
  }

  function ofSequences(count: number): BertHead {
    return classifier([...sequenceDense(rules.sequence === 'pooler'), ...classify(count, 'sequence')]);
  }

  function sequenceDense(onPooler: boolean): WeightSpec[] {
    if (onPooler) return pooler;
    const name = rules.denseName ?? 'classifier.dense';
    return linear(name, 'outputHead', [width], [width], true, { per: 'sequence' });
  }

  function baseInsteadOf(keepsPooler: boolean): BertHead {
    const sum = (weights: readonly WeightSpec[]): number =>
      weights.reduce((total, weight) => total + parametersOf(weight), 0);
    // BERT's class for pre-training keeps the pooler and tells apart next sentences by it.
    const others = keepsPooler ? 2 * context.hiddenSize + 2 : -sum(pooler);
    const difference = sum(maskedHead(rules, context, tied)) + others;
    const count = formatInteger(Math.abs(difference));
    const change =
      difference < 0 ? l10n.t('{0} parameters fewer', count) : l10n.t('{0} parameters more', count);
    reader.assumptions.push(
      keepsPooler
        ? l10n.t(
            '{0}: counted as the base model with its pooler. That class adds a masked-language-model head and a next-sentence head: {1}.',
            architecture,
            change,
          )
        : l10n.t(
            '{0}: counted as the base model with its pooler. That class has no pooler but a masked-language-model head: {1}.',
            architecture,
            change,
          ),
    );
    return base;
  }
}

/** A dense layer and a norm to the embeddings' width, then the table of embeddings as a matrix, and a bias. */
function maskedHead(
  { maskedNames: [dense, layerNorm, decoder] }: BertHeadRules,
  { hiddenSize, vocabSize, embedding, embeddingName }: HeadContext,
  tied: boolean,
): WeightSpec[] {
  const vocabulary = factor('V', vocabSize);
  const shared = tied ? { sharedWith: embeddingName } : {};
  return [
    ...linear(dense, 'outputHead', [embedding], [hidden(hiddenSize)], true),
    ...norm(layerNorm, 'layer', embedding),
    matrix(`${decoder}.weight`, 'outputHead', [vocabulary], [embedding], shared),
    vector(`${decoder}.bias`, 'outputHead', vocabulary),
  ];
}

/** Classes that a classifier tells apart: those that `id2label` names, or `num_labels`, or 2. */
export function readLabels(reader: FieldReader): number {
  const named = reader.raw('id2label')?.value;
  const count = typeof named === 'object' && named !== null ? Object.keys(named).length : 0;
  if (count > 0) {
    reader.recordKey('labels', 'id2label');
    return count;
  }
  return reader.integer(
    {
      property: 'labels',
      keys: ['num_labels', '_num_labels'],
      meaning: l10n.t('number of classes'),
      limit: limits.size,
      example: 2,
    },
    { value: 2, rule: l10n.t('id2label and num_labels are absent: 2 classes, the default.'), assumed: true },
  );
}
