import * as l10n from '@vscode/l10n';
import {
  isCurrent,
  resolveParameters,
  type AttentionMechanism,
  type AttentionShape,
} from '../attention/mechanism';
import { placedAdoption } from '../attention/placedAdoption';
import { replacements } from '../attention/registry';
import { countFlops } from '../cost/flops';
import { attentionKinds, type AttentionKind } from '../model/attentionKinds';
import { joinPhrases, joinSentences } from '../model/phrases';
import { formatFlops, formatInteger } from '../model/units';
import { configPlaceOf } from '../config/configPlaceOf';
import { applyEdits, withEdits, type TextEdit } from '../config/editConfig';
import { readOwnModel } from '../config/readOwnModel';
import { declaredScenario, withConditions } from '../config/scenario';
import { skipping } from './skipping';
import type { ConfigMend } from './configMend';
import type { MendRequest } from './mendRequest';
import { peakChange, peakSentence } from './peakChange';

/**
 * Mechanisms in place of dense attention, for the kinds of layers whose architecture has keys for them: only in the
 * model's own config, of a format that can be edited, and where the figure that the problem is about falls.
 */
export function replacementMends(request: MendRequest): ConfigMend[] {
  const { recipe, modelSource, stored, model } = request.reading;
  const isOwnConfig = recipe === undefined && modelSource === undefined && stored === undefined;
  if (!isOwnConfig) return [];
  return attentionKinds(model)
    .filter(({ fixedTokens }) => fixedTokens === undefined)
    .flatMap((kind) =>
      replacements.flatMap((mechanism) => skipping(() => replacementMend(request, kind, mechanism))),
    );
}

function replacementMend(
  request: MendRequest,
  { name: layers, attention }: AttentionKind,
  mechanism: AttentionMechanism,
): ConfigMend | undefined {
  const { text, name, reading } = request;
  const shape: AttentionShape = {
    ...attention,
    batch: 1,
    n: reading.model.maxSequenceLength,
    dtype: 'float16',
  };
  const parameters = resolveParameters(mechanism, shape);
  if (isCurrent(mechanism, attention, parameters)) return undefined;
  const adoption = placedAdoption(
    mechanism.adopt(reading.model, attention, parameters),
    configPlaceOf(reading),
  );
  if (adoption.kind !== 'config' || adoption.byHand === true) return undefined;
  const edits = applyEdits(text, adoption.edits, name);
  const effect = edits.length === 0 ? undefined : effectOf(request, edits);
  if (effect === undefined) return undefined;
  const { authors, year, arxiv } = mechanism.paper;
  return {
    kind: 'replacement',
    title: l10n.t(
      'Replace the attention of the {0} layers: {1} ({2})',
      layers,
      mechanism.title,
      joinPhrases(
        mechanism.parameters.map(
          (each) => `${each.name} = ${formatInteger(parameters[each.name] ?? NaN)} ${each.unit}`,
        ),
      ),
    ),
    edits,
    note: joinSentences([
      adoption.reason,
      effect,
      l10n.t('The mechanism: {0} {1}, arXiv {2}.', authors, String(year), arxiv),
    ]),
  };
}

/** A sentence on what falls; undefined where nothing does. */
function effectOf(request: MendRequest, edits: readonly TextEdit[]): string | undefined {
  const { text, name, reading, problem, settings } = request;
  if (problem.code === 'doesNotFit') {
    const peak = peakChange(request, edits, problem.workload ?? 'inference');
    return peak.after < peak.before ? peakSentence(peak) : undefined;
  }
  const conditions = withConditions(declaredScenario(reading.model, reading.recipe), settings);
  const before = countFlops(reading.model, conditions).prefill;
  const after = countFlops(readOwnModel(withEdits(text, edits), name), conditions).prefill;
  if (!(after < before)) return undefined;
  return l10n.t(
    'Estimated for a prefill of {0} tokens with a batch of {1}: {2} instead of {3}.',
    formatInteger(conditions.sequenceLength),
    formatInteger(conditions.batch),
    formatFlops(after),
    formatFlops(before),
  );
}
