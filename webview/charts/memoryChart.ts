import { formatBytes, formatInteger } from '../../src/model/units';
import type { MemoryScale } from '../controls';
import type { MemoryCurve } from '../model/memoryCurve';
import type { PartId } from '../model/memoryParts';
import { byteTicks, formatTokens, powerTicks, tickText } from '../model/ticks';
import { strings } from '../strings';
import type { Tone } from '../tones';
import type { CurveAxis, CurveBand, CurveChartSpec, CurveLine } from './curveChart';
import type { Guide } from './curveOverlay';
import { lengthAxis } from './timeChart';
import type { TooltipLine } from './tooltip';

const words = strings.memory;

export const partTones: Readonly<Record<PartId, Tone>> = {
  weights: 'blue',
  kvCache: 'green',
  gradients: 'yellow',
  optimizer: 'purple',
  activations: 'orange',
  logits: 'red',
  scores: 'muted',
  gathered: 'green',
  backwardBuffers: 'red',
};

/** Dashes and gaps of the parts' lines in CSS pixels: they differ without colour too. The total has none. */
export const partDashes: Readonly<Record<PartId, readonly number[]>> = {
  weights: [10, 4],
  kvCache: [2, 3],
  gradients: [6, 3, 2, 3],
  optimizer: [14, 3, 2, 3],
  activations: [5, 4],
  logits: [10, 3, 2, 3, 2, 3],
  scores: [1, 5],
  gathered: [2, 6],
  backwardBuffers: [1, 2],
};

export interface MemoryChartOptions {
  readonly curve: MemoryCurve;
  readonly scale: MemoryScale;
  /** The length asked about, in tokens. */
  readonly asked: number;
  /** The limit is that of a planned device. */
  readonly planned: boolean;
  /** The limit is what a server may take of a device's memory. */
  readonly served: boolean;
  readonly label: string;
}

/**
 * Estimated bytes over n. Heights of a stack mean nothing on a logarithmic axis, so there the parts are
 * lines below the total; on the linear axis they are stacked areas.
 */
export function memoryChartSpec(options: MemoryChartOptions): CurveChartSpec {
  const { curve, scale, asked, label } = options;
  const { lines, bands } = scale === 'log' ? partLines(curve) : stackedParts(curve);
  return {
    lengths: curve.lengths,
    lines: [...lines, { label: words.total, tone: 'foreground', width: 2.5, values: curve.totals }],
    bands,
    x: lengthAxis(curve.lengths, words.x),
    y: scale === 'log' ? logAxis(curve) : linearAxis(curve, asked),
    guides: guides(options),
    marks: [],
    label,
    tooltip: (index) => tooltipLines(curve, index),
  };
}

interface Layers {
  readonly lines: readonly CurveLine[];
  readonly bands: readonly CurveBand[];
}

function partLines({ parts }: MemoryCurve): Layers {
  const lines = parts.map(({ id, bytes }) => ({
    label: words.parts[id],
    tone: partTones[id],
    width: 1.75,
    dash: partDashes[id],
    values: bytes.map((value) => (value > 0 ? value : null)),
  }));
  return { lines, bands: [] };
}

function stackedParts({ parts, lengths }: MemoryCurve): Layers {
  let below = lengths.map(() => 0);
  const lines: CurveLine[] = [];
  const bands: CurveBand[] = [];
  for (const [index, { id, bytes }] of parts.entries()) {
    below = below.map((sum, at) => sum + (bytes[at] ?? 0));
    const tone = partTones[id];
    lines.push({ label: words.parts[id], tone, width: 1, values: below, ...(index === 0 && { fill: 0.55 }) });
    if (index > 0) bands.push({ upper: index, lower: index - 1, tone, opacity: 0.55 });
  }
  return { lines, bands };
}

function logAxis({ parts, totals, limit }: MemoryCurve): CurveAxis {
  const top = Math.max(...totals, limit ?? 0);
  // Parts below a millionth of the total would only stretch the axis.
  const values = parts.flatMap((part) => part.bytes).filter((value) => value > top / 1e6);
  const low = Math.min(...values, limit ?? Infinity, top) / 1.5;
  const high = top * 1.6;
  return {
    label: words.y.log,
    low,
    high,
    log: 2,
    ticks: (room) => powerTicks(2, low, high, room),
    text: (bytes) => tickText(formatBytes(bytes)),
  };
}

/** Up to a little past the limit and the length asked about; what lies above leaves the picture. */
function linearAxis({ totals, limit, lengths }: MemoryCurve, asked: number): CurveAxis {
  const atAsked = totals[lengths.indexOf(asked)] ?? 0;
  const wanted = Math.max(atAsked, limit ?? 0);
  const high = (wanted > 0 ? wanted : Math.max(...totals)) * 1.25;
  return {
    label: words.y.linear,
    low: 0,
    high,
    ticks: (room) => byteTicks(high, room),
    text: (bytes) => tickText(formatBytes(bytes)),
  };
}

function guides({ curve, asked, planned, served }: MemoryChartOptions): readonly Guide[] {
  const { limit, longest, lengths } = curve;
  const found: Guide[] = [
    { axis: 'x', at: asked, text: strings.timeChart.scenarioMark(formatTokens(asked)), tone: 'muted' },
  ];
  if (limit !== undefined) {
    const bytes = planned ? words.planned(formatBytes(limit)) : formatBytes(limit);
    found.push({
      axis: 'y',
      at: limit,
      text: served ? words.servedLimit(bytes) : words.limit(bytes),
      tone: 'error',
      bound: true,
    });
  }
  if (longest !== undefined && lengths.includes(longest)) {
    found.push({
      axis: 'x',
      at: longest,
      text: words.crossing(formatInteger(longest)),
      tone: 'foreground',
      above: true,
    });
  }
  return found;
}

function tooltipLines({ lengths, parts, totals }: MemoryCurve, index: number): readonly TooltipLine[] {
  const n = lengths[index];
  if (n === undefined) return [];
  return [
    { text: words.tooltipTitle(formatInteger(n)) },
    ...parts.map(({ id, bytes }) => ({
      text: words.parts[id],
      value: formatBytes(bytes[index] ?? NaN),
      tone: partTones[id],
    })),
    { text: words.total, value: formatBytes(totals[index] ?? NaN), tone: 'foreground' },
  ];
}
