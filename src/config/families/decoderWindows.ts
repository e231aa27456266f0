import * as l10n from '@vscode/l10n';
import type { SparsePattern } from '../../model/modelSpec';
import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import { classDefault } from './originalFields';

/** What the attention of one layer sees. */
export interface LayerMask {
  readonly name: 'full_attention' | 'sliding_attention' | 'chunked_attention';
  readonly window?: number;
  readonly pattern?: SparsePattern;
  /** The layer has no rotary positions. */
  readonly withoutRotary?: boolean;
}

/**
 * How a model type masks its layers; a window that is null or absent without a default means that all see all.
 * `all`: one window for every layer (Mistral). `switched`: layers from `max_window_layers` on, where
 * `use_sliding_window` is true (Qwen2, Qwen3). `pattern`: every `period`-th layer sees all, the others a window
 * (Gemma 2 and 3, Cohere 2, gpt-oss). `noRope`: where `use_sliding_window` is true, layers without rotary
 * positions (SmolLM3). `chunked`: chunks in layers with rotary positions (Llama 4). `layer_types` goes first
 * where the class knows it. `any`: an unknown class, by whichever of these keys it has.
 */
export type WindowRule =
  | { readonly kind: 'none' }
  | { readonly kind: 'all'; readonly window?: number; readonly typed?: boolean }
  | { readonly kind: 'switched'; readonly window: number; readonly first: number }
  | {
      readonly kind: 'pattern';
      readonly window?: number;
      readonly period: number;
      readonly keys: readonly string[];
    }
  | { readonly kind: 'noRope' }
  | { readonly kind: 'chunked'; readonly chunk: number }
  | { readonly kind: 'any' };

const full: LayerMask = { name: 'full_attention' };

/** The mask of each layer. Throws ConfigError for a window, a list or a pattern that is none. */
export function readMasks(reader: FieldReader, rule: WindowRule, layers: number): LayerMask[] {
  switch (rule.kind) {
    case 'none':
      return everyLayer(layers, full);
    case 'all': {
      const window = readWindow(reader, rule.window);
      if (window === undefined) return everyLayer(layers, full);
      const sliding = slidingMask(window);
      const typed = rule.typed === true ? readTypes(reader, layers, [full, sliding]) : undefined;
      return typed ?? everyLayer(layers, sliding);
    }
    case 'switched':
      return readSwitched(reader, rule, layers);
    case 'pattern':
      return readPattern(reader, rule, layers);
    case 'noRope':
      return readNoRope(reader, layers);
    case 'chunked':
      return readChunked(reader, rule.chunk, layers);
    case 'any':
      return readAny(reader, layers);
  }
}

function readSwitched(
  reader: FieldReader,
  rule: Extract<WindowRule, { kind: 'switched' }>,
  layers: number,
): LayerMask[] {
  // Recorded even where the switch leaves it without effect: an edit that turns windows on has to set it too.
  if (reader.raw('layer_types') !== undefined) reader.recordKey('layerTypes', 'layer_types');
  if (!readUseOfWindow(reader)) return everyLayer(layers, full);
  const window = readWindow(reader, rule.window);
  if (window === undefined) return everyLayer(layers, full);
  const sliding = slidingMask(window);
  const typed = readTypes(reader, layers, [full, sliding]);
  if (typed) return typed;
  const first = reader.count(
    {
      property: 'maxWindowLayers',
      keys: ['max_window_layers'],
      meaning: l10n.t('number of layers before the first sliding one'),
      limit: limits.layers,
      example: rule.first,
    },
    classDefault('max_window_layers', rule.first),
  );
  return byIndex(layers, (index) => (index < first ? full : sliding));
}

