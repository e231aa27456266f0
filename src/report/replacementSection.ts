import * as l10n from '@vscode/l10n';
import { timeText } from '../advisor/timeText';
import { joinPhrases, joinSentences } from '../model/phrases';
import { formatBytes, formatError, formatInteger, formatRatio } from '../model/units';
import { longestTimed } from './measurementSections';
import { formatMilliseconds, numberColumn, textColumn, type ReportSection } from './reportTable';
import { formatConfigValue } from '../model/configValue';
import type { Adoption } from '../attention/mechanism';
import type { Comparison, LayerKindResult, MeasuredPoint, MechanismResult } from './report';

/** A mechanism with what stands before it in the table: its place, or that the layers have it. */
interface Entry {
  readonly result: MechanismResult;
  readonly mark: string;
}

/** The rival, then the mechanisms that could replace it in one kind of layer, in ranked order. */
export function replacementSection(result: LayerKindResult, sequenceLength: number): ReportSection {
  const ran = result.replacements.filter((entry) => entry.skipped === undefined);
  const compared = marked(ran);
  const rival = result.dense.points.length === 0 ? [] : [{ result: result.dense, mark: '–' }];
  const lengths = new Set(compared.map((entry) => entry.result.comparison?.n).filter((n) => n !== undefined));
  const against = result.dense.current ? l10n.t('dense') : l10n.t('dense attention without the window');
  return {
    title: l10n.t('Replacements, ranked: {0}', result.name),
    lead:
      compared.length === 0
        ? []
        : [
            ...(result.advice?.sentences ?? []),
            lengths.size === 1
              ? l10n.t(
                  "Measured against {0} at n = {1} tokens; one call of one layer. Max error: against the mechanism's own float64 reference.",
                  against,
                  formatInteger([...lengths][0] ?? NaN),
                )
              : l10n.t(
                  "Measured against {0}; one call of one layer. Max error: against the mechanism's own float64 reference.",
                  against,
                ),
            ...(ran.some((entry) => isFromOneLengthAt(entry, sequenceLength)) ? [oneLengthSentence()] : []),
          ],
    ...(compared.length === 0
      ? {}
      : {
          table: {
            columns: columns(sequenceLength),
            rows: [...rival, ...compared].map((entry) => row(entry, sequenceLength)),
          },
        }),
    remarks: [
      ...(result.replacements.length === 0 ? [l10n.t('No replacement was measured.')] : []),
      ...compared.flatMap(reasons),
      ...result.replacements.flatMap((entry) =>
        entry.skipped === undefined ? [] : [l10n.t('{0} was not run: {1}', entry.title, entry.skipped)],
      ),
    ],
  };
}

function isFromOneLengthAt({ projection }: MechanismResult, n: number): boolean {
  return projection.some((point) => point.n === n && point.fromOneLength === true);
}

function oneLengthSentence(): string {
  return l10n.t(
    'Projected from one length: the time budget reached one length of the mechanism, and its time is taken to grow as its FLOPs do. It is ranked by the upper end of its band, which is wide.',
  );
}

function marked(results: readonly MechanismResult[]): Entry[] {
  let place = 0;
  return results.map((result) => ({ result, mark: result.current ? l10n.t('now') : String(++place) }));
}

/** The point that the comparison with dense speaks of; without one, the longest valid point. */
export function comparedPoint(result: MechanismResult): MeasuredPoint | undefined {
  const { comparison } = result;
  if (comparison === undefined) return longestTimed(result) ?? result.points.at(-1);
  return result.points.find((point) => point.n === comparison.n);
}

function columns(sequenceLength: number) {
  return [
    numberColumn('#'),
    textColumn(l10n.t('Mechanism')),
    numberColumn(l10n.t('Median (ms)')),
    numberColumn(l10n.t('Speed-up')),
    numberColumn(l10n.t('FLOP ratio')),
    numberColumn(l10n.t('Peak memory')),
    numberColumn(l10n.t('Max error')),
    textColumn(l10n.t('Exact')),
    textColumn(l10n.t('Causal')),
    numberColumn(l10n.t('Break-even n')),
    numberColumn(l10n.t('At n = {0}', formatInteger(sequenceLength))),
    textColumn(l10n.t('Asks')),
  ];
}

function row({ result, mark }: Entry, sequenceLength: number): string[] {
  const point = comparedPoint(result);
  const { comparison } = result;
  return [
    mark,
    result.title,
    formatMilliseconds(point?.timing?.medianMs),
    comparison === undefined ? '–' : speedupText(comparison),
    comparison === undefined ? '–' : formatRatio(comparison.flopRatio),
    point?.peakBytes === undefined ? '–' : formatBytes(point.peakBytes),
    point === undefined ? '–' : formatError(point.verification.maxError),
    result.current ? l10n.t('as it is') : result.exact ? l10n.t('yes') : l10n.t('no'),
    causalName(result.causal),
    comparison === undefined ? '–' : breakEvenText(comparison, result),
    atScenario(result, sequenceLength),
    asksText(result),
  ];
}

/** Over fused dense and, beside it, over the n × n graph. */
function speedupText({ speedup, speedupOverNaive }: Comparison): string {
  return speedupOverNaive === undefined
    ? formatRatio(speedup)
    : l10n.t('{0} (naive {1})', formatRatio(speedup), formatRatio(speedupOverNaive));
}

/** Below the shortest measured length the fits say nothing worth a figure. */
function breakEvenText(comparison: Comparison, { points }: MechanismResult): string {
  const { breakEven, breakEvenBounds, fromOneLength } = comparison;
  if (breakEven === undefined) return '–';
  const shortest = points[0]?.n ?? 0;
  const { low, high } = breakEvenBounds ?? {};
  if (isBelow(shortest, comparison)) return `≤ ${formatInteger(shortest)}`;
  if (fromOneLength !== true || low === undefined || high === undefined) return formatInteger(breakEven);
  return low <= shortest
    ? `≤ ${formatInteger(high)}`
    : l10n.t('{0} to {1}', formatInteger(low), formatInteger(high));
}

