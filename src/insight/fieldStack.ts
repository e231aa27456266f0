import type { LocatedField } from '../config/fields/locatedField';
import type { ConfigReading } from '../config/readConfig';
import type { FieldSource, FieldSources, Stack } from '../model/modelSpec';

/** Parts of a config that describe something beside the model whose length is asked about. */
const otherParts =
  /vision|visual|image|video|audio|speech|encoder|projector|perceiver|resampler|qformer|talker|draft|speculative|(?:^|[._])(?:dit|vae|unet)(?:[._]|$)/i;

/**
 * The stack that a field speaks of: that whose figure was read from it, else the first one. Undefined where it
 * stands in a part of the config that describes something else, and where the stack is not in this file.
 */
export function fieldStack(reading: ConfigReading, field: LocatedField): Stack | undefined {
  const { model, recipe, modelSource } = reading;
  const [main] = model.stacks;
  if (recipe && propertyOf(recipe.fields, field) !== undefined) return main;
  const property = modelSource === undefined ? propertyOf(model.fields, field) : undefined;
  if (property !== undefined) {
    const prefix = property.split('.').slice(0, -1).join('.');
    return prefix === '' ? main : model.stacks.find(({ name }) => name === prefix);
  }
  if (otherParts.test(parentPath(field.path)) || otherParts.test(field.key)) return undefined;
  const mayDiffer =
    field.kind === 'length' || field.kind === 'ropeFactor' || field.kind === 'ropeOriginalLength';
  return modelSource === undefined || mayDiffer ? main : undefined;
}

/** Whether a figure was read from this field. */
export function isSourceOf(source: FieldSource | undefined, field: LocatedField): boolean {
  if (source?.kind !== 'key') return false;
  if (source.path === field.path) return true;
  const { offset, length } = source.range;
  // A command line has no paths; there the place tells.
  return (
    length > 0 &&
    offset < field.range.offset + field.range.length &&
    field.range.offset < offset + length &&
    source.value === field.value
  );
}

/** The part of a path before its last key; empty at the top. */
export function parentPath(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('.')));
}

function propertyOf(sources: FieldSources, field: LocatedField): string | undefined {
  const properties = Object.keys(sources).filter((property) => isSourceOf(sources[property], field));
  // A key that several stacks read is about the first of them.
  return properties.find((property) => !property.includes('.')) ?? properties[0];
}