function readPattern(
  reader: FieldReader,
  rule: Extract<WindowRule, { kind: 'pattern' }>,
  layers: number,
): LayerMask[] {
  const window = readWindow(reader, rule.window);
  if (window === undefined) return everyLayer(layers, full);
  const sliding = slidingMask(window);
  const typed = readTypes(reader, layers, [full, sliding]);
  if (typed) return typed;
  const key = rule.keys.find((each) => reader.raw(each) !== undefined);
  const letters = key === undefined ? undefined : reader.raw(key)?.value;
  if (key !== undefined && typeof letters === 'string') {
    return readLetters(reader, key, letters, layers, sliding);
  }
  const period = readPeriod(reader, rule);
  return byIndex(layers, (index) => ((index + 1) % period === 0 ? full : sliding));
}

function readPeriod(reader: FieldReader, { keys, period }: Extract<WindowRule, { kind: 'pattern' }>): number {
  const [first, ...others] = keys;
  if (first === undefined) {
    const rule = l10n.t(
      'layer_types is absent: every {0}th layer sees all, as this model type has it.',
      String(period),
    );
    return reader.assume('slidingWindowPattern', { value: period, rule });
  }
  return reader.integer(
    {
      property: 'slidingWindowPattern',
      keys: [first, ...others],
      meaning: l10n.t('number of layers from one that sees all to the next'),
      limit: limits.layers,
      example: period,
    },
    classDefault(first, period),
  );
}

/** EXAONE 4 writes `LLLG`: local and global layers, repeated; the last layer is global. */
function readLetters(
  reader: FieldReader,
  key: string,
  letters: string,
  layers: number,
  sliding: LayerMask,
): LayerMask[] {
  if (!/^[LG]+$/.test(letters)) {
    return reader.fail(
      key,
      l10n.t('"{0}" is a text of other letters than L and G.', key),
      l10n.t('Write the layers as L (local) and G (global), such as "LLLG", or the length of the pattern.'),
    );
  }
  reader.recordKey('slidingWindowPattern', key);
  return byIndex(layers, (index) =>
    index === layers - 1 || letters[index % letters.length] === 'G' ? full : sliding,
  );
}

function readNoRope(reader: FieldReader, layers: number): LayerMask[] {
  const window = readUseOfWindow(reader) ? readWindow(reader) : undefined;
  if (window === undefined) return everyLayer(layers, full);
  const sliding = slidingMask(window);
  return (
    readTypes(reader, layers, [full, sliding]) ??
    readRotary(reader, layers).map((rotary) => (rotary ? full : sliding))
  );
}

function readChunked(reader: FieldReader, byDefault: number, layers: number): LayerMask[] {
  const rotary = readRotary(reader, layers);
  const chunk = reader.isNull(['attention_chunk_size'])
    ? undefined
    : reader.integer(
        {
          property: 'chunk',
          keys: ['attention_chunk_size'],
          meaning: l10n.t('chunk of the attention in tokens'),
          limit: limits.tokens,
          example: byDefault,
        },
        classDefault('attention_chunk_size', byDefault),
      );
  const chunked: LayerMask | undefined =
    chunk === undefined
      ? undefined
      : { name: 'chunked_attention', pattern: { kind: 'chunk', chunk, before: 0, after: 0 } };
  const typed = chunked && readTypes(reader, layers, [full, chunked]);
  return byIndex(layers, (index) => {
    const mask = typed?.[index] ?? (rotary[index] === true ? (chunked ?? full) : full);
    return rotary[index] === true ? mask : { ...mask, withoutRotary: true };
  });
}

/** Which layers have rotary positions: `no_rope_layers` has a 1 where they do. */
function readRotary(reader: FieldReader, layers: number): boolean[] {
  const flags = reader.integers('noRopeLayers', 'no_rope_layers', 1);
  if (flags !== undefined && flags.length > 0) {
    if (flags.length >= layers) return flags.slice(0, layers).map((flag) => flag === 1);
    return reader.fail(
      'no_rope_layers',
      l10n.t('"no_rope_layers" must be a list of {0} numbers, one a layer.', String(layers)),
      l10n.t('Give one entry a layer, or remove the key.'),
    );
  }
  const interval = reader.integer(
    {
      property: 'noRopeInterval',
      keys: ['no_rope_layer_interval'],
      meaning: l10n.t('number of layers from one without rotary positions to the next'),
      limit: limits.layers,
      example: 4,
    },
    { value: 4, rule: l10n.t('no_rope_layer_interval is not set: 4, the default of this model type.') },
  );
  return byIndex(layers, (index) => (index + 1) % interval !== 0);
}

