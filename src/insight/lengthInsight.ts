import { isPartLength } from '../config/fields/fieldKinds';
import type { LocatedField } from '../config/fields/locatedField';
import type { ConfigReading } from '../config/readConfig';
import type { EstimateOptions } from '../cost/estimate';
import { kvCacheBytesPerToken } from '../cost/kvCache';
import { MAX_SEARCHED_LENGTH } from '../cost/longestSequence';
import { deviceCount, parallelismOf } from '../cost/parallelism';
import type { Stack } from '../model/modelSpec';
import { isSourceOf } from './fieldStack';
import type { LengthInsight } from './insight';
import { conditionsOf, purposeOf, type InsightSubject } from './insightSubject';
import { lengthCost } from './lengthCost';
import { lengthLimits, lengthVerdict } from './lengthVerdict';
import { measuredTime } from './measuredTime';
import { rooflineTimes } from './rooflineTimes';
import { servedTarget } from './servedTarget';

/** What the length costs that the field declares; the scenario's own where the field is unset. */
export function lengthInsight(subject: InsightSubject, stack: Stack): LengthInsight {
  const { reading, field, report } = subject;
  const target = servedTarget(subject.target, reading.recipe);
  const { model } = reading;
  const declared = conditionsOf(subject);
  const purpose = purposeOf(reading);
  const of = stack.tokens === 'source' ? 'source' : 'sequence';
  const value = declaredTokens(reading, field) ?? tokensOf(field.value);
  const n = value ?? declared.sequenceLength;
  const optionsAt = (tokens: number): EstimateOptions =>
    of === 'source' ? { ...declared, sourceLength: tokens } : { ...declared, sequenceLength: tokens };
  const conditions = optionsAt(n);
  const costAt = (tokens: number): ReturnType<typeof lengthCost> =>
    lengthCost(model, optionsAt(tokens), purpose, tokens);
  const at = costAt(n);
  const half = Math.floor(n / 2);
  const measured = of === 'sequence' ? measuredTime(model, conditions.batch, n, report) : undefined;
  const roofline = rooflineTimes(model, conditions, purpose, target);
  return {
    kind: 'length',
    key: field.key,
    conditions,
    n,
    from: value === undefined ? 'scenario' : isPartLength(field.key) ? 'parts' : 'value',
    of,
    purpose,
    devices: deviceCount(parallelismOf(conditions.parallelism)),
    kvBytesPerToken: kvCacheBytesPerToken(model, conditions.cacheDType ?? conditions.dtype),
    at,
    doubled: costAt(2 * n),
    ...(half > 0 && { halved: costAt(half) }),
    verdict: lengthVerdict(model, optionsAt, at, purpose, target),
    times: { ...(measured && { measured }), ...(roofline && { roofline }) },
    limits: of === 'sequence' ? lengthLimits(model) : {},
  };
}

/** What the config reads from the field: not always its number, as where two rows of a position table are padding. */
function declaredTokens(
  { model, recipe, modelSource }: ConfigReading,
  field: LocatedField,
): number | undefined {
  if (isSourceOf(recipe?.fields['sequenceLength'], field) || isPartLength(field.key))
    return recipe?.sequenceLength;
  const isModels = modelSource === undefined && isSourceOf(model.fields['maxSequenceLength'], field);
  return isModels ? model.maxSequenceLength : undefined;
}

/** A number of tokens that can be asked about. Tokenizers write 1e30 for "no limit", servers 0 or -1 for "the model's". */
export function tokensOf(value: number | undefined): number | undefined {
  const isLength =
    value !== undefined && Number.isInteger(value) && value >= 1 && value <= MAX_SEARCHED_LENGTH;
  return isLength ? value : undefined;
}
