import { canonicalName } from './modelName';

/** Other names that people and programs give to built-in models, by the last part of the model's repository. */
const names: Readonly<Record<string, readonly string[]>> = {
  // Llama: NeMo and Megatron run the digits of the version together; torchtitan has flavors of "llama3".
  'Llama-2-7b-hf': ['llama2'],
  'Meta-Llama-3-8B': ['llama3'],
  'Llama-3.1-8B': ['llama3.1', 'llama31-8b'],
  'Llama-3.1-70B': ['llama31-70b'],
  'Llama-3.1-405B': ['llama31-405b', 'llama3-405b'],
  'Llama-3.2-1B': ['llama32-1b'],
  'Llama-3.2-3B': ['llama3.2', 'llama32-3b'],
  'Llama-3.3-70B-Instruct': ['llama3.3', 'llama33-70b'],
  'TinyLlama-1.1B-Chat-v1.0': [
    'tinyllama',
    'tinyllama-1.1b',
    'TinyLlama_v1.1',
    'TinyLlama-1.1B-intermediate-step-1431k-3T',
  ],
  'SmolLM-1.7B': ['smollm'],
  'SmolLM2-1.7B': ['smollm2'],
  'SmolLM3-3B': ['smollm3'],
  // Mistral: Ollama's "mistral" is v0.3.
  'Mistral-7B-v0.3': ['mistral', 'mistral:7b'],
  'Mistral-Nemo-Instruct-2407': ['mistral-nemo', 'mistral-nemo:12b'],
  'Mixtral-8x7B-v0.1': ['mixtral', 'mixtral:8x7b'],
  'Mixtral-8x22B-v0.1': ['mixtral:8x22b'],
  // Qwen: without a size, Ollama means these.
  'Qwen2.5-7B-Instruct': ['qwen2.5'],
  'Qwen3-8B': ['qwen3'],
  'Qwen3-30B-A3B': ['qwen3:30b'],
  'Qwen3-235B-A22B': ['qwen3:235b'],
  'Qwen3-4B-Instruct-2507': ['Qwen3-4B-Thinking-2507'],
  'Qwen3-30B-A3B-Instruct-2507': ['Qwen3-30B-A3B-Thinking-2507'],
  'Qwen3-235B-A22B-Instruct-2507': ['Qwen3-235B-A22B-Thinking-2507'],
  'gemma-2-9b': ['gemma2'],
  'gemma-3-4b-pt': ['gemma3'],
  'phi-2': ['phi', 'phi:2.7b'],
  'Phi-3-mini-4k-instruct': ['phi3-mini'],
  'Phi-3-mini-128k-instruct': ['phi3', 'phi3:3.8b', 'phi3:mini-128k'],
  'Phi-3.5-mini-instruct': ['phi3.5', 'phi3.5:3.8b'],
  'phi-4': ['phi4:14b'],
  'OLMo-2-1124-7B': ['olmo2', 'olmo2:7b'],
  'OLMo-2-1124-13B': ['olmo2:13b'],
  'gpt-oss-20b': ['gpt-oss'],
  'DeepSeek-V3': ['DeepSeek-V3-0324', 'deepseek-v3:671b'],
  'DeepSeek-R1': ['DeepSeek-R1-0528', 'DeepSeek-R1-Zero', 'deepseek-r1:671b'],
  gpt2: ['gpt2-small', 'gpt2-124m'],
  'falcon-7b': ['falcon'],
  'starcoder2-3b': ['starcoder2'],
  'all-MiniLM-L6-v2': ['all-MiniLM-L6-v1', 'all-minilm', 'all-minilm:22m'],
};

/** From the canonical form of another name to the last part of the model's repository. */
export const builtinAliases: ReadonlyMap<string, string> = new Map(
  Object.entries(names).flatMap(([model, others]) =>
    others.map((other): [string, string] => [canonicalName(other), model]),
  ),
);

/**
 * Names that mean one model on the Hugging Face hub and another in Ollama's library, where it is a small
 * distilled one: without an organisation they are not taken for a built-in model.
 */
export const ambiguousWithoutOrganisation: ReadonlySet<string> = new Set([canonicalName('deepseek-r1')]);
