/** Where Megatron's arguments stand: at the root, below NeMo's `model`, in the groups of Megatron-LM's YAML. */
const megatronPrefixes = ['', 'model.', 'language_model.', 'model_parallel.', 'MODEL_ARGS.'] as const;

/** Each name at each place where it may stand. */
export function prefixed(names: readonly string[]): string[] {
  return names.flatMap((name) => megatronPrefixes.map((prefix) => `${prefix}${name}`));
}
