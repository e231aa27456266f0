import type { FieldSource } from '../model/modelSpec';
import type { Lookup } from './symbols';

/**
 * Where the config has the first of `properties`, for the stack of the place: that whose value it is, else one that
 * it was derived from, else a rule. Another stack than the first takes the first one's figure only where it is the
 * same number. Undefined where nothing was recorded.
 */
export function sourceOf(
  properties: readonly string[],
  value: number | undefined,
  { model, place }: Lookup,
): FieldSource | undefined {
  const recorded = (names: readonly string[]): FieldSource[] =>
    names.flatMap((name) => (Object.hasOwn(model.fields, name) ? (model.fields[name] ?? []) : []));
  const isSame = (source: FieldSource): boolean => source.kind === 'key' && source.value === value;
  const own =
    place === undefined ? [] : recorded(properties.map((property) => `${place.stack.name}.${property}`));
  const isFirst = place === undefined || place.stack === model.stacks[0];
  const others = recorded(properties).filter((source) => isFirst || isSame(source));
  const found = [...own, ...others];
  return found.find(isSame) ?? found.find(({ kind }) => kind === 'key') ?? found[0];
}
