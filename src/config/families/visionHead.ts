import * as l10n from '@vscode/l10n';
import { factor } from '../../model/factor';
import type { OutputHeadSpec } from '../../model/modelSpec';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import { readLabels } from './bertHead';
import { hidden, linear } from './weights/vectors';

export interface VisionHead {
  readonly head: OutputHeadSpec;
  readonly weights: readonly WeightSpec[];
}

/** What the classes of one line put on the tower. */
export interface VisionHeadRule {
  /** The bare model has a dense layer on the first token. */
  readonly pooler: boolean;
  /** The classifier sees the class token and the mean of the patches, side by side. */
  readonly concatenates?: boolean;
}

/**
 * The head of the class under `architectures`: a classifier of images with a matrix of labels · h and its bias,
 * the pooler of the bare model, or nothing. Another task's class is counted as the bare model, with a sentence.
 */
export function readVisionHead(reader: FieldReader, rule: VisionHeadRule, hiddenSize: number): VisionHead {
  const width = hidden(hiddenSize);
  const architecture = reader.texts('architectures')?.[0] ?? '';
  if (/ForImageClassification(WithTeacher)?$/.test(architecture)) {
    const labels = factor('labels', readLabels(reader));
    const input = rule.concatenates === true ? [factor('2', 2), width] : [width];
    const names = architecture.endsWith('WithTeacher')
      ? ['cls_classifier', 'distillation_classifier']
      : ['classifier'];
    const weights = names.flatMap((name) =>
      linear(name, 'outputHead', [labels], input, true, { per: 'sequence' }),
    );
    return { head: { kind: 'classifier', tied: false }, weights };
  }
  if (/For\w+$/.test(architecture)) {
    reader.assumptions.push(l10n.t('{0}: counted without the head of its task.', architecture));
    return { head: { kind: 'none', tied: false }, weights: [] };
  }
  if (!rule.pooler) return { head: { kind: 'none', tied: false }, weights: [] };
  const weights = linear('pooler.dense', 'pooler', [width], [width], true, { per: 'sequence' });
  return { head: { kind: 'pooler', tied: false }, weights };
}
