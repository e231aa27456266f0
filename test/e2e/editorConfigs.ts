import { tinyLlama } from '../fixtures/tinyLlama';

/** Configs as people write them, from the published shapes and the options that each program documents. */
export const editorConfigs: Readonly<Record<string, string>> = {
  'mistral-7b/config.json': `${JSON.stringify(
    {
      architectures: ['MistralForCausalLM'],
      model_type: 'mistral',
      torch_dtype: 'bfloat16',
      vocab_size: 32000,
      hidden_size: 4096,
      intermediate_size: 14336,
      num_hidden_layers: 32,
      num_attention_heads: 32,
      num_key_value_heads: 8,
      max_position_embeddings: 32768,
      sliding_window: 4096,
      hidden_act: 'silu',
      rms_norm_eps: 1e-5,
      rope_theta: 10000.0,
      tie_word_embeddings: false,
    },
    undefined,
    2,
  )}\n`,
  'axolotl/train.yaml': `# Low-rank adapters on one card
base_model: NousResearch/Meta-Llama-3.1-8B
load_in_4bit: true
adapter: qlora
lora_r: 32
lora_alpha: 16
lora_target_linear: true

sequence_len: 8192  # tokens
sample_packing: true
micro_batch_size: 2
gradient_accumulation_steps: 4
gradient_checkpointing: true
flash_attention: true
optimizer: paged_adamw_8bit
bf16: true

datasets:
  - path: team/corpus
    type: completion
`,
  'torchtitan/train.toml': `[model]
name = "llama3"
flavor = "8B"

[optimizer]
name = "AdamW"

[training]
local_batch_size = 1
seq_len = 8_192
steps = 1000

[parallelism]
data_parallel_shard_degree = 8

[activation_checkpoint]
mode = "selective"
`,
  'serve/vllm.yaml': `model: Qwen/Qwen2.5-7B-Instruct
port: 8000
max-model-len: 32768
max-num-seqs: 16
gpu-memory-utilization: 0.9
dtype: bfloat16
`,
  'serve/serve.sh': `#!/bin/bash
set -e
vllm serve mistralai/Mistral-7B-v0.3 \\
  --port 8000 \\
  --max-model-len 16384
`,
  // The tokenizer's limit is below the model's, and is not the length that a profile takes by itself.
  'twoLengths/config.json': `${JSON.stringify({ ...tinyLlama, model_max_length: 384 }, undefined, 2)}\n`,
  // Two heads to one of keys and values: three cannot be shared out among eight.
  'indivisible/config.json': `${JSON.stringify({ ...tinyLlama, num_key_value_heads: 3 }, undefined, 2)}\n`,
  // Has a key of ours, and is none of our files.
  'app/package.json': `${JSON.stringify({ name: 'app', version: '1.0.0', config: { max_length: 4096, model_type: 'llama' } }, undefined, 2)}\n`,
};
