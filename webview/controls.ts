import { isDType, type DType } from '../src/model/dtype';
import { isRecord } from './messages';

export const headViews = ['map', 'bars', 'table'] as const;
export const memoryUses = ['inference', 'training'] as const;
export const attentionKinds = ['fused', 'naive'] as const;
export const recomputations = ['none', 'selective', 'full'] as const;
export const memoryScales = ['log', 'linear'] as const;

/** What a replacement has to be to stay in the table: `mask`: has a form for these layers' mask. */
export const replacementFilters = ['mask', 'exact', 'noTraining', 'configOnly'] as const;

export type ReplacementFilter = (typeof replacementFilters)[number];
export type HeadView = (typeof headViews)[number];
export type MemoryUse = (typeof memoryUses)[number];
export type AttentionKind = (typeof attentionKinds)[number];
export type Recomputation = (typeof recomputations)[number];
export type MemoryScale = (typeof memoryScales)[number];

/** What the reader chose in the panel. Survives a reload; absent entries follow the report. */
export interface Controls {
  readonly layerKind?: string;
  readonly headView: HeadView;
  /** Colours of the heat map run from the least to the most time, not from zero. */
  readonly stretch: boolean;
  /** Curves of the time chart that are switched off, by mechanism id. */
  readonly hiddenCurves: readonly string[];
  readonly filters: readonly ReplacementFilter[];
  /** What the reader typed into the length field; empty while it follows the report. */
  readonly lengthText: string;
  readonly use: MemoryUse;
  readonly dtype?: DType;
  readonly batch?: number;
  readonly attention?: AttentionKind;
  readonly recomputation?: Recomputation;
  readonly scale: MemoryScale;
  /** The figure that is derived, by its key. */
  readonly figure?: string;
}

export const defaultControls: Controls = {
  headView: 'map',
  stretch: false,
  hiddenCurves: [],
  filters: [],
  lengthText: '',
  use: 'inference',
  scale: 'log',
};

export const largestBatch = 4096;

/** Reads what an earlier page saved; whatever does not fit is replaced by its default. */
export function restoreControls(saved: unknown): Controls {
  if (!isRecord(saved)) return defaultControls;
  const { layerKind, lengthText, dtype, batch, hiddenCurves, filters, figure } = saved;
  return {
    headView: oneOf(headViews, saved['headView'], defaultControls.headView),
    stretch: saved['stretch'] === true,
    hiddenCurves: Array.isArray(hiddenCurves) ? hiddenCurves.filter((id) => typeof id === 'string') : [],
    filters: Array.isArray(filters) ? replacementFilters.filter((filter) => filters.includes(filter)) : [],
    lengthText: typeof lengthText === 'string' ? lengthText : '',
    use: oneOf(memoryUses, saved['use'], defaultControls.use),
    scale: oneOf(memoryScales, saved['scale'], defaultControls.scale),
    ...chosen('attention', attentionKinds, saved['attention']),
    ...chosen('recomputation', recomputations, saved['recomputation']),
    ...(typeof layerKind === 'string' && { layerKind }),
    ...(typeof figure === 'string' && { figure }),
    ...(typeof dtype === 'string' && isDType(dtype) && { dtype }),
    ...(typeof batch === 'number' && isBatch(batch) && { batch }),
  };
}

function oneOf<T extends string>(values: readonly T[], value: unknown, otherwise: T): T {
  return values.find((candidate) => candidate === value) ?? otherwise;
}

/** An entry only where `value` is one of `values`. */
function chosen<K extends string, T extends string>(
  key: K,
  values: readonly T[],
  value: unknown,
): Partial<Record<K, T>> {
  const found = values.find((candidate) => candidate === value);
  return found === undefined ? {} : ({ [key]: found } as Partial<Record<K, T>>);
}

function isBatch(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= largestBatch;
}

/** The batch that `text` names, or undefined. */
export function parseBatch(text: string): number | undefined {
  const value = parseWhole(text);
  return value !== undefined && isBatch(value) ? value : undefined;
}

function parseWhole(text: string): number | undefined {
  const digits = text.replace(/[,_\s]/g, '');
  return /^\d{1,12}$/.test(digits) ? Number(digits) : undefined;
}
