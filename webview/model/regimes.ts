import type { DecodePoint, RegimesResult, ScalingAxis, Throughput } from '../../src/report/regimes';
import type { Timing } from '../../src/report/report';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatInteger,
  formatPercent,
  formatRate,
  formatRatio,
} from '../../src/model/units';
import { fallBeyondFull } from '../../src/model/fullShare';
import { strings } from '../strings';
import { regimes as words } from '../strings/regimes';
import { describeInterval, interval, type Figure } from './figures';

/** Prefill, the same tokens one by one, and each mechanism's step, as the cells of a table. */
export function regimeRows(regimes: RegimesResult): readonly (readonly (string | Figure)[])[] {
  const { n, batch, prefill, oneByOne } = regimes;
  const { missing } = strings;
  return [
    [
      words.prefill(prefill.kernel),
      formatInteger(n),
      timeCell(prefill.timing),
      ...rateCells(prefill),
      missing,
      missing,
    ],
    ...(oneByOne === undefined
      ? []
      : [
          [
            words.oneByOne,
            formatInteger(n),
            {
              value: formatDuration(oneByOne.ms),
              notes: [words.derived(...interval(oneByOne.lowMs, oneByOne.highMs))],
            },
            formatCount(((batch * n) / oneByOne.ms) * 1000),
            missing,
            missing,
            missing,
            missing,
          ],
        ]),
    ...shownSteps(regimes).map(stepCells),
  ];
}

/** One step a mechanism: that at the length of prefill or, where it was not measured there, the last one. */
function shownSteps({ n, decode }: RegimesResult): readonly DecodePoint[] {
  return mechanisms(decode).flatMap((id) => {
    const own = decode.filter((point) => point.id === id);
    return own.find((point) => point.context === n) ?? own.at(-1) ?? [];
  });
}

function stepCells(point: DecodePoint): readonly (string | Figure)[] {
  const { title, context, timed, stateBytes, constantState, verification } = point;
  const { missing } = strings;
  return [
    words.decode(title),
    formatInteger(context),
    ...(timed === undefined
      ? [
          { value: missing, notes: [words.unverified(verification.message ?? words.noTime)] },
          missing,
          missing,
          missing,
          missing,
        ]
      : [timeCell(timed.timing), ...rateCells(timed), `${formatBytes(timed.bytesPerSecond)}/s`]),
    { value: formatBytes(stateBytes), notes: [constantState ? words.constant : words.grows] },
  ];
}

function timeCell(timing: Timing): Figure {
  return {
    value: formatDuration(timing.medianMs),
    notes: [describeInterval(timing)],
  };
}

function rateCells({ tokensPerSecond, flopsPerSecond, shareOfPeak }: Throughput): readonly string[] {
  return [
    formatCount(tokensPerSecond),
    formatRate(flopsPerSecond),
    shareOfPeak === undefined ? strings.missing : formatRatio(shareOfPeak),
  ];
}

/** Decode of one mechanism over the context, in tokens a second of the whole batch. */
export interface DecodeCurve {
  readonly id: string;
  readonly title: string;
  readonly points: readonly {
    readonly context: number;
    readonly tokensPerSecond: number;
    readonly low: number;
    readonly high: number;
  }[];
  /**
   * The rate of its last point up to the longest measured context, where that is of another mechanism: a step whose
   * state does not grow does the same work at any. Empty for a growing cache.
   */
  readonly projected: readonly { readonly context: number; readonly tokensPerSecond: number }[];
}

/** Curves of the mechanisms that have a valid time at two contexts or more, or at one and a constant state; dense first. */
export function decodeCurves({ decode }: RegimesResult): readonly DecodeCurve[] {
  const longest = Math.max(0, ...decode.map(({ context, timed }) => (timed === undefined ? 0 : context)));
  return mechanisms(decode).flatMap((id) => {
    const own = decode.filter((point) => point.id === id);
    const points = own.flatMap(({ context, timed }) => {
      if (timed === undefined || !(timed.timing.lowMs > 0)) return [];
      const { tokensPerSecond, timing } = timed;
      // The longest time is the lowest rate.
      const low = (tokensPerSecond * timing.medianMs) / timing.highMs;
      const high = (tokensPerSecond * timing.medianMs) / timing.lowMs;
      return [{ context, tokensPerSecond, low, high }];
    });
    const last = points.at(-1);
    const longestOwn = own.find(({ context }) => context === last?.context);
    if (longestOwn === undefined || last === undefined) return [];
    // A window may have grown up to it.
    const { title, constantState } = longestOwn;
    if (!constantState) {
      return points.length < 2 ? [] : [{ id, title: words.growingCurve(title), points, projected: [] }];
    }
    const { context, tokensPerSecond } = last;
    const ends = context < longest ? [context, longest] : [];
    const projected = ends.map((end) => ({ context: end, tokensPerSecond }));
    return [{ id, title: words.constantCurve(title), points, projected }];
  });
}

function mechanisms(decode: readonly DecodePoint[]): readonly string[] {
  return [...new Set(decode.map((point) => point.id))];
}

/** Every context that any curve has a point at, ascending. */
export function curveContexts(curves: readonly DecodeCurve[]): readonly number[] {
  const contexts = curves.flatMap(({ points, projected }) =>
    [...points, ...projected].map(({ context }) => context),
  );
  return [...new Set(contexts)].sort((left, right) => left - right);
}

/** One row an axis: the best rate, what the least value reaches of it, and from where on the device is full. */
export function scalingRows(scaling: readonly ScalingAxis[]): readonly (readonly string[])[] {
  return scaling.flatMap((scaled) => {
    const { axis, n, points, fullAt } = scaled;
    const [least] = points;
    const fall = fallBeyondFull(scaled);
    const best = points.find((point) => point.shareOfBest === 1);
    if (least === undefined || best === undefined) return [];
    return [
      [
        words.axisAt(words.axes[axis], formatInteger(n)),
        words.valueAt(formatRate(best.flopsPerSecond), formatInteger(best.value)),
        words.valueAt(formatPercent(least.shareOfBest), formatInteger(least.value)),
        fall === undefined
          ? formatInteger(fullAt)
          : words.fallsAt(formatInteger(fullAt), formatPercent(fall.shareOfBest), formatInteger(fall.value)),
      ],
    ];
  });
}

/** Every call of every axis. */
export function scalingPointRows(scaling: readonly ScalingAxis[]): readonly (readonly (string | Figure)[])[] {
  return scaling.flatMap(({ axis, n, points }) =>
    points.map(({ value, timing, flopsPerSecond, shareOfBest }) => [
      words.axisAt(words.axes[axis], formatInteger(n)),
      formatInteger(value),
      timeCell(timing),
      formatRate(flopsPerSecond),
      formatPercent(shareOfBest),
    ]),
  );
}
