import type { ParseArgsConfig } from 'node:util';
import type { EstimateOptions, TrainingOptions } from '../cost/estimate';
import { dtypes } from '../model/dtype';
import { optimizers, weightFormats, type LoraSpec, type Parallelism } from '../model/recipe';
import { UsageError } from './inputError';

/** What the command line says of the conditions, in place of what the config declares. */
export type ConditionFlags = Partial<EstimateOptions>;

const LONGEST_SEQUENCE = 1_000_000_000;
const LARGEST_BATCH = 1_000_000;
const MOST_DEVICES = 1_000_000;

/** The flags, as `node:util` parses them. */
export const conditionOptions = {
  seq: { type: 'string' },
  source: { type: 'string' },
  batch: { type: 'string' },
  dtype: { type: 'string' },
  weights: { type: 'string' },
  'cache-dtype': { type: 'string' },
  'cache-layout': { type: 'string' },
  'page-tokens': { type: 'string' },
  optimizer: { type: 'string' },
  recompute: { type: 'string' },
  attention: { type: 'string' },
  'lora-rank': { type: 'string' },
  'lora-targets': { type: 'string' },
  zero: { type: 'string' },
  dp: { type: 'string' },
  tp: { type: 'string' },
  'sequence-parallel': { type: 'boolean' },
  pp: { type: 'string' },
  cp: { type: 'string' },
  ep: { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

type Values = { readonly [K in keyof typeof conditionOptions]?: string | boolean | undefined };

/** @throws UsageError for a value that a flag does not take. */
export function readConditions(values: Values): ConditionFlags {
  const text = (flag: keyof Values): string | undefined => {
    const value = values[flag];
    return typeof value === 'string' ? value : undefined;
  };
  const whole = (flag: keyof Values, most: number, unit: string): number | undefined => {
    const value = text(flag);
    return value === undefined ? undefined : wholeNumber(`--${flag}`, value, most, unit);
  };
  const one = <T extends string>(flag: keyof Values, choices: readonly T[]): T | undefined => {
    const value = text(flag);
    return value === undefined ? undefined : choice(`--${flag}`, value, choices);
  };
  const training = present<TrainingOptions>({
    optimizer: one('optimizer', optimizers),
    recomputation: one('recompute', ['none', 'selective', 'full']),
    attention: one('attention', ['fused', 'naive']),
    lora: lora(whole('lora-rank', 100_000, 'elements'), text('lora-targets')),
  });
  const zero = one('zero', ['0', '1', '2', '3']);
  const parallelism = present<Parallelism>({
    data: whole('dp', MOST_DEVICES, 'devices'),
    zeroStage: zero === undefined ? undefined : zeroStages[zero],
    tensor: whole('tp', MOST_DEVICES, 'devices'),
    sequence: values['sequence-parallel'] === true ? true : undefined,
    pipeline: whole('pp', MOST_DEVICES, 'devices'),
    context: whole('cp', MOST_DEVICES, 'devices'),
    expert: whole('ep', MOST_DEVICES, 'devices'),
  });
  return present<EstimateOptions>({
    sequenceLength: whole('seq', LONGEST_SEQUENCE, 'tokens'),
    sourceLength: whole('source', LONGEST_SEQUENCE, 'tokens'),
    batch: whole('batch', LARGEST_BATCH, 'sequences'),
    dtype: one('dtype', dtypes),
    weightFormat: one('weights', weightFormats),
    cacheDType: one('cache-dtype', dtypes),
    cacheLayout: one('cache-layout', ['window', 'pages']),
    cachePageTokens: whole('page-tokens', 1_000_000, 'tokens'),
    training: Object.keys(training).length > 0 ? training : undefined,
    parallelism: Object.keys(parallelism).length > 0 ? parallelism : undefined,
  });
}

const zeroStages = { '0': 0, '1': 1, '2': 2, '3': 3 } as const;

/** The properties that have a value. */
function present<T>(properties: { readonly [K in keyof T]?: T[K] | undefined }): Partial<T> {
  return Object.fromEntries(
    Object.entries(properties).filter(([, value]) => value !== undefined),
  ) as Partial<T>;
}

/** Adapters on every matrix unless targets are named; the frozen weights stay in the dtype. */
function lora(rank: number | undefined, targets: string | undefined): LoraSpec | undefined {
  if (rank === undefined) {
    if (targets !== undefined) throw new UsageError('--lora-targets needs --lora-rank.');
    return undefined;
  }
  const names = targets?.split(',').map((name) => name.trim());
  if (names?.includes('') === true) {
    throw new UsageError('--lora-targets takes names between commas, such as q_proj,v_proj.');
  }
  return { rank, targets: names ?? 'all-linear', baseFormat: 'none' };
}

/** @throws UsageError unless `text` is a whole number from 1 to `most`. */
function wholeNumber(flag: string, text: string, most: number, unit: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(value >= 1 && value <= most)) {
    throw new UsageError(`${flag} takes a whole number of ${unit} from 1 to ${String(most)}, not "${text}".`);
  }
  return value;
}

/** @throws UsageError unless `text` is one of `choices`. */
export function choice<T extends string>(flag: string, text: string, choices: readonly T[]): T {
  const found = choices.find((candidate) => candidate === text);
  if (found === undefined) throw new UsageError(`${flag} takes ${choices.join(', ')}, not "${text}".`);
  return found;
}
