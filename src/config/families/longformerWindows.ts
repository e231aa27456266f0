import * as l10n from '@vscode/l10n';
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
      l10n.t('"{0}" has {1} entries, but there are {2} layers.', key, String(windows.length), String(layers)),
      l10n.t('Give {0} windows, or one number for all layers.', String(layers)),
    );
  }
  const odd = windows.find((window) => window < 2 || window % 2 !== 0);
  if (odd === undefined) return windows;
  return reader.fail(
    key,
    l10n.t('"{0}" is {1}, but must be even and 2 or more.', key, String(odd)),
    l10n.t('Give an even window.'),
  );
}

function oneWindow(reader: FieldReader): number {
  return reader.integer(
    {
      property: 'window',
      keys: ['attention_window'],
      meaning: l10n.t('window in tokens'),
      limit: limits.tokens,
      example: DEFAULT_WINDOW,
    },
    {
      value: DEFAULT_WINDOW,
      rule: l10n.t(
        'attention_window is absent: {0} tokens, the default of this model type.',
        String(DEFAULT_WINDOW),
      ),
      assumed: true,
    },
  );
}

/** Tells the user how many tokens attend globally: the caller of the model decides that, not the config. */
export function assumeOneGlobalToken(reader: FieldReader): number {
  return reader.assume('globalTokens', {
    value: 1,
    rule: l10n.t(
      'One token attends globally (the first); the inputs of the model decide this, not the config.',
    ),
    assumed: true,
  });
}
