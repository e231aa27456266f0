import { formatBytes, formatDuration, formatError, formatInteger, formatRatio } from '../model/units';
import { longestTimed } from './measurementSections';
import { formatMilliseconds, numberColumn, textColumn, type ReportSection } from './reportTable';
import type { LayerKindResult, MeasuredPoint, MechanismResult } from './report';

/** The mechanisms that could replace dense attention in one kind of layer, in ranked order. */
export function replacementSection(result: LayerKindResult, sequenceLength: number): ReportSection {
  const compared = result.replacements.filter((entry) => entry.skipped === undefined);
  const lengths = new Set(compared.map((entry) => entry.comparison?.n).filter((n) => n !== undefined));
  const at = lengths.size === 1 ? ` at n = ${formatInteger([...lengths][0] ?? NaN)} tokens` : '';
  return {
    title: `Replacements, ranked: ${result.name}`,
    lead:
      compared.length === 0
        ? []
        : [
            `Measured against dense${at}; one call of one layer. Max error: against the mechanism's own float64 reference.`,
          ],
    ...(compared.length === 0
      ? {}
      : {
          table: {
            columns: columns(sequenceLength),
            rows: compared.map((entry, i) => row(entry, i, sequenceLength)),
          },
        }),
    remarks: [
      ...(result.replacements.length === 0 ? ['No replacement was measured.'] : []),
      ...compared.flatMap((entry, i) => reasons(entry, i)),
      ...result.replacements.flatMap((entry) =>
        entry.skipped === undefined ? [] : [`${entry.title} was not run: ${entry.skipped}`],
      ),
    ],
  };
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

function row(entry: MechanismResult, index: number, sequenceLength: number): string[] {
  const point = comparedPoint(entry);
  const { comparison } = entry;
  return [
    String(index + 1),
    entry.title,
    formatMilliseconds(point?.timing?.medianMs),
    comparison === undefined ? '–' : formatRatio(comparison.speedup),
    comparison === undefined ? '–' : formatRatio(comparison.flopRatio),
    point?.peakBytes === undefined ? '–' : formatBytes(point.peakBytes),
    point === undefined ? '–' : formatError(point.verification.maxError),
    entry.exact ? 'yes' : 'no',
    entry.causal,
    atScenario(entry, sequenceLength),
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

function reasons(entry: MechanismResult, index: number): string[] {
  const { comparison } = entry;
  const failed = entry.points.find((point) => !point.verification.passed);
  const parts = [
    comparison?.reason,
    breakEvenSentence(entry),
    failed === undefined
      ? undefined
      : `At n = ${formatInteger(failed.n)} its output did not verify` +
        (failed.verification.message === undefined ? '.' : `: ${failed.verification.message}`),
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? [] : [`${String(index + 1)}. ${describeMechanism(entry)}: ${parts.join(' ')}`];
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
