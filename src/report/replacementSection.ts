import * as l10n from '@vscode/l10n';
import { sharedLength } from '../advisor/ranking';
import { pointAt } from '../advisor/rivals';
import { conditionsText, timeText } from '../advisor/timeText';
import { askedLength } from '../model/askedLength';
import { breakEvenSentence, breakEvenText } from '../model/breakEvenText';
import { areByTime } from '../model/cautiousTime';
import { againstPresent, ownPatternSentence, presentOf } from '../model/ownPattern';
import { joinPhrases, joinSentences } from '../model/phrases';
import { formatBytes, formatDuration, formatError, formatInteger, formatRatio } from '../model/units';
import { longestTimed, withoutPattern } from './measurementSections';
import { mechanismName } from './mechanismName';
import { modelPeakSentence } from './modelPeakText';
import { formatMilliseconds, numberColumn, textColumn, type ReportSection } from './reportTable';
import { formatConfigValue } from '../model/configValue';
import type { Adoption } from '../attention/mechanism';
import type { Comparison, LayerKindResult, MeasuredPoint, MechanismResult, Report } from './report';

/** A mechanism with what stands before it in the table: its place, or that the layers have it. */
interface Entry {
  readonly result: MechanismResult;
  readonly mark: string;
}

/** What a row's sentences set a mechanism against. */
interface Against {
  readonly dense: MechanismResult;
  readonly present: MechanismResult | undefined;
}

/** The rival, then the mechanisms that could replace it in one kind of layer, in ranked order. */
export function replacementSection(
  result: LayerKindResult,
  report: Pick<Report, 'model' | 'scenario' | 'device'>,
): ReportSection {
  const asked = askedLength(report, result);
  const ran = result.replacements.filter((entry) => entry.skipped === undefined);
  const compared = marked(ran);
  const rival = result.dense.points.length === 0 ? [] : [{ result: result.dense, mark: '–' }];
  const against = { dense: result.dense, present: presentOf(result.replacements) };
  return {
    title: l10n.t('Replacements, ranked: {0}', result.name),
    lead: [
      ...(result.advice?.sentences ?? []),
      ...(compared.length === 0 ? [] : readingSentences(result, ran, asked, report.device?.provider)),
    ],
    ...(compared.length === 0
      ? {}
      : {
          table: {
            columns: columns(asked),
            rows: [...rival, ...compared].map((entry) => row(entry, asked)),
          },
        }),
    remarks: [
      ...(result.replacements.length === 0 ? [l10n.t('No replacement was measured.')] : []),
      ...compared.flatMap((entry) => reasons(entry, against)),
      ...result.replacements.flatMap((entry) =>
        entry.skipped === undefined ? [] : [l10n.t('{0} was not run: {1}', entry.title, entry.skipped)],
      ),
    ],
  };
}

/** How the table is to be read, by what is in it. */
function readingSentences(
  result: LayerKindResult,
  ran: readonly MechanismResult[],
  asked: number,
  provider: string | undefined,
): string[] {
  return [
    l10n.t(
      "Median: measured, one call of one layer in {0}. Speed-up: against {1} at the same n, which is in the column 'At n'. Peak memory: what the runtime held within the call, its inputs and outputs not counted. Max error: against the mechanism's own float64 reference.",
      conditionsText(result.shape.dtype, provider),
      result.dense.current ? l10n.t('dense') : l10n.t('dense attention {0}', withoutPattern(result)),
    ),
    ownPatternSentence(result),
    ran.some(({ comparison }) => comparison?.speedupOverNaive !== undefined)
      ? l10n.t(
          'In brackets: the same against the naive dense graph, which holds the n × n scores (few runs).',
        )
      : '',
    orderSentence(ran, asked),
    ran.some((entry) => pointAt(entry, asked)?.fromOneLength === true) ? oneLengthSentence() : '',
    ran.some(({ adoption, current }) => adoption.kind === 'code' && !current)
      ? l10n.t(
          "Snippets that the sentences below speak of are in the page ('Show code') and in the JSON of the command line (adoptionCode).",
        )
      : '',
  ].filter((sentence) => sentence !== '');
}

