import { MAX_SEARCHED_LENGTH } from '../../src/cost/longestSequence';
import type { ModelSpec } from '../../src/model/modelSpec';
import {
  longestFitting,
  partIds,
  partsAt,
  totalBytes,
  type MemorySettings,
  type PartId,
} from './memoryParts';
import { logSpaced } from './ticks';

export interface MemoryCurve {
  readonly settings: MemorySettings;
  /** Lengths, ascending. */
  readonly lengths: readonly number[];
  /** Bytes of each part at each length; parts that the settings do not have are left out. */
  readonly parts: readonly { readonly id: PartId; readonly bytes: readonly number[] }[];
  readonly totals: readonly number[];
  /** Memory of the device in bytes; absent when not known. */
  readonly limit?: number;
  /** As `longestFitting`; absent too when no limit is known. */
  readonly longest?: number;
}

const shortest = 128;

/**
 * Memory over n: from 128 tokens to past everything that matters (the length asked about, the longest that
 * fits, what the config declares).
 */
export function memoryCurve(
  model: ModelSpec,
  settings: MemorySettings,
  scenarioLength: number,
  limit: number | undefined,
): MemoryCurve {
  const longest = limit === undefined ? undefined : longestFitting(model, settings, limit);
  const lengths = curveLengths(scenarioLength, model.maxSequenceLength, longest);
  const columns = lengths.map((n) => partsAt(model, settings, n));
  const parts = partIds.flatMap((id) => {
    const bytes = columns.flatMap((column) =>
      column.filter((part) => part.id === id).map((part) => part.bytes),
    );
    // A part that is zero at every length (no cache in an encoder) would only clutter the legend.
    return bytes.length === 0 || bytes.every((value) => value === 0) ? [] : [{ id, bytes }];
  });
  return {
    settings,
    lengths,
    parts,
    totals: columns.map(totalBytes),
    ...(limit !== undefined && { limit }),
    ...(longest !== undefined && { longest }),
  };
}

function curveLengths(scenario: number, declared: number, longest: number | undefined): readonly number[] {
  const marks = [scenario, ...(longest === undefined || longest === 0 ? [] : [longest])];
  const low = Math.min(shortest, ...marks);
  const high = Math.min(MAX_SEARCHED_LENGTH, 2 ** Math.ceil(Math.log2(2 * Math.max(declared, ...marks))));
  const grid = logSpaced(low, high, 65);
  return [...new Set([...grid, ...powersBetween(low, high), ...marks])].sort((a, b) => a - b);
}

function powersBetween(low: number, high: number): readonly number[] {
  const powers: number[] = [];
  for (let n = 2 ** Math.ceil(Math.log2(low)); n <= high; n *= 2) powers.push(n);
  return powers;
}

/** The lengths that the data table lists: powers of two and the marked ones. */
export function tableLengths(curve: MemoryCurve, scenario: number): readonly number[] {
  return curve.lengths.filter((n) => Number.isInteger(Math.log2(n)) || n === scenario || n === curve.longest);
}