/** Whether the break-even is at no more than `n` tokens: from one length only where its whole error is. */
function isBelow(n: number, { breakEven, breakEvenBounds, fromOneLength }: Comparison): boolean {
  const last = fromOneLength === true ? breakEvenBounds?.high : breakEven;
  return last !== undefined && last <= n;
}

function asksText({ adoption, current, id }: MechanismResult): string {
  if (current || id === 'dense') return l10n.t('nothing');
  switch (adoption.kind) {
    case 'none':
      return l10n.t('not offered');
    case 'config':
      return adoption.needsRetraining ? l10n.t('config key, training') : l10n.t('config key');
    case 'code':
      return adoption.needsRetraining ? l10n.t('code, training') : l10n.t('code');
  }
}

function causalName(causal: MechanismResult['causal']): string {
  switch (causal) {
    case 'yes':
      return l10n.t('yes');
    case 'no':
      return l10n.t('no');
    case 'both':
      return l10n.t('both');
  }
}

function atScenario(entry: MechanismResult, sequenceLength: number): string {
  const point = entry.projection.find((candidate) => candidate.n === sequenceLength);
  if (point === undefined) return '–';
  return timeText(point);
}

/** `Sliding window (window 512)`. */
function describeMechanism(entry: MechanismResult): string {
  const parameters = Object.entries(entry.parameters).map(
    ([name, value]) => `${name} ${Number.isInteger(value) ? formatInteger(value) : String(value)}`,
  );
  return parameters.length === 0 ? entry.title : `${entry.title} (${joinPhrases(parameters)})`;
}

function reasons({ result, mark }: Entry): string[] {
  const failed = result.points.find((point) => !point.verification.passed);
  const sentences = [
    ...(result.current
      ? [l10n.t('This is what these layers compute already.')]
      : [result.comparison?.reason ?? '', breakEvenSentence(result)]),
    failed === undefined ? '' : unverifiedSentence(failed),
    ...(result.current
      ? []
      : [peakSentence(result), ...adoptionSentences(result.adoption), ...qualitySentences(result)]),
  ];
  const start = result.current ? l10n.t('Now') : `${mark}.`;
  return [l10n.t('{0}: {1}', `${start} ${describeMechanism(result)}`, joinSentences(sentences))];
}

function peakSentence({ modelPeakBytes }: MechanismResult): string {
  return modelPeakBytes === undefined
    ? ''
    : l10n.t('Projected inference peak of the model with it: {0}.', formatBytes(modelPeakBytes));
}

/** No figure of this machine says how good a model with another attention is. */
function qualitySentences({ exact, quality }: MechanismResult): string[] {
  if (exact) return [];
  const unknown = l10n.t('Quality: unknown without weights.');
  if (quality === undefined) return [unknown];
  const { authors, year, arxiv } = quality.source;
  return [unknown, l10n.t('Reported: {0} ({1} {2}, arXiv {3})', quality.text, authors, String(year), arxiv)];
}

function unverifiedSentence({ n, verification }: MeasuredPoint): string {
  return verification.message === undefined
    ? l10n.t('At n = {0} its output did not verify.', formatInteger(n))
    : l10n.t('At n = {0} its output did not verify: {1}', formatInteger(n), verification.message);
}

/** What to set in the config, if that is the way, and why the mechanism is adopted as it is. */
function adoptionSentences(adoption: Adoption): string[] {
  if (adoption.kind !== 'config') return [adoption.reason];
  const keys = joinPhrases(
    adoption.edits.map(({ path, value }) => `${path.join('.')}: ${formatConfigValue(value)}`),
  );
  const { file, reason } = adoption;
  return [
    file === undefined ? l10n.t('In the config: {0}.', keys) : l10n.t('In {0}: {1}.', file, keys),
    reason,
  ];
}

function breakEvenSentence({ comparison, points }: MechanismResult): string {
  if (comparison === undefined) return '';
  const { breakEven, breakEvenBounds, fromOneLength } = comparison;
  if (breakEven === undefined) {
    return fromOneLength === true
      ? l10n.t('One measured length does not tell from which one on it is faster than dense.')
      : '';
  }
  // Below the shortest measured length the fits say nothing worth a figure.
  const shortest = points[0]?.n ?? 0;
  if (isBelow(shortest, comparison))
    return l10n.t('By the fits it is faster at every length that was measured or projected.');
  const { low, high } = breakEvenBounds ?? {};
  if (fromOneLength === true && low !== undefined && high !== undefined) {
    return low <= shortest
      ? l10n.t(
          'Faster than dense from n = {0} tokens at the latest, within the error of one measured length.',
          formatInteger(high),
        )
      : l10n.t(
          'Faster than dense from n = {0} tokens (from one measured length; {1} to {2} within its error).',
          formatInteger(breakEven),
          formatInteger(low),
          formatInteger(high),
        );
  }
  if (low === undefined)
    return l10n.t('Faster than dense from n = {0} tokens (fitted).', formatInteger(breakEven));
  return high === undefined
    ? l10n.t(
        'Faster than dense from n = {0} tokens (fitted; from {1} on at the earliest, and within the error of the fits perhaps never).',
        formatInteger(breakEven),
        formatInteger(low),
      )
    : l10n.t(
        'Faster than dense from n = {0} tokens (fitted; {1} to {2} within the error of the fits).',
        formatInteger(breakEven),
        formatInteger(low),
        formatInteger(high),
      );
}
