/** Names of attention kernels: those that hold the n × n scores, and those that do not (Dao et al. 2022). */
const kernels: ReadonlyMap<string, 'fused' | 'naive'> = new Map([
  ['eager', 'naive'],
  ['disabled', 'naive'],
  ['global', 'naive'],
  ['sdpa', 'fused'],
  ['fa2', 'fused'],
  ['flash', 'fused'],
  ['flash_attention_2', 'fused'],
  ['flash_attention_3', 'fused'],
  ['flex_attention', 'fused'],
  ['flex', 'fused'],
  ['xformers', 'fused'],
  ['fused', 'fused'],
]);

/** Whether an attention implementation of that name is fused; undefined: not known. */
export function attentionNamed(name: string): 'fused' | 'naive' | undefined {
  const key = name.trim().toLowerCase();
  // Kernels from the hub, such as kernels-community/flash-attn3, carry the word in their name.
  return kernels.get(key) ?? (/flash|fa[234]\b/.test(key) ? 'fused' : undefined);
}
