import * as l10n from '@vscode/l10n';
import type { AttentionSpec } from '../../model/modelSpec';
import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import { dividedHeadDim, dividingKvHeads } from './headShape';
import { figure } from './hybridFields';
import type { Keys } from './originalFields';

/** What a model type's class takes where its keys are silent. */
export interface HybridAttentionRule {
  /** Key/value heads; `heads`: as many as heads, which null always means. */
  readonly kvHeads: number | 'heads';
  readonly headDimKeys: Keys;
  /** Width of a head; `divided`: hidden_size / heads. */
  readonly headDim: number | 'divided';
}

/** Causal attention with shared keys and values (Ainslie et al. 2023). Throws ConfigError where sizes do not divide. */
export function readHybridAttention(
  reader: FieldReader,
  hiddenSize: number,
  rule: HybridAttentionRule,
): AttentionSpec {
  const heads = figure(reader, {
    property: 'heads',
    keys: ['num_attention_heads'],
    meaning: l10n.t('number of heads'),
    limit: limits.heads,
    example: 32,
  });
  const byDefault = rule.kvHeads === 'heads' || reader.isNull(['num_key_value_heads']) ? heads : rule.kvHeads;
  const written = figure(reader, {
    property: 'kvHeads',
    keys: ['num_key_value_heads'],
    meaning: l10n.t('number of key/value heads'),
    limit: limits.heads,
    example: 8,
    byDefault,
  });
  const kvHeads = dividingKvHeads(reader, written, heads);
  return { heads, kvHeads, headDim: readHeadDim(reader, hiddenSize, heads, rule), causal: true };
}

function readHeadDim(
  reader: FieldReader,
  hiddenSize: number,
  heads: number,
  { headDimKeys, headDim }: HybridAttentionRule,
): number {
  const isWritten = headDimKeys.some((key) => reader.raw(key) !== undefined);
  if (!isWritten && headDim === 'divided') {
    const keys = { hidden: 'hidden_size', heads: 'num_attention_heads', mayNameHeadDim: false };
    const value = dividedHeadDim(reader, hiddenSize, heads, keys);
    return reader.assume('headDim', { value, rule: 'hidden_size / num_attention_heads.' });
  }
  return figure(reader, {
    property: 'headDim',
    keys: headDimKeys,
    meaning: l10n.t('width of a head'),
    example: 128,
    ...(headDim !== 'divided' && { byDefault: headDim }),
  });
}
