import type { DeviceRecord, LayerKindResult, MechanismResult, Report, Timing } from '../../src/report/report';
import { hasOnlyWindow } from '../../src/model/ownPattern';
import { formatConfigValue } from '../../src/model/configValue';
import { attentionKinds, type AttentionKind } from '../../src/model/attentionKinds';
import { headGrouping, type ModelSpec } from '../../src/model/modelSpec';
import { formatBytes, formatDuration, formatInteger } from '../../src/model/units';
import { strings } from '../strings';

/** A figure with the words under it that say what it is. */
export interface Figure {
  readonly value: string;
  readonly notes: readonly string[];
}

/** `12.1 ms` and `12.5 ms`, the ends of an interval; `∞` where it has no upper end. */
export function interval(low: number, high: number): readonly [string, string] {
  return [formatDuration(low), Number.isFinite(high) ? formatDuration(high) : strings.unbounded];
}

/** What a time is: measured, projected, or projected from one measured length. */
export function sourceOf(point: { readonly measured: boolean; readonly fromOneLength?: true }): string {
  if (point.measured) return strings.measured;
  return point.fromOneLength === true ? strings.projectedFromOne : strings.projected;
}

/** `95 % CI 12.1 ms to 12.5 ms, 30 runs`; of fewer than six samples their range, named as that. */
export function describeInterval({ lowMs, highMs, interval: kind, repetitions }: Timing): string {
  const words = strings.timings;
  if (kind === 'range' && repetitions === 1) return words.rangeOfOne;
  const describe = kind === 'confidence' ? words.confidence : words.range;
  return describe(...interval(lowMs, highMs), formatInteger(repetitions));
}

/** What a kind's dense attention is called: where its layers have a window or pattern, it stands for comparison only. */
export function denseTitle(kind: LayerKindResult): string {
  const { dense } = kind;
  if (dense.current) return dense.title;
  const { withoutWindow, withoutPattern } = strings.timings;
  return (hasOnlyWindow(kind) ? withoutWindow : withoutPattern)(dense.title);
}

/** `16 layers · 32 heads, 8 KV heads · head_dim 64 · GQA · causal`. */
export function describeLayerKind(kind: AttentionKind): string {
  const { attention } = kind;
  const parts = [
    strings.header.dimensions(
      formatInteger(kind.layers),
      formatInteger(attention.heads),
      formatInteger(attention.kvHeads),
      formatInteger(attention.headDim),
    ),
    strings.header.grouping[headGrouping(attention)],
    attention.causal ? strings.header.causal : strings.header.bidirectional,
  ];
  if (attention.window !== undefined) parts.push(strings.header.window(formatInteger(attention.window)));
  return parts.join(' · ');
}

/** One line a kind of layer; the name leads where there are several. */
export function describeModel(model: ModelSpec): readonly string[] {
  const kinds = attentionKinds(model);
  if (kinds.length === 1) return kinds.map(describeLayerKind);
  return kinds.map((kind) => `${kind.name}: ${describeLayerKind(kind)}`);
}

/** `cpu: AMD EPYC 9R14, 2 threads`. */
export function describeDevice(device: DeviceRecord): string {
  return `${device.provider}: ${device.name}`;
}

/** Total and free memory of the device, or that it is not known. */
export function describeDeviceMemory(device: DeviceRecord): string {
  if (!(device.memoryBytes > 0)) return strings.header.memoryUnknown;
  return strings.header.deviceMemory(formatBytes(device.memoryBytes), formatBytes(device.freeMemoryBytes));
}

/** A change to one key of the config. */
type ConfigEdit = Extract<MechanismResult['adoption'], { kind: 'config' }>['edits'][number];

/** `text_config.sliding_window: 1024`. */
export function describeEdit(edit: ConfigEdit): string {
  return strings.replacements.set(edit.path.join('.'), formatConfigValue(edit.value));
}

/** The kind of layer that the reader chose, or the first. */
export function selectedKind(
  report: Pick<Report, 'layerKinds'>,
  chosen: string | undefined,
): LayerKindResult | undefined {
  return report.layerKinds.find((kind) => kind.name === chosen) ?? report.layerKinds[0];
}

/** `c₀ + c₁·n + c₂·GFLOP(n)` with the coefficients that are not zero, each in a unit of time. */
export function describeFit(fit: { constant: number; linear: number; perGflop: number }): string {
  const terms = [
    [fit.constant, ''],
    [fit.linear, '·n'],
    [fit.perGflop, '·GFLOP(n)'],
  ] as const;
  const shown = terms
    .filter(([coefficient]) => coefficient > 0)
    .map(([coefficient, power]) => `${formatDuration(coefficient)}${power}`);
  return shown.length === 0 ? formatDuration(0) : shown.join(' + ');
}
