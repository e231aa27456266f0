import * as l10n from '@vscode/l10n';
import type { EstimateOptions } from '../cost/estimate';
import type { Workload } from '../cost/longestSequence';
import { peakPerDevice } from '../cost/perDevice';
import { formatBytes, formatInteger } from '../model/units';
import { withEdits, type TextEdit } from '../config/editConfig';
import { readDocument } from '../config/formats/readDocument';
import { readModelDocument } from '../config/readModel';
import { readRecipe } from '../config/recipes/registry';
import { declaredScenario, withConditions } from '../config/scenario';
import type { MendRequest } from './mendRequest';

/** What edits do to the estimated peak on the most loaded device, in bytes, under the conditions of the file and the settings. */
export interface PeakChange {
  readonly before: number;
  readonly after: number;
  readonly workload: Workload;
  readonly conditions: EstimateOptions;
}

/**
 * Reads the text again as the edits leave it. The model of a recipe stays the one that was found. Throws ConfigError
 * where the edited text cannot be read.
 */
export function peakChange(
  { text, name, reading, settings }: MendRequest,
  edits: readonly TextEdit[],
  workload: Workload,
): PeakChange {
  const document = readDocument(withEdits(text, edits), name);
  const recipe = reading.recipe && readRecipe(document, name);
  const model = reading.recipe ? reading.model : readModelDocument(document, name);
  const conditions = withConditions(declaredScenario(reading.model, reading.recipe), settings);
  return {
    before: peakPerDevice(reading.model, conditions, workload),
    after: peakPerDevice(model, withConditions(declaredScenario(model, recipe), settings), workload),
    workload,
    conditions,
  };
}

/** One sentence: from what to what, for which length, batch and dtype, and that it is estimated. */
export function peakSentence({ before, after, workload, conditions }: PeakChange): string {
  const { sequenceLength, batch, dtype } = conditions;
  const figures = [
    formatInteger(sequenceLength),
    formatInteger(batch),
    dtype,
    formatBytes(before),
    formatBytes(after),
  ] as const;
  return workload === 'training'
    ? l10n.t(
        'Estimated for {0} tokens, a batch of {1} and {2}: the training peak on the fullest device falls from {3} to {4}.',
        ...figures,
      )
    : l10n.t(
        'Estimated for {0} tokens, a batch of {1} and {2}: the inference peak on the fullest device falls from {3} to {4}.',
        ...figures,
      );
}
