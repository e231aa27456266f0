import { hasOnlyWindow, presentOf } from '../../src/model/ownPattern';
import { askedLength } from '../../src/model/askedLength';
import type { DeviceRecord, LayerKindResult, Report } from '../../src/report/report';
import { formatDuration, formatError, formatInteger, formatRate, formatRatio } from '../../src/model/units';
import { h } from '../dom';
import { describeDevice, describeInterval, interval } from '../model/figures';
import { longestValid, timeAt, type ValidPoint } from '../model/timeCurves';
import { strings } from '../strings';

const words = strings.timings;

/** The headline figures of dense attention, a tile each: time, rate, and the length asked about. */
export function denseTiles(report: Report, kind: LayerKindResult): HTMLElement {
  const point = longestValid(kind.dense);
  return h(
    'div',
    { class: 'tiles' },
    ...(point === undefined ? [missingTile(kind)] : measuredTiles(point, kind, report.device)),
    ...projectionTiles(report, kind),
  );
}

function measuredTiles(
  point: ValidPoint,
  kind: LayerKindResult,
  device: DeviceRecord | undefined,
): readonly HTMLElement[] {
  const { timing, verification } = point;
  return [
    tile(words.time, formatDuration(timing.medianMs), [
      ...comparisonNote(kind),
      words.timeAt(formatInteger(point.n)),
      describeInterval(timing),
      ...(timing.converged ? [] : [words.notConverged]),
      device === undefined ? words.wallClock : words.where(describeDevice(device), kind.shape.dtype),
      words.kernel(point.kernel),
      words.verified(
        formatError(verification.maxError),
        formatError(verification.tolerance),
        formatInteger(verification.rows),
      ),
    ]),
    rateTile(point, device),
  ];
}

function rateTile(point: ValidPoint, device: DeviceRecord | undefined): HTMLElement {
  const seconds = point.timing.medianMs / 1e3;
  const rate = point.flops / seconds;
  const peak = device?.matmulFlopsPerSecond;
  const notes: string[] = [words.rateNote];
  if (peak !== undefined && peak > 0) {
    const size = formatInteger(device?.matmulSize ?? NaN);
    notes.push(words.rateShare(formatRatio(rate / peak), formatRate(peak), size));
  }
  if (point.executedFlops > point.flops) {
    notes.push(words.executed(formatRate(point.executedFlops / seconds)));
  }
  return tile(words.rate, formatRate(rate), notes);
}

function projectionTiles(report: Report, kind: LayerKindResult): readonly HTMLElement[] {
  const asked = askedLength(report, kind);
  const length = formatInteger(asked);
  const value = timeAt(kind.dense, asked);
  if (value === undefined) return [tile(words.atLength(length), strings.missing, [words.noProjection])];
  const projectedBand = value.fromOneLength === true ? words.projectedBandFromOne : words.projectedBand;
  const untimed = value.measured ? words.measuredInPrefill : projectedBand;
  const band =
    value.timing === undefined
      ? untimed(...interval(value.low, value.high))
      : words.measuredBand(describeInterval(value.timing));
  const source = value.measured ? 'measured' : 'projected';
  const { layers } = kind;
  return [
    tile(words.atLength(length), formatDuration(value.ms), [
      ...comparisonNote(kind),
      band,
      ...presentNote(kind, asked, 1),
    ]),
    tile(words.allLayers(formatInteger(layers)), formatDuration(value.ms * layers), [
      ...comparisonNote(kind),
      words.layersNote[source],
      words.band(...interval(value.low * layers, value.high * layers)),
      ...presentNote(kind, asked, layers),
    ]),
  ];
}

/** What `layers` of them take at `asked` tokens as they are, where that is not dense attention. */
function presentNote(kind: LayerKindResult, asked: number, layers: number): readonly string[] {
  const present = kind.dense.current ? undefined : presentOf(kind.replacements);
  const time = present === undefined ? undefined : timeAt(present, asked);
  return present === undefined || time === undefined
    ? []
    : [words.asItIs(present.title, formatDuration(time.ms * layers))];
}

function comparisonNote(kind: LayerKindResult): readonly string[] {
  if (kind.dense.current) return [];
  return [hasOnlyWindow(kind) ? words.notCurrent.window : words.notCurrent.pattern];
}

function missingTile(kind: LayerKindResult): HTMLElement {
  const failed = kind.dense.points.at(-1);
  if (failed === undefined) return tile(words.time, strings.missing, [words.pending]);
  const notes = [words.unverifiedAt(formatInteger(failed.n))];
  if (failed.verification.message !== undefined) notes.push(failed.verification.message);
  return tile(words.time, words.unverified, notes, 'tile-failed');
}

function tile(label: string, value: string, notes: readonly string[], extra = ''): HTMLElement {
  return h(
    'div',
    { class: `card tile ${extra}` },
    h('h3', { class: 'tile-label' }, label),
    h('p', { class: 'tile-value' }, value),
    ...notes.map((note) => h('p', { class: 'note' }, note)),
  );
}
