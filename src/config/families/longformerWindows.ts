import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';

/** Layers of one window: `keys` is what a query sees, half of the window on either side and itself. */
export interface LocalLayers {
  readonly name: string;
  readonly layers: number;
  readonly keys: number;
}

const DEFAULT_WINDOW = 512;

/**
 * `attention_window` of Longformer and LED, one number or one a layer, grouped by window in order of first
 * appearance. Throws ConfigError for a list of another length and for windows that are not even and positive.
 */
export function readAttentionWindows(reader: FieldReader, layers: number): readonly LocalLayers[] {
  const counts = new Map<number, number>();
  for (const window of windowsOf(reader, layers)) counts.set(window, (counts.get(window) ?? 0) + 1);
  return [...counts].map(([window, count]) => ({
    name: counts.size === 1 ? 'sliding_attention' : `sliding_attention of ${String(window)}`,
    layers: count,
    keys: window + 1,
  }));
}

function windowsOf(reader: FieldReader, layers: number): readonly number[] {
  const key = 'attention_window';
  const isList = Array.isArray(reader.raw(key)?.value);
  const windows = isList
    ? (reader.integers('window', key, limits.tokens) ?? [])
    : new Array<number>(layers).fill(oneWindow(reader));
  if (windows.length !== layers) {
    return reader.fail(
      key,
      `"${key}" has ${String(windows.length)} entries, but there are ${String(layers)} layers.`,
      `Give ${String(layers)} windows, or one number for all layers.`,
    );
  }
  const odd = windows.find((window) => window < 2 || window % 2 !== 0);
  if (odd === undefined) return windows;
  return reader.fail(
    key,
    `"${key}" is ${String(odd)}, but must be even and 2 or more.`,
    'Give an even window.',
  );
}

function oneWindow(reader: FieldReader): number {
  return reader.integer(
    {
      property: 'window',
      keys: ['attention_window'],
      meaning: 'window in tokens',
      limit: limits.tokens,
      example: DEFAULT_WINDOW,
    },
    {
      value: DEFAULT_WINDOW,
      rule: `attention_window is absent: ${String(DEFAULT_WINDOW)} tokens, the default of this model type.`,
      assumed: true,
    },
  );
}

/** Tells the user how many tokens attend globally: the caller of the model decides that, not the config. */
export function assumeOneGlobalToken(reader: FieldReader): number {
  return reader.assume('globalTokens', {
    value: 1,
    rule: 'One token attends globally (the first); the inputs of the model decide this, not the config.',
    assumed: true,
  });
}
