import type { AttentionShape } from '../../attention/mechanism';
import type { ScalingAxisName } from '../../report/regimes';

/** A call to make on an axis: the size's value, the shape, and the threads where those are varied. */
export interface PlannedCall {
  readonly value: number;
  readonly shape: AttentionShape;
  readonly threads?: number;
  /** Its expected time, relative to one call of the base shape with all threads. */
  readonly work: number;
}

/** The largest batch that is tried: beyond it no device of today starves. */
const MOST_BATCH = 64;
const MOST_BATCH_ON_CPU = 8;

/**
 * The calls of an axis around `base`, the model's shape with a batch of 1, from the least work to the most; for threads
 * from one thread to all `threads` of the device. Heads grow with their KV heads, as many to each as the model has.
 */
export function plannedCalls(
  axis: ScalingAxisName,
  base: AttentionShape,
  device: { readonly provider: string; readonly threads: number },
): PlannedCall[] {
  switch (axis) {
    case 'batch':
      return doublings(device.provider === 'cpu' ? MOST_BATCH_ON_CPU : MOST_BATCH).map((batch) => ({
        value: batch,
        shape: { ...base, batch },
        work: batch,
      }));
    case 'heads':
      return headShapes(base).map((shape) => ({
        value: shape.heads,
        shape,
        work: shape.heads / base.heads,
      }));
    case 'threads':
      if (device.provider !== 'cpu') return [];
      return doublings(device.threads).map((threads) => ({
        value: threads,
        shape: base,
        threads,
        work: device.threads / threads,
      }));
  }
}

function headShapes(base: AttentionShape): AttentionShape[] {
  // One KV head for all: the query heads themselves are what can be fewer.
  if (base.kvHeads === 1) return doublings(base.heads).map((heads) => ({ ...base, heads }));
  const group = base.heads / base.kvHeads;
  return doublings(base.kvHeads).map((kvHeads) => ({ ...base, kvHeads, heads: group * kvHeads }));
}

/** 1, 2, 4 … below `last`, and `last` itself. */
function doublings(last: number): number[] {
  const values: number[] = [];
  for (let value = 1; value < last; value *= 2) values.push(value);
  return [...values, Math.max(1, last)];
}
