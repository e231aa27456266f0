import * as l10n from '@vscode/l10n';
import { formatInteger, formatRatio } from '../model/units';
import type { LayerKindResult, MechanismResult, Timing } from '../report/report';
import { formatMilliseconds, numberColumn, textColumn, type ReportTable } from '../report/reportTable';

/** A mechanism with its parameters, and its timed lengths in both profiles. */
interface Timed {
  readonly title: string;
  readonly first: Map<number, Timing>;
  readonly second: Map<number, Timing>;
}

/** Median times of one call, one row for a mechanism and a length that either profile has a valid time of. */
export function timingsTable(
  firstName: string,
  secondName: string,
  a: LayerKindResult,
  b: LayerKindResult,
): ReportTable {
  return {
    columns: [
      textColumn(l10n.t('Mechanism')),
      numberColumn(l10n.t('n (tokens)')),
      numberColumn(l10n.t('{0}: median (ms)', firstName)),
      numberColumn(l10n.t('From and to (ms)')),
      numberColumn(l10n.t('{0}: median (ms)', secondName)),
      numberColumn(l10n.t('From and to (ms)')),
      numberColumn(l10n.t('Ratio')),
      textColumn(l10n.t('Bounds')),
    ],
    rows: timedMechanisms(a, b).flatMap((timed) =>
      lengthsOf(timed).map((n) => row(timed, n, firstName, secondName)),
    ),
  };
}

/** What a reader of the table has to know. */
export function boundsRemark(): string {
  return l10n.t(
    'Median wall times of one attention call of one layer, measured. From and to: the 95 % CI of the median, or the range of the runs where fewer than six were taken. The ratio is the second over the first; where the bounds overlap, no difference is shown. A dash: not measured, or the output did not verify.',
  );
}

/** Dense first, then the first profile's ranking; the same mechanism with other parameters is another one. */
function timedMechanisms(a: LayerKindResult, b: LayerKindResult): Timed[] {
  const found = new Map<string, Timed>();
  for (const [kind, side] of [
    [a, 'first'],
    [b, 'second'],
  ] as const) {
    for (const result of [kind.dense, ...kind.replacements]) {
      const key = JSON.stringify([result.id, result.parameters]);
      const timed = found.get(key) ?? { title: titleOf(result), first: new Map(), second: new Map() };
      found.set(key, timed);
      for (const { n, timing } of result.points) if (timing !== undefined) timed[side].set(n, timing);
    }
  }
  return [...found.values()];
}

function titleOf({ title, parameters }: MechanismResult): string {
  const values = Object.entries(parameters).map(([name, value]) => `${name} ${formatInteger(value)}`);
  return values.length === 0 ? title : `${title} (${values.join(', ')})`;
}

function lengthsOf({ first, second }: Timed): number[] {
  return [...new Set([...first.keys(), ...second.keys()])].sort((x, y) => x - y);
}

function row({ title, first, second }: Timed, n: number, firstName: string, secondName: string): string[] {
  const [a, b] = [first.get(n), second.get(n)];
  return [
    title,
    formatInteger(n),
    formatMilliseconds(a?.medianMs),
    bounds(a),
    formatMilliseconds(b?.medianMs),
    bounds(b),
    a && b ? formatRatio(b.medianMs / a.medianMs) : '–',
    a && b ? judge(a, b, firstName, secondName) : '–',
  ];
}

function bounds(timing: Timing | undefined): string {
  if (timing === undefined) return '–';
  return `${formatMilliseconds(timing.lowMs)} – ${formatMilliseconds(timing.highMs)}`;
}

/** Intervals that share a value show no difference. */
function judge(a: Timing, b: Timing, firstName: string, secondName: string): string {
  if (b.highMs < a.lowMs) return l10n.t('apart: {0} is faster', secondName);
  if (a.highMs < b.lowMs) return l10n.t('apart: {0} is faster', firstName);
  return l10n.t('overlap');
}
