import { attentionKinds } from './attentionKinds';
import type { LayerKindResult, Report } from '../report/report';

/** Tokens of the question: the scenario's, or those of the layers where they are fixed. */
export function askedLength(
  { model, scenario }: Pick<Report, 'model' | 'scenario'>,
  { name }: Pick<LayerKindResult, 'name'>,
): number {
  const fixed = attentionKinds(model).find((kind) => kind.name === name)?.fixedTokens;
  return fixed ?? scenario.sequenceLength;
}