const patternKeys = ['sliding_window_pattern', '_sliding_window_pattern'] as const;

function readAny(reader: FieldReader, layers: number): LayerMask[] {
  if (reader.raw('use_sliding_window')?.value === false) return everyLayer(layers, full);
  const window = readWindow(reader);
  if (window === undefined) return everyLayer(layers, full);
  const sliding = slidingMask(window);
  const names = reader.texts('layer_types');
  if (names?.length === layers) {
    reader.recordKey('layerTypes', 'layer_types');
    const others = [...new Set(names)].filter((name) => name !== full.name && name !== sliding.name);
    if (others.length > 0) {
      const list = others.slice(0, 5).map((name) => `"${name.slice(0, 40)}"`);
      reader.assumptions.push(l10n.t('layer_types names {0}: counted as full attention.', list.join(', ')));
    }
    return names.map((name) => (name === sliding.name ? sliding : full));
  }
  if (patternKeys.some((key) => reader.raw(key) !== undefined)) {
    return readPattern(reader, { kind: 'pattern', period: 6, keys: patternKeys }, layers);
  }
  reader.assumptions.push(l10n.t('sliding_window is taken for a window of every layer.'));
  return everyLayer(layers, sliding);
}

function readUseOfWindow(reader: FieldReader): boolean {
  return reader.boolean(
    {
      property: 'useSlidingWindow',
      keys: ['use_sliding_window'],
      meaning: l10n.t('use of a sliding window'),
    },
    { value: false, rule: l10n.t('use_sliding_window is absent: false.') },
  );
}

function readWindow(reader: FieldReader, byDefault?: number): number | undefined {
  if (reader.isNull(['sliding_window'])) return undefined;
  if (byDefault === undefined && reader.raw('sliding_window') === undefined) return undefined;
  const example = byDefault ?? 4096;
  return reader.integer(
    {
      property: 'window',
      keys: ['sliding_window'],
      meaning: l10n.t('sliding window in tokens'),
      limit: limits.tokens,
      example,
    },
    {
      value: example,
      rule: l10n.t('sliding_window is absent: {0} tokens, the default of this model type.', String(example)),
      assumed: true,
    },
  );
}

/** The masks that `layer_types` names, one a layer; undefined where the key is absent. */
function readTypes(
  reader: FieldReader,
  layers: number,
  masks: readonly LayerMask[],
): LayerMask[] | undefined {
  if (reader.raw('layer_types') === undefined) return undefined;
  const names = reader.texts('layer_types');
  if (names?.length !== layers) {
    return reader.fail(
      'layer_types',
      l10n.t('"layer_types" must be a list of {0} texts, one a layer.', String(layers)),
      l10n.t('Give one entry a layer, or remove the key.'),
    );
  }
  reader.recordKey('layerTypes', 'layer_types');
  return names.map((name) => {
    const mask = masks.find((each) => each.name === name);
    return (
      mask ??
      reader.fail(
        'layer_types',
        l10n.t('"layer_types" names "{0}", which this model type does not have.', name.slice(0, 40)),
        l10n.t('Use {0}.', masks.map((each) => `"${each.name}"`).join(l10n.t(' and '))),
      )
    );
  });
}

function slidingMask(window: number): LayerMask {
  return { name: 'sliding_attention', window };
}

function everyLayer(layers: number, mask: LayerMask): LayerMask[] {
  return Array.from({ length: layers }, () => mask);
}

function byIndex<T>(layers: number, of: (index: number) => T): T[] {
  return Array.from({ length: layers }, (_, index) => of(index));
}
