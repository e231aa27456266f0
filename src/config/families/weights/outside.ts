import { factor, type Factor } from '../../../model/factor';
import type { OutputHeadSpec } from '../../../model/modelSpec';
import type { WeightSpec } from '../../../model/weightSpec';
import { matrix, table, vector } from './vectors';

/** The table of token embeddings, V·h. */
export function tokenEmbedding(name: string, vocabSize: number, width: Factor): WeightSpec {
  return table(name, 'tokenEmbedding', factor('V', vocabSize), width);
}

/** A table of learned positions, or of token types. */
export function positionEmbedding(name: string, rows: number, width: Factor): WeightSpec {
  return table(name, 'positionEmbedding', factor('positions', rows), width);
}

/** The language-model head V·h, shared with `embedding` where tied; nothing for another kind of head. */
export function languageModelHead(
  head: OutputHeadSpec,
  name: string,
  vocabSize: number,
  width: Factor,
  embedding: string,
  bias = false,
): WeightSpec[] {
  if (head.kind !== 'language-model') return [];
  const vocabulary = factor('V', vocabSize);
  const shared = head.tied ? { sharedWith: embedding } : {};
  const weights = [matrix(`${name}.weight`, 'outputHead', [vocabulary], [width], shared)];
  return bias ? [...weights, vector(`${name}.bias`, 'outputHead', vocabulary)] : weights;
}
