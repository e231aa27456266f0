import { formatBytes, formatDuration, formatError, formatInteger, formatRatio } from '../model/units';
import { longestTimed } from './measurementSections';
import { formatMilliseconds, numberColumn, textColumn, type ReportSection } from './reportTable';
import { formatConfigValue } from '../model/configValue';
import type { Adoption } from '../attention/mechanism';
import type { LayerKindResult, MeasuredPoint, MechanismResult } from './report';

/** A mechanism with what stands before it in the table: its place, or that the layers have it. */
interface Entry {
  readonly result: MechanismResult;
  readonly mark: string;
}

/** The mechanisms that could replace dense attention in one kind of layer, in ranked order. */
export function replacementSection(result: LayerKindResult, sequenceLength: number): ReportSection {
  const compared = marked(result.replacements.filter((entry) => entry.skipped === undefined));
  const lengths = new Set(compared.map((entry) => entry.result.comparison?.n).filter((n) => n !== undefined));
  const at = lengths.size === 1 ? ` at n = ${formatInteger([...lengths][0] ?? NaN)} tokens` : '';
  const against = result.dense.current ? 'dense' : 'dense attention without the window';
  return {
    title: `Replacements, ranked: ${result.name}`,
    lead:
      compared.length === 0
        ? []
        : [
            `Measured against ${against}${at}; one call of one layer. Max error: against the mechanism's own float64 reference.`,
          ],
    ...(compared.length === 0
      ? {}
      : {
          table: {
            columns: columns(sequenceLength),
            rows: compared.map((entry) => row(entry, sequenceLength)),
          },
        }),
    remarks: [
      ...(result.replacements.length === 0 ? ['No replacement was measured.'] : []),
      ...compared.flatMap(reasons),
      ...result.replacements.flatMap((entry) =>
        entry.skipped === undefined ? [] : [`${entry.title} was not run: ${entry.skipped}`],
      ),
    ],
  };
}

function marked(results: readonly MechanismResult[]): Entry[] {
  let place = 0;
  return results.map((result) => ({ result, mark: result.current ? 'now' : String(++place) }));
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
    textColumn('Mechanism'),
    numberColumn('Median (ms)'),
    numberColumn('Speed-up'),
    numberColumn('FLOP ratio'),
    numberColumn('Peak memory'),
    numberColumn('Max error'),
    textColumn('Exact'),
    textColumn('Causal'),
    numberColumn(`At n = ${formatInteger(sequenceLength)}`),
  ];
}

function row({ result, mark }: Entry, sequenceLength: number): string[] {
  const point = comparedPoint(result);
  const { comparison } = result;
  return [
    mark,
    result.title,
    formatMilliseconds(point?.timing?.medianMs),
    comparison === undefined ? '–' : formatRatio(comparison.speedup),
    comparison === undefined ? '–' : formatRatio(comparison.flopRatio),
    point?.peakBytes === undefined ? '–' : formatBytes(point.peakBytes),
    point === undefined ? '–' : formatError(point.verification.maxError),
    result.current ? 'as it is' : result.exact ? 'yes' : 'no',
    result.causal,
    atScenario(result, sequenceLength),
  ];
}

function atScenario(entry: MechanismResult, sequenceLength: number): string {
  const point = entry.projection.find((candidate) => candidate.n === sequenceLength);
  if (point === undefined) return '–';
  return `${formatDuration(point.ms)} ${point.measured ? 'measured' : 'projected'}`;
}

/** `Sliding window (window 512)`. */
function describeMechanism(entry: MechanismResult): string {
  const parameters = Object.entries(entry.parameters).map(
    ([name, value]) => `${name} ${Number.isInteger(value) ? formatInteger(value) : String(value)}`,
  );
  return parameters.length === 0 ? entry.title : `${entry.title} (${parameters.join(', ')})`;
}

function reasons({ result, mark }: Entry): string[] {
  const failed = result.points.find((point) => !point.verification.passed);
  const parts = [
    ...(result.current
      ? ['This is what these layers compute already.']
      : [result.comparison?.reason, breakEvenSentence(result)]),
    failed === undefined
      ? undefined
      : `At n = ${formatInteger(failed.n)} its output did not verify` +
        (failed.verification.message === undefined ? '.' : `: ${failed.verification.message}`),
    ...(result.current ? [] : adoptionSentences(result.adoption)),
  ].filter((part) => part !== undefined);
  const start = result.current ? 'Now' : `${mark}.`;
  return [`${start} ${describeMechanism(result)}: ${parts.join(' ')}`];
}

/** What to set in the config, if that is the way, and why the mechanism is adopted as it is. */
function adoptionSentences(adoption: Adoption): string[] {
  if (adoption.kind !== 'config') return [adoption.reason];
  const keys = adoption.edits.map(({ path, value }) => `${path.join('.')}: ${formatConfigValue(value)}`);
  return [`In the config: ${keys.join(', ')}.`, adoption.reason];
}

function breakEvenSentence({ comparison, points }: MechanismResult): string | undefined {
  const breakEven = comparison?.breakEven;
  if (breakEven === undefined) return undefined;
  // Below the shortest measured length the fits say nothing worth a figure.
  const shortest = points[0]?.n ?? 0;
  if (breakEven <= shortest)
    return 'By the fits it is faster at every length that was measured or projected.';
  return `Faster than dense from n = ${formatInteger(breakEven)} tokens (fitted).`;
}
