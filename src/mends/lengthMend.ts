import * as l10n from '@vscode/l10n';
import type { FieldSource } from '../model/modelSpec';
import { formatInteger } from '../model/units';
import { replaceLiteral } from '../config/edit/replaceLiteral';
import type { ConfigMend } from './configMend';
import { isPartLength } from '../config/fields/fieldKinds';
import type { LocatedField } from '../config/fields/locatedField';
import { isSumOfParts } from '../config/fields/meantFields';
import type { MendRequest } from './mendRequest';

/** Lengths are rounded down to one of these, the greatest that costs at most an eighth. */
const multiples = [128, 64, 16, 8] as const;

/** Writes the longest length that fits in place of the declared one, where this file declares it. */
export function lengthMend(request: MendRequest): ConfigMend | undefined {
  const { text, problem, reading } = request;
  const field = declaredLength(request);
  if (field && isPartLength(field.key) && isSumOfParts(reading.recipe)) return partMend(request, field);
  const longest = problem.longest ?? 0;
  const length = roundedDown(longest);
  if (field?.value === undefined || length < 1 || length >= field.value) return undefined;
  const figures = [field.key, formatInteger(length)] as const;
  const learned = reading.recipe === undefined ? reading.model.learnedPositions : undefined;
  return {
    kind: 'longestThatFits',
    title:
      length === longest
        ? l10n.t('Set {0} to {1}, the longest that fits', ...figures)
        : l10n.t('Set {0} to {1}: the longest that fits is {2}', ...figures, formatInteger(longest)),
    edits: [replaceLiteral(text, field, length)],
    ...(learned !== undefined && {
      note: l10n.t(
        'The weights were trained with {0} learned positions, and their position table has that many rows: with another number here they no longer load. Feed shorter sequences instead, or cut the table.',
        formatInteger(learned),
      ),
    }),
  };
}

/** What the other part leaves of the longest sequence that fits. */
function partMend({ text, problem, reading }: MendRequest, field: LocatedField): ConfigMend | undefined {
  const whole = reading.recipe?.sequenceLength;
  if (field.value === undefined || whole === undefined) return undefined;
  const length = roundedDown((problem.longest ?? 0) - (whole - field.value));
  if (length < 1 || length >= field.value) return undefined;
  return {
    kind: 'longestThatFits',
    title: l10n.t(
      'Set {0} to {1}: prompt and completion together then fit',
      field.key,
      formatInteger(length),
    ),
    edits: [replaceLiteral(text, field, length)],
  };
}

/** The field that the problem is about; else the one that the figures were read from. */
function declaredLength({ inspection, problem, reading }: MendRequest): LocatedField | undefined {
  const lengths = inspection.fields.filter(
    ({ kind, state, isLiteral }) => kind === 'length' && state === 'number' && isLiteral,
  );
  const marked = lengths.find(({ range }) => touches(range, problem.range));
  if (marked !== undefined) return marked;
  const source = reading.recipe?.fields['sequenceLength'] ?? ownLength(reading);
  if (isSumOfParts(reading.recipe)) return lengths.findLast(({ key }) => isPartLength(key));
  return source?.kind === 'key' ? lengths.find(({ path }) => path === source.path) : undefined;
}

/** That of the model, where the model is in this file. */
function ownLength({ model, modelSource }: MendRequest['reading']): FieldSource | undefined {
  return modelSource === undefined ? model.fields['maxSequenceLength'] : undefined;
}

function touches(one: LocatedField['range'], other: LocatedField['range']): boolean {
  return one.offset < other.offset + Math.max(1, other.length) && other.offset < one.offset + one.length;
}

function roundedDown(length: number): number {
  const multiple = multiples.find((each) => each * 8 <= length) ?? 1;
  return Math.floor(length / multiple) * multiple;
}
