import { fieldAt } from '../config/document';
import type { EstimateOptions } from '../cost/estimate';
import { parentPath } from './fieldStack';
import type { RopeInsight } from './insight';
import { conditionsOf, purposeOf, type InsightSubject } from './insightSubject';
import { lengthCost } from './lengthCost';
import { tokensOf } from './lengthInsight';
import { lengthLimits, lengthVerdict } from './lengthVerdict';
import { servedTarget } from './servedTarget';

/** The length that rotary scaling extends a context to, against the declared one, and what it costs. */
export function ropeInsight(subject: InsightSubject): RopeInsight | undefined {
  const { reading, field } = subject;
  const target = servedTarget(subject.target, reading.recipe);
  const { model } = reading;
  const declared = model.maxSequenceLength;
  const { original, factor } = scalingOf(subject);
  const scaled = factor === undefined ? declared : tokensOf(Math.floor((original ?? declared) * factor));
  if (scaled === undefined || (original === undefined && factor === undefined)) return undefined;
  const conditions = conditionsOf(subject);
  const purpose = purposeOf(reading);
  const optionsAt = (sequenceLength: number): EstimateOptions => ({ ...conditions, sequenceLength });
  const at = lengthCost(model, optionsAt(scaled), purpose);
  return {
    kind: 'rope',
    key: field.key,
    conditions: optionsAt(scaled),
    original: original ?? declared,
    ...(factor !== undefined && { factor }),
    extended: scaled,
    limits: lengthLimits(model),
    at,
    verdict: lengthVerdict(model, optionsAt, at, purpose, target),
  };
}

/** Original length and factor: one is the field, the other stands beside it. */
function scalingOf({ reading, field }: InsightSubject): { original?: number; factor?: number } {
  const valueBeside = (key: string): unknown => {
    const parent = parentPath(field.path);
    return fieldAt(reading.document, parent === '' ? key : `${parent}.${key}`)?.value();
  };
  const beside = (key: string): number | undefined => {
    const value = valueBeside(key);
    return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;
  };
  const own = field.value !== undefined && field.value > 0 ? field.value : undefined;
  const original = field.kind === 'ropeOriginalLength' ? own : beside('original_max_position_embeddings');
  // Llama 3.1 slows the low frequencies by its factor: there it is no ratio of lengths, and the declared one counts.
  if (valueBeside('rope_type') === 'llama3' || valueBeside('type') === 'llama3') {
    return original === undefined ? {} : { original };
  }
  const factor = field.kind === 'ropeFactor' ? own : beside('factor');
  return { ...(original !== undefined && { original }), ...(factor !== undefined && { factor }) };
}
