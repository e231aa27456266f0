import * as l10n from '@vscode/l10n';
import type { Fallback, FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import { classDefault, type Keys } from './originalFields';

/** How an image is cut into patches. Lengths are in pixels. */
export interface PatchGrid {
  readonly rows: number;
  readonly columns: number;
  readonly patchHeight: number;
  readonly patchWidth: number;
  readonly channels: number;
}

export interface PatchRule {
  /** Sides in pixels where the config is silent; undefined: the key must be there. */
  readonly imageSize?: number;
  readonly patchSize?: number;
  /** The model takes images of any size: what is counted is one of so many pixels a side. */
  readonly anyImage?: number;
  readonly imageKeys?: Keys;
  readonly channelKeys?: Keys;
  /** What is left over at the border is cut off, as a convolution without padding does; otherwise it is an error. */
  readonly crops?: boolean;
}

type Pair = readonly [height: number, width: number];

/** Largest side in pixels: beyond it a figure is a slip of the pen. */
const MAX_SIDE = 100_000;

/** Reads image and patch. Throws ConfigError for sides that are none, and for patches that do not fill the image. */
export function readPatchGrid(reader: FieldReader, rule: PatchRule): PatchGrid {
  const imageKeys = rule.imageKeys ?? ['image_size'];
  const patch = readPair(
    reader,
    'patchSize',
    ['patch_size'],
    l10n.t('side of a patch in pixels'),
    rule.patchSize === undefined ? undefined : classDefault('patch_size', rule.patchSize),
  );
  const image = readPair(
    reader,
    'imageSize',
    imageKeys,
    l10n.t('side of the image in pixels'),
    silentImage(rule),
  );
  const channels = reader.integer(
    {
      property: 'channels',
      keys: rule.channelKeys ?? ['num_channels'],
      meaning: l10n.t('number of channels'),
      limit: limits.heads,
      example: 3,
    },
    { value: 3, rule: l10n.t('The number of channels is not set: 3.') },
  );
  return { ...gridOf(reader, image, patch, imageKeys[0], rule.crops === true), channels };
}

function silentImage({ imageSize, anyImage, imageKeys }: PatchRule): Fallback<number> | undefined {
  if (imageSize !== undefined) return classDefault(imageKeys?.[0] ?? 'image_size', imageSize);
  if (anyImage === undefined) return undefined;
  const side = String(anyImage);
  const rule = l10n.t('The model takes images of any size: one of {0} × {1} pixels is counted.', side, side);
  return { value: anyImage, rule, assumed: true };
}

function gridOf(
  reader: FieldReader,
  image: Pair,
  patch: Pair,
  key: string,
  crops: boolean,
): Omit<PatchGrid, 'channels'> {
  const [rows, columns] = [image[0] / patch[0], image[1] / patch[1]];
  const isWhole = Number.isInteger(rows) && Number.isInteger(columns);
  if (rows < 1 || columns < 1 || (!isWhole && !crops)) {
    const size = (pair: Pair): string => `${String(pair[0])} × ${String(pair[1])}`;
    reader.fail(
      key,
      l10n.t('"{0}" is {1}, which patches of {2} do not fill.', key, size(image), size(patch)),
      l10n.t('Choose an "image_size" that "patch_size" divides.'),
    );
  }
  if (!isWhole) {
    reader.assumptions.push(
      l10n.t('The patches do not fill the image: what is left over at the border is not seen.'),
    );
  }
  const grid = { rows: Math.floor(rows), columns: Math.floor(columns) };
  return { ...grid, patchHeight: patch[0], patchWidth: patch[1] };
}

/** A number for both sides, a list of height and width, or a mapping of them. */
function readPair(
  reader: FieldReader,
  property: string,
  keys: Keys,
  meaning: string,
  fallback: Fallback<number> | undefined,
): Pair {
  const key = keys.find((each) => reader.raw(each) !== undefined) ?? keys[0];
  const value = reader.raw(key)?.value;
  const sides = Array.isArray(value) ? (value as unknown[]) : sidesOf(value);
  if (sides === undefined) {
    const request = { property, keys: [key], meaning, limit: MAX_SIDE, example: 224 } as const;
    const side = reader.integer(request, fallback);
    return [side, side];
  }
  const [height, width = height] = sides;
  if (sides.length > 2 || !isSide(height) || !isSide(width)) {
    return reader.fail(
      key,
      l10n.t('"{0}", the {1}, must be one number or a list of height and width.', key, meaning),
      l10n.t('Write it such as "{0}": 224.', key),
    );
  }
  reader.recordKey(property, key);
  return [height, width];
}

function sidesOf(value: unknown): unknown[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { height, width } = value as { readonly height?: unknown; readonly width?: unknown };
  return [height, width];
}

function isSide(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MAX_SIDE;
}
