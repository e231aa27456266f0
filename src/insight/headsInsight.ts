import type { LocatedField } from '../config/fields/locatedField';
import type { EstimateOptions } from '../cost/estimate';
import { countFlops } from '../cost/flops';
import { kvCacheBytesPerTokenTerms, kvCacheTerms } from '../cost/kvCache';
import { sumOf, type Term } from '../cost/term';
import { headGrouping, type AttentionSpec, type ModelSpec, type Stack } from '../model/modelSpec';
import { changedAttention } from './changedStack';
import type { HeadShape, HeadsCost, HeadsInsight } from './insight';
import { conditionsOf, type InsightSubject } from './insightSubject';
import { ratioOf, shareOf } from './lengthCost';

/** What the heads of a stack cost, and what half and twice as many key/value heads, or as wide ones, would. */
export function headsInsight(
  subject: InsightSubject,
  stack: Stack,
  field: HeadsInsight['field'],
): HeadsInsight | undefined {
  const { model } = subject.reading;
  const shapes = shapesOf(stack);
  if (shapes.length === 0) return undefined;
  const conditions = conditionsOf(subject);
  const { prefill, attentionPrefill } = countFlops(model, conditions);
  return {
    kind: 'heads',
    key: subject.field.key,
    conditions,
    field,
    shapes,
    ...cacheOf(model, stack.name, conditions),
    attentionShare: shareOf(attentionPrefill, prefill),
    others: [2, 0.5].flatMap((by) =>
      otherCost(model, stack, subject.field, by, conditions, attentionPrefill),
    ),
  };
}

function shapesOf(stack: Stack): HeadShape[] {
  const shapes = new Map<string, HeadShape>();
  for (const { layers, attention } of stack.layerKinds) {
    if (attention === undefined) continue;
    const { heads, kvHeads, headDim } = attention;
    const grouping = headGrouping(attention);
    const key = JSON.stringify([heads, kvHeads, headDim, grouping]);
    const known = shapes.get(key)?.layers ?? 0;
    shapes.set(key, { layers: known + layers, heads, kvHeads, headDim, grouping });
  }
  return [...shapes.values()];
}

/** Keys and values of the self-attention of one stack. */
function cacheOf(
  model: ModelSpec,
  stack: string,
  conditions: EstimateOptions,
): Pick<HeadsInsight, 'kvBytesPerToken' | 'kvCacheBytes'> {
  const isOurs = ({ at }: Term): boolean =>
    at?.stack.name === stack && at.attention !== undefined && at.attention === at.kind?.attention;
  const dtype = conditions.cacheDType ?? conditions.dtype;
  return {
    kvBytesPerToken: sumOf(kvCacheBytesPerTokenTerms(model, dtype).filter(isOurs)),
    kvCacheBytes: sumOf(kvCacheTerms(model, conditions).filter(isOurs)),
  };
}

/** What another value of the field would cost; none where the shapes would be impossible, or the field decides more. */
function otherCost(
  model: ModelSpec,
  stack: Stack,
  { kind, value }: LocatedField,
  by: number,
  conditions: EstimateOptions,
  attentionFlops: number,
): HeadsCost[] {
  const other = (value ?? 0) * by;
  if (!Number.isInteger(other) || other < 1) return [];
  const change = changeOf(kind, value, other);
  const affected = stack.layerKinds.flatMap(({ attention }) => (attention && change(attention)) ?? []);
  if (affected.length === 0 || affected.some(({ heads, kvHeads }) => heads % kvHeads !== 0)) return [];
  const changed = changedAttention(model, stack, (attention) => change(attention) ?? attention);
  const { attentionPrefill } = countFlops(changed, conditions);
  return [
    {
      value: other,
      ...cacheOf(changed, stack.name, conditions),
      attentionFlops: attentionPrefill,
      attentionRatio: ratioOf(attentionPrefill, attentionFlops),
    },
  ];
}

/** The attention with the other value; undefined where it does not have the field's. */
function changeOf(
  kind: LocatedField['kind'],
  value: number | undefined,
  other: number,
): (attention: AttentionSpec) => AttentionSpec | undefined {
  return (attention) => {
    if (attention.latent !== undefined) return undefined;
    if (kind === 'keyValueHeads' && attention.kvHeads === value) return { ...attention, kvHeads: other };
    if (kind === 'headDim' && attention.headDim === value && attention.valueHeadDim === undefined) {
      return { ...attention, headDim: other };
    }
    return undefined;
  };
}
