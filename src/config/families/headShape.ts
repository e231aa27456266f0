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
