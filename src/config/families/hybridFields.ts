import * as l10n from '@vscode/l10n';
import type { Fallback, FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import { classDefault, type Keys } from './originalFields';

/** What is asked of one figure that only a few model types have. */
export interface FigureRequest {
  readonly property: string;
  readonly keys: Keys;
  /** What the figure is, for people. */
  readonly meaning: string;
  readonly example: number;
  /** The default of the model type's configuration class. */
  readonly byDefault?: number;
  /** What takes the class's place where the class computes it. */
  readonly fallback?: Fallback<number>;
  readonly limit?: number;
}

/** A whole number from 1. Throws ConfigError where it is missing without a default, or no such number. */
export function figure(reader: FieldReader, request: FigureRequest): number {
  const { property, keys, meaning, example, byDefault, limit = limits.size } = request;
  const fallback =
    request.fallback ?? (byDefault === undefined ? undefined : classDefault(keys[0], byDefault));
  return reader.integer({ property, keys, meaning, example, limit }, fallback);
}

/** A whole number from 1 under one key, by the class's default where it is absent. Throws ConfigError as `figure` does. */
export function sizeByClass(
  reader: FieldReader,
  property: string,
  key: string,
  meaning: string,
  byDefault: number,
  limit: number = limits.size,
): number {
  return figure(reader, { property, keys: [key], meaning, example: byDefault, byDefault, limit });
}

/** The same of a number that may be 0. */
export function countByClass(
  reader: FieldReader,
  property: string,
  key: string,
  meaning: string,
  byDefault: number,
  limit: number = limits.size,
): number {
  const request = { property, keys: [key], meaning, limit, example: byDefault } as const;
  return reader.count(request, classDefault(key, byDefault));
}

/** The sizes of every language model of this group. */
export interface LanguageSizes {
  readonly hiddenSize: number;
  readonly layers: number;
  readonly vocabSize: number;
}

/** Width, layers and vocabulary under their usual keys. */
export function readLanguageSizes(reader: FieldReader): LanguageSizes {
  return {
    hiddenSize: figure(reader, {
      property: 'hiddenSize',
      keys: ['hidden_size', 'd_model'],
      meaning: l10n.t('width of the model'),
      example: 4096,
    }),
    layers: figure(reader, {
      property: 'layers',
      keys: ['num_hidden_layers', 'n_layer'],
      meaning: l10n.t('number of layers'),
      limit: limits.layers,
      example: 32,
    }),
    vocabSize: figure(reader, {
      property: 'vocabSize',
      keys: ['vocab_size'],
      meaning: l10n.t('size of the vocabulary'),
      example: 32000,
    }),
  };
}

/**
 * The longest sequence. Recurrent models have no limit, and most of their configs no key: then it is the length
 * that they were trained on, `trained`, with an assumption.
 */
export function readLength(reader: FieldReader, trained: number | undefined, byDefault?: number): number {
  const fallback =
    trained === undefined
      ? undefined
      : {
          value: trained,
          rule: l10n.t(
            'The config has no longest sequence, nor has a recurrent state: {0} tokens are taken, the length in training.',
            String(trained),
          ),
          assumed: true,
        };
  return figure(reader, {
    property: 'maxSequenceLength',
    keys: ['max_position_embeddings', 'n_positions', 'seq_length'],
    meaning: l10n.t('longest sequence in tokens'),
    limit: limits.tokens,
    example: 8192,
    ...(byDefault !== undefined && { byDefault }),
    ...(fallback && { fallback }),
  });
}

/**
 * A list of texts, one a layer, under `key`, each one of `allowed`; undefined where the key is absent. Throws
 * ConfigError for another length or another text.
 */
export function readLayerNames<Name extends string>(
  reader: FieldReader,
  key: string,
  layers: number,
  allowed: readonly Name[],
): Name[] | undefined {
  if (reader.raw(key) === undefined) return undefined;
  const names = reader.texts(key);
  if (names?.length !== layers) {
    return reader.fail(
      key,
      l10n.t('"{0}" must be a list of {1} texts, one a layer.', key, String(layers)),
      l10n.t('Give one entry a layer, or remove the key.'),
    );
  }
  reader.recordKey('layerTypes', key);
  return names.map((name) => {
    const known = allowed.find((each) => each === name);
    return (
      known ??
      reader.fail(
        key,
        l10n.t('"{0}" names "{1}", which this model type does not have.', key, name.slice(0, 40)),
        l10n.t('Use {0}.', allowed.map((each) => `"${each}"`).join(l10n.t(' and '))),
      )
    );
  });
}

/** Indices of layers under `key`; throws ConfigError for one that the model does not have. */
export function readLayerIndices(
  reader: FieldReader,
  key: string,
  layers: number,
): ReadonlySet<number> | undefined {
  const indices = reader.integers('layerTypes', key, limits.layers);
  const beyond = indices?.find((index) => index >= layers);
  if (beyond !== undefined) {
    return reader.fail(
      key,
      l10n.t('"{0}" names layer {1}, but the layers are 0 to {2}.', key, String(beyond), String(layers - 1)),
      l10n.t('Give indices of layers that exist.'),
    );
  }
  return indices && new Set(indices);
}
