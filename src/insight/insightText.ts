import * as l10n from '@vscode/l10n';
import { describeConditions, describeRecipe } from '../report/conditions';
import type { EstimateOptions } from '../cost/estimate';
import { headsText } from './headsText';
import type { FieldInsight } from './insight';
import { layersText } from './layersText';
import { lengthText } from './lengthText';
import { ropeText } from './ropeText';
import { towerText } from './towerText';
import { windowText } from './windowText';

/** Plain sentences, translated and not yet escaped; the most important first. */
export interface InsightText {
  readonly lines: readonly InsightLine[];
  readonly details: readonly InsightLine[];
}

export interface InsightLine {
  /** Shown bold before the text. */
  readonly lead?: string;
  readonly text: string;
}

/** What an insight says, as sentences, with the conditions that it holds under last. */
export function insightText(insight: FieldInsight): InsightText {
  const { lines, details } = textOf(insight);
  return { lines, details: [...details, ...conditionLines(insight)] };
}

function textOf(insight: FieldInsight): InsightText {
  switch (insight.kind) {
    case 'length':
      return lengthText(insight);
    case 'window':
      return windowText(insight);
    case 'heads':
      return headsText(insight);
    case 'layers':
      return layersText(insight);
    case 'tower':
      return towerText(insight);
    case 'rope':
      return ropeText(insight);
  }
}

function conditionLines(insight: FieldInsight): InsightLine[] {
  const { conditions } = insight;
  if (insight.kind === 'tower') {
    return [{ text: l10n.t('FLOPs are projected by closed formulas, not measured, for one input.') }];
  }
  return [
    {
      text: l10n.t(
        'Memory and FLOPs are projected by closed formulas, not measured, for {0}.',
        describeConditions(conditions),
      ),
    },
    ...(hasTraining(insight) ? [trainingLine(conditions)] : []),
  ];
}

function hasTraining(insight: FieldInsight): boolean {
  return (insight.kind === 'length' || insight.kind === 'rope') && insight.at.training !== undefined;
}

function trainingLine(conditions: EstimateOptions): InsightLine {
  return { text: l10n.t('A training step is that of {0}.', describeRecipe(conditions)) };
}
