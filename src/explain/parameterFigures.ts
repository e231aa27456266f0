import * as l10n from '@vscode/l10n';
import type { WeightPart } from '../model/weightSpec';
import { citations } from './citations';
import {
  type FigureDerivation,
  type FigureDerivations,
  type KeysUnder,
  sumOfFigures,
} from './figureDerivation';
import { figureLine } from './line';
import type { Subject } from './subject';
import { activeWeightLines, weightLines } from './weightLines';

/** Parameters by part: each weight of the inventory, or the parts that a total is the sum of. */
export const parameterFigures: FigureDerivations<KeysUnder<'parameters'>> = {
  'parameters.total': sumOfFigures(
    [
      'parameters.embedding',
      'parameters.attention',
      'parameters.feedForward',
      'parameters.recurrence',
      'parameters.other',
    ],
    citations.transformer,
  ),
  'parameters.active': {
    lines: (subject) => [
      ...(
        [
          'parameters.embedding',
          'parameters.attention',
          'parameters.parts.feedForward',
          'parameters.parts.router',
          'parameters.recurrence',
          'parameters.other',
        ] as const
      ).map((key) => figureLine(subject, key)),
      ...activeWeightLines(subject.model, ['experts']),
    ],
    source: citations.mlp,
  },
  'parameters.embedding': sumOfFigures(
    [
      'parameters.parts.tokenEmbedding',
      'parameters.parts.positionEmbedding',
      'parameters.parts.patchEmbedding',
    ],
    citations.bert,
  ),
  'parameters.attention': weights(['attention', 'crossAttention'], citations.attentionWeights),
  'parameters.feedForward': weights(['feedForward', 'experts', 'router'], citations.mlp),
  'parameters.recurrence': weights(['recurrence'], citations.recurrence),
  'parameters.other': sumOfFigures(
    [
      'parameters.parts.norm',
      'parameters.parts.outputHead',
      'parameters.parts.pooler',
      'parameters.parts.projector',
    ],
    citations.transformer,
  ),
  'parameters.outputHead': weights(['outputHead'], citations.transformer),
  'parameters.norms': weights(['norm'], citations.norms),
  'parameters.pooler': weights(['pooler'], citations.bert),
  'parameters.parts.tokenEmbedding': weights(['tokenEmbedding'], citations.transformer),
  'parameters.parts.positionEmbedding': weights(['positionEmbedding'], citations.bert),
  'parameters.parts.patchEmbedding': weights(['patchEmbedding'], citations.patches),
  'parameters.parts.attention': weights(['attention'], citations.attentionWeights),
  'parameters.parts.crossAttention': weights(['crossAttention'], citations.attentionWeights),
  'parameters.parts.recurrence': weights(['recurrence'], citations.recurrence),
  'parameters.parts.feedForward': weights(['feedForward'], citations.mlp),
  'parameters.parts.experts': weights(['experts'], citations.mlp),
  'parameters.parts.router': weights(['router'], citations.mlp),
  'parameters.parts.norm': weights(['norm'], citations.norms),
  'parameters.parts.outputHead': weights(['outputHead'], citations.transformer),
  'parameters.parts.pooler': weights(['pooler'], citations.bert),
  'parameters.parts.projector': weights(['projector'], citations.transformer),
};

function weights(parts: readonly WeightPart[], source: FigureDerivation['source']): FigureDerivation {
  return {
    lines: ({ model }: Subject) => weightLines(model, parts),
    source,
    notes: () => [l10n.t('Weights that share their numbers with another (a tied head) count once.')],
  };
}
