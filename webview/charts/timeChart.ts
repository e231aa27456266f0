import { joinPhrases } from '../../src/model/phrases';
import { formatDuration, formatInteger } from '../../src/model/units';
import { sourceOf } from '../model/figures';
import { durationTicks, formatTokens, powerTicks, tickText } from '../model/ticks';
import { curveLengths, isPlottable, type CurvePoint, type TimeCurve } from '../model/timeCurves';
import { strings } from '../strings';
import type { CurveBand, CurveChartSpec, CurveLine } from './curveChart';
import type { Mark } from './marks';
import type { TooltipLine } from './tooltip';

const words = strings.timeChart;

export type MarkedCurve = TimeCurve & { readonly mark: Mark };

/** Time of one call over n, both axes logarithmic; dashed and banded where it is projected. */
export function timeChartSpec(curves: readonly MarkedCurve[], asked: number): CurveChartSpec {
  const lengths = [...new Set([...curveLengths(curves), asked])].sort((a, b) => a - b);
  const lines: CurveLine[] = [];
  const bands: CurveBand[] = [];
  for (const curve of curves) {
    const { tone } = curve.mark;
    const values = (points: readonly CurvePoint[], pick: (point: CurvePoint) => number) =>
      lengths.map(
        (n) =>
          points
            .filter((point) => point.n === n)
            .map(pick)
            .find(isPlottable) ?? null,
      );
    const edge = { label: curve.title, tone, width: 0, invisible: true };
    bands.push({ upper: lines.length, lower: lines.length + 1, tone, opacity: 0.14 });
    lines.push(
      { ...edge, values: values(curve.projected, (point) => point.high) },
      { ...edge, values: values(curve.projected, (point) => point.low) },
      {
        label: curve.title,
        tone,
        width: 1.75,
        dashed: true,
        values: values(curve.projected, (point) => point.ms),
      },
      { label: curve.title, tone, width: 2, values: values(curve.measured, (point) => point.ms) },
    );
  }
  return {
    lengths,
    lines,
    bands,
    x: lengthAxis(lengths, words.x),
    y: durationAxis(curves),
    guides: [{ axis: 'x', at: asked, text: words.scenarioMark(formatTokens(asked)), tone: 'muted' }],
    marks: curves.flatMap((curve) =>
      curve.measured.map(({ n, ms, low, high }) => ({ x: n, y: ms, low, high, mark: curve.mark })),
    ),
    label: words.label(joinPhrases(curves.map((curve) => curve.title))),
    tooltip: (index) => tooltipLines(curves, lengths[index]),
  };
}

/** A logarithmic axis of lengths, a little wider than the outermost ones. */
export function lengthAxis(lengths: readonly number[], label: string): CurveChartSpec['x'] {
  const low = (lengths[0] ?? 1) / 1.12;
  const high = (lengths.at(-1) ?? 2) * 1.12;
  return {
    label,
    low,
    high,
    log: 2,
    ticks: (room) => powerTicks(2, low, high, room),
    text: formatTokens,
  };
}

function durationAxis(curves: readonly TimeCurve[]): CurveChartSpec['y'] {
  const points = curves.flatMap((curve) => [...curve.measured, ...curve.projected]);
  const values = points.flatMap((point) => [point.low, point.ms, point.high]).filter(isPlottable);
  const low = (values.length === 0 ? 0.1 : Math.min(...values)) / 1.3;
  const high = (values.length === 0 ? 10 : Math.max(...values)) * 1.3;
  return {
    label: words.y,
    low,
    high,
    log: 10,
    ticks: (room) => durationTicks(low, high, room),
    text: (ms) => tickText(formatDuration(ms)),
  };
}

function tooltipLines(curves: readonly MarkedCurve[], n: number | undefined): readonly TooltipLine[] {
  if (n === undefined) return [];
  const at = (point: CurvePoint) => point.n === n;
  const lines = curves.flatMap(({ title, measured, projected, mark }) => {
    const point = measured.find(at) ?? projected.find(at);
    if (point === undefined) return [];
    const source = sourceOf({ ...point, measured: measured.some(at) });
    return [{ text: title, value: `${formatDuration(point.ms)}, ${source}`, tone: mark.tone }];
  });
  return lines.length === 0 ? [] : [{ text: strings.header.length(formatInteger(n)) }, ...lines];
}
