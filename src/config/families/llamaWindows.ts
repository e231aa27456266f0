import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';

/** Layers of one kind. */
export interface WindowedLayers {
  readonly name: 'full_attention' | 'sliding_attention';
  readonly layers: number;
  readonly window?: number;
}

/**
 * How a model type windows its layers. `none`: never. `all`: every layer where `sliding_window` is not null
 * (Mistral). `switched`: layers from `max_window_layers` on, where `use_sliding_window` is true (Qwen2, Qwen3).
 */
export type WindowRule = 'none' | 'all' | 'switched';

const DEFAULT_WINDOW = 4096;
const DEFAULT_MAX_WINDOW_LAYERS = 28;

/** The layers grouped by kind, in order of first appearance. Throws ConfigError for a window that is none. */
export function readWindows(reader: FieldReader, rule: WindowRule, layers: number): WindowedLayers[] {
  const full: WindowedLayers = { name: 'full_attention', layers };
  // Recorded even where the switch leaves it without effect: an edit that turns windows on has to set it too.
  if (rule === 'switched' && reader.raw('layer_types') !== undefined)
    reader.recordKey('layerTypes', 'layer_types');
  if (rule === 'none' || (rule === 'switched' && !readSwitch(reader))) return [full];
  const window = readWindow(reader);
  if (window === undefined) return [full];
  if (rule === 'all') return [{ name: 'sliding_attention', layers, window }];
  const names = readLayerTypes(reader, layers);
  return names ? groupByName(names, window) : splitAt(readFirstSliding(reader, layers), layers, window);
}

function readSwitch(reader: FieldReader): boolean {
  return reader.boolean(
    { property: 'useSlidingWindow', keys: ['use_sliding_window'], meaning: 'use of a sliding window' },
    { value: false, rule: 'use_sliding_window is absent: false.' },
  );
}

function readWindow(reader: FieldReader): number | undefined {
  if (reader.isNull(['sliding_window'])) return undefined;
  return reader.integer(
    {
      property: 'window',
      keys: ['sliding_window'],
      meaning: 'sliding window in tokens',
      limit: limits.tokens,
      example: DEFAULT_WINDOW,
    },
    {
      value: DEFAULT_WINDOW,
      rule: `sliding_window is absent: ${String(DEFAULT_WINDOW)} tokens, the default of this model type.`,
      assumed: true,
    },
  );
}

function readLayerTypes(reader: FieldReader, layers: number): readonly string[] | undefined {
  if (reader.raw('layer_types') === undefined) return undefined;
  const names = reader.texts('layer_types');
  if (names?.length !== layers) {
    return reader.fail(
      'layer_types',
      `"layer_types" must be a list of ${String(layers)} texts, one a layer.`,
      'Give one entry a layer, or remove the key.',
    );
  }
  const known = new Set(['full_attention', 'sliding_attention']);
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined) {
    return reader.fail(
      'layer_types',
      `"layer_types" names "${unknown.slice(0, 40)}", which this model type does not have.`,
      'Use "full_attention" and "sliding_attention".',
    );
  }
  return names;
}

function groupByName(names: readonly string[], window: number): WindowedLayers[] {
  const sliding = names.filter((name) => name === 'sliding_attention').length;
  const kinds = kindsOf(names.length - sliding, sliding, window);
  return names[0] === 'sliding_attention' ? kinds.reverse() : kinds;
}

function readFirstSliding(reader: FieldReader, layers: number): number {
  const raw = reader.raw('max_window_layers');
  // Zero is a legal value here: all layers slide.
  if (raw?.value === 0) {
    reader.recordKey('maxWindowLayers', 'max_window_layers');
    return 0;
  }
  const first = reader.integer(
    {
      property: 'maxWindowLayers',
      keys: ['max_window_layers'],
      meaning: 'number of layers before the first sliding one',
      limit: limits.layers,
      example: DEFAULT_MAX_WINDOW_LAYERS,
    },
    {
      value: DEFAULT_MAX_WINDOW_LAYERS,
      rule: `max_window_layers is absent: ${String(DEFAULT_MAX_WINDOW_LAYERS)}, the default of this model type.`,
      assumed: true,
    },
  );
  return Math.min(first, layers);
}

function splitAt(firstSliding: number, layers: number, window: number): WindowedLayers[] {
  return kindsOf(firstSliding, layers - firstSliding, window);
}

function kindsOf(full: number, sliding: number, window: number): WindowedLayers[] {
  const kinds: WindowedLayers[] = [
    { name: 'full_attention', layers: full },
    { name: 'sliding_attention', layers: sliding, window },
  ];
  return kinds.filter((kind) => kind.layers > 0);
}