/** By what the rows are ordered, where that is no time at the asked length, or not the time alone. */
function orderSentence(ran: readonly MechanismResult[], asked: number): string {
  const points = ran.flatMap((entry) => pointAt(entry, asked) ?? []);
  if (points.length > 0) {
    return areByTime(points)
      ? ''
      : l10n.t(
          'Ranked by the time at n = {0}, but those with which the model fits come first, and of these the ones that are clearly faster than what these layers have.',
          formatInteger(asked),
        );
  }
  const shared = sharedLength(ran);
  return shared === undefined
    ? l10n.t(
        'No time at n = {0} is known: the rows are ordered by their measured speed-up.',
        formatInteger(asked),
      )
    : l10n.t(
        'No time at n = {0} is known: the rows are ordered by their measured speed-up at n = {1}.',
        formatInteger(asked),
        formatInteger(shared),
      );
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
    numberColumn(l10n.t('At n')),
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
    point === undefined ? '–' : formatInteger(point.n),
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

/** Over the fastest dense kernel and, beside it, over the n × n graph. */
function speedupText({ speedup, speedupOverNaive }: Comparison): string {
  return speedupOverNaive === undefined
    ? formatRatio(speedup)
    : l10n.t('{0} (naive {1})', formatRatio(speedup), formatRatio(speedupOverNaive));
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
  const point = pointAt(entry, sequenceLength);
  if (point === undefined) return '–';
  return timeText(point);
}

function reasons({ result, mark }: Entry, { dense, present }: Against): string[] {
  const failed = result.points.find((point) => !point.verification.passed);
  const sentences = [
    ...(result.current
      ? [l10n.t('This is what these layers compute already.'), pairSentence(dense, result)]
      : [
          result.comparison?.reason ?? '',
          pairSentence(dense, result),
          breakEvenSentence(result),
          present === undefined ? '' : presentSentence(present, result),
        ]),
    failed === undefined ? '' : unverifiedSentence(failed),
    ...(result.current
      ? []
      : [modelPeakSentence(result), ...adoptionSentences(result.adoption), ...qualitySentences(result)]),
  ];
  const start = result.current ? l10n.t('Now') : `${mark}.`;
  return [l10n.t('{0}: {1}', `${start} ${mechanismName(result)}`, joinSentences(sentences))];
}

/** The two times behind the speed-up: the rival's row may be of another length. */
function pairSentence(dense: MechanismResult, { points, comparison }: MechanismResult): string {
  if (comparison === undefined) return '';
  const [base, other] = [dense.points, points].map(
    (measured) => measured.find(({ n }) => n === comparison.n)?.timing?.medianMs,
  );
  return base === undefined || other === undefined
    ? ''
    : l10n.t(
        'At n = {0}: {1} against {2} of dense, measured.',
        formatInteger(comparison.n),
        formatDuration(other),
        formatDuration(base),
      );
}

/** Against what the layers compute now, which a replacement has to beat. */
function presentSentence(present: MechanismResult, result: MechanismResult): string {
  const pair = againstPresent(present, result);
  if (pair === undefined) return '';
  const { n, speedup, speedupLow, speedupHigh } = pair;
  const [length, now] = [formatInteger(n), present.title];
  if (speedupLow > 1)
    return l10n.t(
      '{0} faster than what these layers have now ({1}) at n = {2}, measured.',
      formatRatio(speedup),
      now,
      length,
    );
  return speedupHigh < 1
    ? l10n.t(
        '{0} slower than what these layers have now ({1}) at n = {2}, measured: no gain in time there.',
        formatRatio(1 / speedup),
        now,
        length,
      )
    : l10n.t('No clear difference from what these layers have now ({0}) at n = {1}.', now, length);
}

/** No figure of this machine says how good a model with another attention is. */
function qualitySentences({ exact, quality }: MechanismResult): string[] {
  if (exact) return [];
  const unknown = l10n.t('Quality: unknown without weights.');
  if (quality === undefined) return [unknown];
  const { authors, year, arxiv } = quality.source;
  // A figure names its source itself where it says which table it is from.
  return quality.text.includes(`${authors} ${String(year)}`)
    ? [unknown, l10n.t('Reported: {0} (arXiv {1})', quality.text, arxiv)]
    : [unknown, l10n.t('Reported: {0} ({1} {2}, arXiv {3})', quality.text, authors, String(year), arxiv)];
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
