import { joinPhrases } from '../../src/model/phrases';
import { formatCount, formatInteger } from '../../src/model/units';
import { curveContexts, type DecodeCurve } from '../model/regimes';
import { decadeTicks } from '../model/ticks';
import { strings } from '../strings';
import { regimes as words } from '../strings/regimes';
import type { CurveChartSpec } from './curveChart';
import type { Mark } from './marks';
import { lengthAxis } from './timeChart';

export type MarkedDecodeCurve = DecodeCurve & { readonly mark: Mark };

/** Tokens a second of decode over the context, both axes logarithmic, with the rate of prefill as a line across. */
export function regimesChartSpec(
  curves: readonly MarkedDecodeCurve[],
  prefillTokensPerSecond: number,
): CurveChartSpec {
  const contexts = curveContexts(curves);
  const rates = curves.flatMap((curve) => curve.points.flatMap(({ low, high }) => [low, high]));
  const low = Math.min(...rates, prefillTokensPerSecond) / 1.3;
  const high = Math.max(...rates, prefillTokensPerSecond) * 1.3;
  return {
    lengths: contexts,
    lines: curves.flatMap(({ title, mark, points, projected }) => {
      const valuesOf = (of: DecodeCurve['projected']): (number | null)[] =>
        contexts.map((context) => of.find((point) => point.context === context)?.tokensPerSecond ?? null);
      const line = { label: title, tone: mark.tone };
      return [
        { ...line, width: 1.75, dashed: true, values: valuesOf(projected) },
        { ...line, width: 2, values: valuesOf(points) },
      ];
    }),
    bands: [],
    x: lengthAxis(contexts, words.x),
    y: {
      label: words.y,
      low,
      high,
      log: 10,
      ticks: (room) => decadeTicks(low, high, room),
      text: formatCount,
    },
    guides: [{ axis: 'y', at: prefillTokensPerSecond, text: words.prefillGuide, tone: 'muted' }],
    marks: curves.flatMap((curve) =>
      curve.points.map((point) => ({
        x: point.context,
        y: point.tokensPerSecond,
        low: point.low,
        high: point.high,
        mark: curve.mark,
      })),
    ),
    label: words.chartLabel(joinPhrases(curves.map((curve) => curve.title))),
    tooltip: (index) => {
      const context = contexts[index];
      if (context === undefined) return [];
      const lines = curves.flatMap(({ title, points, projected, mark }) => {
        const at = (candidate: { readonly context: number }): boolean => candidate.context === context;
        const measured = points.find(at);
        const point = measured ?? projected.find(at);
        if (point === undefined) return [];
        const source = measured === undefined ? strings.projected : strings.measured;
        const value = `${words.tokensPerSecond(formatCount(point.tokensPerSecond))}, ${source}`;
        return [{ text: title, value, tone: mark.tone }];
      });
      return [{ text: strings.header.length(formatInteger(context)) }, ...lines];
    },
  };
}
