import * as l10n from '@vscode/l10n';
import { formatInteger } from '../model/units';
import type { ComparedSide } from './comparedModel';
import { compareEstimates } from './compareEstimates';
import { compareMeasured } from './compareMeasured';
import type { ComparisonView } from './comparisonView';

/**
 * Everything to be shown of two files side by side: measured times where both are saved profiles, the estimates
 * of each under its own conditions, and, where these differ in length, of both at the length of either.
 * Throws RangeError as `estimate` does.
 */
export function comparisonViews(first: ComparedSide, second: ComparedSide): ComparisonView[] {
  const lengths = [...new Set([first.scenario.sequenceLength, second.scenario.sequenceLength])];
  return [
    ...measuredView(first, second),
    { label: l10n.t('Estimates, each at its own conditions'), sections: compareEstimates(first, second) },
    ...(lengths.length === 1 ? [] : lengths).map((n) => ({
      label: l10n.t('Estimates, both at n = {0}', formatInteger(n)),
      sections: compareEstimates(first, second, n),
    })),
  ];
}

function measuredView(first: ComparedSide, second: ComparedSide): ComparisonView[] {
  if (first.report === undefined || second.report === undefined) return [];
  const sections = compareMeasured(
    { name: first.source.name, report: first.report },
    { name: second.source.name, report: second.report },
  );
  return [{ label: l10n.t('Measured'), sections }];
}
