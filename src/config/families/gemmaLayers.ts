import * as l10n from '@vscode/l10n';
import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import { readMasks } from './decoderWindows';
import { classDefault } from './originalFields';

/** Layers of Gemma 3n or Gemma 4 that are alike. */
export interface GemmaLayer {
  readonly name: string;
  readonly layers: number;
  readonly window?: number;
  /** Keys and values are those of the last layer of the same kind that has its own. */
  readonly sharesCache: boolean;
}

/** In what the two generations differ. */
export interface GemmaLayerRule {
  /** Every so many layers one sees everything. */
  readonly period: number;
  /** Layers that share a cache where the key is absent. */
  readonly shared: number;
  /** The last layer sees everything, whatever the list says. */
  readonly lastSeesAll: boolean;
}

/** Layers grouped by window and by whether they keep a cache, in order of first appearance. */
export function readGemmaLayers(reader: FieldReader, layers: number, rule: GemmaLayerRule): GemmaLayer[] {
  const masks = readMasks(reader, { kind: 'pattern', window: 512, period: rule.period, keys: [] }, layers);
  const shared = reader.count(
    {
      property: 'sharedCacheLayers',
      keys: ['num_kv_shared_layers'],
      meaning: l10n.t('number of layers that share a cache'),
      limit: limits.layers,
      example: 0,
    },
    rule.shared === 0
      ? { value: 0, rule: l10n.t('num_kv_shared_layers is absent: 0.') }
      : classDefault('num_kv_shared_layers', rule.shared),
  );
  if (shared >= layers) {
    return reader.fail(
      'num_kv_shared_layers',
      l10n.t(
        '"num_kv_shared_layers" is {0}, which leaves none of {1} layers to keep a cache.',
        String(shared),
        String(layers),
      ),
      l10n.t('Give a smaller number.'),
    );
  }
  const groups = new Map<string, GemmaLayer>();
  masks.forEach((mask, index) => {
    const window = rule.lastSeesAll && index === layers - 1 ? undefined : mask.window;
    const sharesCache = index >= layers - shared;
    const kind = window === undefined ? 'full_attention' : 'sliding_attention';
    const name = sharesCache ? `${kind}, shared cache` : kind;
    const known = groups.get(name)?.layers ?? 0;
    groups.set(name, { name, layers: known + 1, sharesCache, ...(window !== undefined && { window }) });
  });
  return [...groups.values()];
}
