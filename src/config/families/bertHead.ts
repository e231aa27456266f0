import type { OutputHeadSpec } from '../../model/modelSpec';
import type { FieldReader } from '../fieldReader';

/** Which classes of the line have which head, tried in order; no match means the base model with its pooler. */
const rules: readonly {
  readonly classes: RegExp;
  readonly kind: OutputHeadSpec['kind'];
  readonly note: string;
}[] = [
  {
    classes: /LMHeadModel$|ForCausalLM$/,
    kind: 'language-model',
    note: "the dense layer, LayerNorm and bias before the head's matrix are not counted",
  },
  {
    classes:
      /For(TokenClassification|QuestionAnswering)$|^RobertaFor(SequenceClassification|MultipleChoice)$/,
    kind: 'none',
    note: 'encoder without pooler; the classifier is not counted',
  },
  {
    classes: /For\w+$/,
    kind: 'pooler',
    note: 'counted as the base model with its pooler, without the heads of the task',
  },
];

/** The output head by the first entry of `architectures`; tells the user what it leaves out. */
export function readBertHead(reader: FieldReader): OutputHeadSpec {
  const tied = reader.boolean(
    { property: 'tied', keys: ['tie_word_embeddings'], meaning: 'sharing of the embedding with the head' },
    { value: true, rule: 'tie_word_embeddings is absent: true for this model type.' },
  );
  const architecture = reader.texts('architectures')?.[0] ?? '';
  const rule = rules.find(({ classes }) => classes.test(architecture));
  if (rule === undefined) return { kind: 'pooler', tied };
  reader.assumptions.push(`${architecture}: ${rule.note}.`);
  return { kind: rule.kind, tied };
}
