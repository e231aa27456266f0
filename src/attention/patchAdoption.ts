import * as l10n from '@vscode/l10n';
import type { AttentionSpec, FieldSource, ModelSpec } from '../model/modelSpec';
import { joinPhrases, joinSentences } from '../model/phrases';
import { attendingStack, attendsToPatches } from './attendingStack';
import type { Adoption } from './mechanism';

/** Why larger patches make no sense in layers with `attention`; undefined where their tokens are patches. */
export function noPatches(model: ModelSpec, attention: AttentionSpec): string | undefined {
  return attendsToPatches(model, attention)
    ? undefined
    : l10n.t('no image goes through these layers: they have no patches');
}

/**
 * How the images of a model come to be cut into patches of `factor` times the side: by `patch_size`, which has to divide
 * the image, or its strided convolution drops what is left over.
 */
export function adoptPatches(model: ModelSpec, attention: AttentionSpec, factor: number): Adoption {
  const source = attendsToPatches(model, attention) ? patchField(model, 'patchSize') : undefined;
  if (source?.kind !== 'key' || typeof source.value !== 'number') {
    return {
      kind: 'none',
      reason: l10n.t('The config names no `patch_size` for these layers: only images are cut into patches.'),
    };
  }
  const path = source.path.split('.');
  const sides = imageSides(model, attention, source.value);
  const wanted = source.value * factor;
  const value = filling(sides, source.value, factor);
  if (value === undefined) {
    return {
      kind: 'none',
      reason: l10n.t(
        'Patches of {0} pixels a side do not fill the image of {1}: its border would not be seen. Sides that divide it: {2}.',
        String(wanted),
        joinSides(sides),
        joinPhrases(divisors(sides, source.value).map(String)),
      ),
    };
  }
  return {
    kind: 'config',
    edits: [{ path, value }],
    needsRetraining: true,
    reason: joinSentences([
      value === wanted
        ? ''
        : l10n.t(
            'A side of {0} pixels would not divide the image of {1}; {2} does, and gives the same {3} patches that were measured.',
            String(wanted),
            joinSides(sides),
            String(value),
            joinSides(sides.map((side) => side / value)),
          ),
      l10n.t(
        'The architecture reads `{0}`. The patch embedding changes its shape: it has to be resized or learned anew, and the model fine-tuned.',
        path.join('.'),
      ),
    ]),
  };
}

/** A field of the image tower, or of a model of images alone. */
function patchField({ fields }: ModelSpec, name: string): FieldSource | undefined {
  return fields[name] ?? Object.entries(fields).find(([property]) => property.endsWith(`.${name}`))?.[1];
}

/** Sides of the image in pixels, as the config has them, else by the patches that were counted. */
function imageSides(model: ModelSpec, attention: AttentionSpec, patch: number): number[] {
  const source = patchField(model, 'imageSize');
  const value: unknown = source?.kind === 'key' ? source.value : undefined;
  const sides: unknown[] = Array.isArray(value) ? value : [value];
  const known = sides.filter((side) => typeof side === 'number');
  if (known.length > 0) return known;
  const tokens = attendingStack(model, attention)?.tokens;
  return [patch * Math.floor(Math.sqrt(typeof tokens === 'number' ? tokens : model.maxSequenceLength))];
}

/** The side of a patch with which ⌈old patches ÷ factor⌉ of them fill the image; undefined where none does. */
function filling(sides: readonly number[], patch: number, factor: number): number | undefined {
  const [first, ...others] = sides.map((side) => side / Math.ceil(Math.floor(side / patch) / factor));
  const isOne = first !== undefined && Number.isInteger(first) && others.every((other) => other === first);
  return isOne ? first : undefined;
}

/** Divisors of all sides that are larger than `patch`. */
function divisors(sides: readonly number[], patch: number): number[] {
  const smallest = Math.min(...sides);
  return Array.from({ length: Math.max(0, smallest - patch) }, (_, index) => patch + 1 + index).filter(
    (size) => sides.every((side) => side % size === 0),
  );
}

/** `7 × 7`; a square is given by one side. */
function joinSides(sides: readonly number[]): string {
  const [first] = sides;
  return (sides.length === 1 ? [first, first] : sides).join(' × ');
}
