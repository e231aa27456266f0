import type { FieldKind } from './locatedField';

/** Names of each kind, in small letters with underscores, as `normalKey` writes them. */
const names: Readonly<Record<FieldKind, readonly string[]>> = {
  length: [
    'max_position_embeddings',
    'max_positions',
    'n_positions',
    'n_ctx',
    'num_ctx',
    'ctx_size',
    'ctx_len',
    'context_len',
    'context_length',
    'context_size',
    'max_context_len',
    'max_context_length',
    'max_seq_len',
    'max_seq_length',
    'max_sequence_len',
    'max_sequence_length',
    'maximum_sequence_length',
    'seq_len',
    'seq_length',
    'sequence_len',
    'sequence_length',
    'model_max_length',
    'max_model_len',
    'max_length',
    'block_size',
    'cutoff_len',
    'encoder_seq_length',
    'decoder_seq_length',
    'encoder_seq_len',
    'decoder_seq_len',
    'max_encoder_position_embeddings',
    'max_decoder_position_embeddings',
    'max_source_positions',
    'max_target_positions',
    'max_source_length',
    'max_target_length',
    'max_input_length',
    'max_input_tokens',
    'max_total_tokens',
    'max_prompt_length',
    'max_completion_length',
  ],
  window: [
    'sliding_window',
    'sliding_window_size',
    'attention_window',
    'attention_window_size',
    'local_attention',
    'local_attention_window',
    'attention_chunk_size',
    'window_size',
  ],
  heads: [
    'num_attention_heads',
    'n_head',
    'n_heads',
    'num_heads',
    'attention_heads',
    'encoder_attention_heads',
    'decoder_attention_heads',
  ],
  keyValueHeads: [
    'num_key_value_heads',
    'num_kv_heads',
    'n_kv_heads',
    'n_kv_head',
    'n_head_kv',
    'kv_n_heads',
    'num_query_groups',
    'n_query_groups',
    'multi_query_group_num',
  ],
  headDim: ['head_dim', 'head_size', 'kv_channels', 'attention_head_size', 'd_kv', 'size_per_head'],
  layers: [
    'num_hidden_layers',
    'n_layer',
    'n_layers',
    'num_layers',
    'encoder_layers',
    'decoder_layers',
    'num_encoder_layers',
    'num_decoder_layers',
  ],
  imageSize: ['image_size', 'img_size'],
  patchSize: ['patch_size'],
  ropeOriginalLength: ['original_max_position_embeddings'],
  ropeFactor: ['factor'],
};

const kinds: ReadonlyMap<string, FieldKind> = new Map(
  Object.entries(names).flatMap(([kind, keys]) =>
    // Object.entries forgets that the keys are kinds.
    keys.map((key): [string, FieldKind] => [key, kind as FieldKind]),
  ),
);

/** Every name that is known, as `normalKey` writes it. */
export const fieldNames: readonly string[] = [...kinds.keys()];

/** Longest key that is looked up; the longest known one has 32 letters. */
const MAX_KEY = 60;

/**
 * Mappings whose keys have such names and mean something else: blocks of a quantisation, lengths of an answer. Those of
 * labels have none, and may have thousands.
 */
const otherNests: ReadonlySet<string> = new Set([
  'quantization_config',
  'compression_config',
  'quantization',
  'bnb_config',
  'task_specific_params',
  'generation_config',
  'generation',
  'generate_kwargs',
  'gen_kwargs',
  'sampling_params',
  'speculative_config',
  'id2label',
  'label2id',
]);

const ropeNests: ReadonlySet<string> = new Set(['rope_scaling', 'rope_parameters', 'rope']);

/**
 * Names that are a length only in some files: BigBird's blocks and vLLM's pages are `block_size`, how far a model
 * generates is `max_length`, and SGLang's pool is `max_total_tokens`.
 */
const ambiguousNames: ReadonlySet<string> = new Set(['block_size', 'max_length', 'max_total_tokens']);

/** Lengths of parts that follow each other in a training sequence. */
const partNames: ReadonlySet<string> = new Set(['max_prompt_length', 'max_completion_length']);

/** Small letters with underscores, whatever the spelling: `--max-model-len`, `maxModelLen`, `max_model_len`. */
export function normalKey(key: string): string {
  const plain = key.startsWith('--') ? key.slice(2) : key;
  return plain
    .replace(/([a-z\d])(?=[A-Z])/g, '$1_')
    .replaceAll('-', '_')
    .toLowerCase();
}

/**
 * What the field under `key` decides; `nest` has the keys of the mappings that it stands in, the outermost first.
 * Undefined for all other fields.
 */
export function fieldKindOf(key: string, nest: readonly string[] = []): FieldKind | undefined {
  if (key.length > MAX_KEY) return undefined;
  const kind = kinds.get(normalKey(key));
  if (kind === undefined || nest.some(isOtherNest)) return undefined;
  return kind === 'ropeFactor' && !nest.some((each) => ropeNests.has(normalKey(each))) ? undefined : kind;
}

/** What a command's flag decides; `isLlamaCpp`: `-c` is the length. */
export function flagKindOf(flag: string, isLlamaCpp: boolean): FieldKind | undefined {
  if (isLlamaCpp && flag === '-c') return 'length';
  return flag.startsWith('--') ? fieldKindOf(flag) : undefined;
}

/** Whether a mapping's keys mean something else than a model's. */
export function isOtherNest(key: string): boolean {
  return key.length <= MAX_KEY && otherNests.has(normalKey(key));
}

/** Whether it takes the rest of the file to tell that the key is a length. */
export function isAmbiguous(key: string): boolean {
  return ambiguousNames.has(normalKey(key));
}

/** Whether the key is the length of a part of a sequence: of the prompt, or of what is generated after it. */
export function isPartLength(key: string): boolean {
  return key.length <= MAX_KEY && partNames.has(normalKey(key));
}
