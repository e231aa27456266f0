import type { Recipe } from '../../model/recipe';
import type { FieldSource } from '../../model/modelSpec';
import type { ConfigReading } from '../readConfig';
import { isAmbiguous, isPartLength, normalKey } from './fieldKinds';
import type { LocatedField } from './locatedField';

/** What is known of the file that the fields are in. */
export interface FieldUse {
  readonly recipe?: Recipe | undefined;
  readonly model?: ConfigReading['model'] | undefined;
}

/**
 * The fields without those whose name is a length in other files only. Of the ambiguous names stay: the one that the
 * length was taken from, and in a training config or a companion that has no other length, all. Lengths of prompt and
 * completion stay where the sequence is both together; beside another length they only cut the data.
 */
export function meantFields(
  fields: readonly LocatedField[],
  { recipe, model }: FieldUse = {},
): LocatedField[] {
  if (fields.some(({ key }) => isPartLength(key)) && !isSumOfParts(recipe)) {
    return meantFields(
      fields.filter(({ key }) => !isPartLength(key)),
      { recipe, model },
    );
  }
  const sources = [recipe?.fields['sequenceLength'], model?.fields['maxSequenceLength']];
  const isPlain = fields.some(({ kind, key }) => kind === 'length' && !isAmbiguous(key));
  const mayBe = !isPlain && recipe !== undefined && recipe.purpose !== 'serving';
  return fields.filter((field) => {
    if (!isAmbiguous(field.key) || mayBe) return true;
    // TGI's bound of one sequence; SGLang calls its pool so.
    if (normalKey(field.key) === 'max_total_tokens')
      return recipe !== undefined && recipe.framework !== 'sglang';
    return sources.some((source) => isFrom(field, source));
  });
}

/** Whether the length of a recipe is that of its parts, one after the other. */
export function isSumOfParts(recipe: Recipe | undefined): boolean {
  return recipe?.framework === 'transformers' && recipe.fields['sequenceLength']?.kind === 'rule';
}

function isFrom({ range, valueRange }: LocatedField, source: FieldSource | undefined): boolean {
  if (source?.kind !== 'key') return false;
  return source.range.offset === range.offset || source.range.offset === valueRange.offset;
}
