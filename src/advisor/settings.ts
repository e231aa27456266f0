import type { EstimateOptions } from '../cost/estimate';
import type { Workload } from '../cost/longestSequence';
import { trainingOptions } from '../cost/trainingState';
import { bytesOf, type DType } from '../model/dtype';
import type { Optimizer, WeightFormat } from '../model/recipe';

/** One change of how a model is run or trained that leaves its attention as it is. */
export type SettingChange =
  | { readonly setting: 'dtype'; readonly value: DType }
  | { readonly setting: 'cacheDType'; readonly value: DType }
  | { readonly setting: 'weightFormat'; readonly value: WeightFormat }
  | { readonly setting: 'attention'; readonly value: 'fused' }
  | { readonly setting: 'recomputation'; readonly value: 'full' }
  | { readonly setting: 'optimizer'; readonly value: Optimizer }
  | { readonly setting: 'adapters'; /** Rank. */ readonly value: number }
  | { readonly setting: 'adapterBase'; readonly value: WeightFormat }
  | { readonly setting: 'batch'; readonly value: number };

/** `options` with the changes made. */
export function withSettings(options: EstimateOptions, changes: readonly SettingChange[]): EstimateOptions {
  return changes.reduce(withSetting, options);
}

function withSetting(options: EstimateOptions, change: SettingChange): EstimateOptions {
  const { training } = options;
  switch (change.setting) {
    case 'dtype':
      return { ...options, dtype: change.value };
    case 'cacheDType':
      return { ...options, cacheDType: change.value };
    case 'weightFormat':
      return { ...options, weightFormat: change.value };
    case 'attention':
      return { ...options, training: { ...training, attention: change.value } };
    case 'recomputation':
      return { ...options, training: { ...training, recomputation: change.value } };
    case 'optimizer':
      return { ...options, training: { ...training, optimizer: change.value } };
    case 'adapters': {
      const lora = { rank: change.value, targets: 'all-linear', baseFormat: 'none' } as const;
      return { ...options, training: { ...training, lora } };
    }
    case 'adapterBase':
      return training?.lora === undefined
        ? options
        : { ...options, training: { ...training, lora: { ...training.lora, baseFormat: change.value } } };
    case 'batch':
      return { ...options, batch: change.value };
  }
}

/**
 * The sets of changes that can be made to `options`, the cheapest first; every part of a set comes before it, so that
 * the first that fits has nothing in it that is not needed. The batch stays. What is set already is not changed: weights
 * that are quantised stay in their format, an optimizer with little state stays.
 */
export function settingsInOrder(options: EstimateOptions, workload: Workload): readonly SettingChange[][] {
  const changed = workload === 'inference' ? servingSettings : trainingSettings;
  // Float32 to 16 bits comes before anything else: it is the step that costs least.
  if (bytesOf(options.dtype) <= 2) return changed(options);
  const half: SettingChange = { setting: 'dtype', value: 'bfloat16' };
  return [[half], ...changed(withSettings(options, [half])).map((changes) => [half, ...changes])];
}

/** Pairs of bits of the KV cache and of the weights: 8 bits lose little, 4 bits more, and in the cache the most. */
const bitsInOrder: readonly (readonly [cache: 4 | 8 | undefined, weights: 4 | 8 | undefined])[] = [
  [8, undefined],
  [undefined, 8],
  [8, 8],
  [undefined, 4],
  [8, 4],
  [4, undefined],
  [4, 8],
  [4, 4],
];

function servingSettings(options: EstimateOptions): SettingChange[][] {
  return bitsInOrder.flatMap(([cacheBits, weightBits]) => {
    const cache = cacheBits === undefined ? [] : cacheChange(options, cacheBits);
    const weights = weightBits === undefined ? [] : weightChange(options, weightBits);
    return cache === undefined || weights === undefined ? [] : [[...cache, ...weights]];
  });
}

/** Undefined where the cache has so few bits already, or the server has no such cache. */
function cacheChange(options: EstimateOptions, bits: 4 | 8): SettingChange[] | undefined {
  if (8 * bytesOf(options.cacheDType ?? options.dtype) <= bits) return undefined;
  if (bits === 8) return [{ setting: 'cacheDType', value: 'float8' }];
  // Servers with one pool of pages for all layers keep 8 bits at the least: `kv_cache_dtype: fp8` of vLLM and its like.
  return options.cacheLayout === 'pages' ? undefined : [{ setting: 'cacheDType', value: 'int4' }];
}

/** Undefined where the weights are quantised already. The formats are those that need no data to calibrate on. */
function weightChange(
  { weightFormat, dtype, cacheLayout }: EstimateOptions,
  bits: 4 | 8,
): SettingChange[] | undefined {
  const isQuantised = (weightFormat !== undefined && weightFormat !== 'none') || bytesOf(dtype) <= 1;
  if (isQuantised) return undefined;
  const eightBits = cacheLayout === 'pages' ? 'fp8' : 'int8';
  return [{ setting: 'weightFormat', value: bits === 8 ? eightBits : 'nf4' }];
}

/** What gives the same gradients first: fused attention, then recomputation; then what rounds states or frozen weights. */
function trainingSettings(options: EstimateOptions): SettingChange[][] {
  const { attention, recomputation, optimizer, lora } = trainingOptions(options);
  const steps: SettingChange[] = [
    ...(attention === 'naive' ? [{ setting: 'attention', value: 'fused' } as const] : []),
    ...(recomputation === 'full' ? [] : [{ setting: 'recomputation', value: 'full' } as const]),
    ...(optimizer === 'adamw' ? [{ setting: 'optimizer', value: 'adamw8bit' } as const] : []),
    ...(lora?.baseFormat === 'none' ? [{ setting: 'adapterBase', value: 'nf4' } as const] : []),
  ];
  // Counted in binary with the first step as the lowest digit, each part of a set comes before the set.
  return Array.from({ length: 2 ** steps.length - 1 }, (_, index) =>
    steps.filter((_step, digit) => Math.floor((index + 1) / 2 ** digit) % 2 === 1),
  );
}
