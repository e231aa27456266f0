import type { FieldReader } from '../fieldReader';

/** hidden_size / heads. Throws ConfigError, blaming `headsKey`, where that is no whole number. */
export function dividedHeadDim(
  reader: FieldReader,
  hiddenSize: number,
  heads: number,
  keys: { readonly hidden: string; readonly heads: string; readonly mayNameHeadDim: boolean },
): number {
  if (hiddenSize % heads === 0) return hiddenSize / heads;
  const alternative = keys.mayNameHeadDim ? ', or give "head_dim"' : '';
  return reader.fail(
    keys.heads,
    `"${keys.heads}" is ${String(heads)}, which does not divide "${keys.hidden}" ${String(hiddenSize)}.`,
    `Choose a number of heads that divides ${String(hiddenSize)}${alternative}.`,
  );
}

/** `kvHeads`, checked to divide `heads`, which 0 does not. Throws ConfigError, blaming `key`. */
export function dividingKvHeads(
  reader: FieldReader,
  kvHeads: number,
  heads: number,
  key = 'num_key_value_heads',
): number {
  if (heads % kvHeads === 0) return kvHeads;
  return reader.fail(
    key,
    `"${key}" is ${String(kvHeads)}, which does not divide "num_attention_heads" ${String(heads)}.`,
    `Give a number of key/value heads that divides ${String(heads)}.`,
  );
}
