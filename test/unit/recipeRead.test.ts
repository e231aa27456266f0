import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRecipe } from '../../src/config/recipes/registry';
import type { Recipe } from '../../src/model/recipe';
import { readDocument } from '../../src/config/formats/readDocument';

const folder = join(__dirname, '..', 'fixtures', 'recipes');

function recipe(file: string): Recipe {
  const read = readRecipe(readDocument(readFileSync(join(folder, file), 'utf8'), file), file);
  assert.ok(read, `${file} is read as no recipe`);
  return read;
}

type Figures = Omit<Recipe, 'fields' | 'assumptions'>;

function figures(file: string): Figures {
  const { framework, purpose, fields, assumptions, ...rest } = recipe(file);
  assertSources(rest, fields, file);
  assert.ok(assumptions.every((sentence) => sentence.endsWith('.')));
  return { framework, purpose, ...rest };
}

/** Every figure has a source: a key or a rule. Lists of names have one for the whole. */
function assertSources(value: object, fields: Recipe['fields'], file: string): void {
  for (const [name, figure] of Object.entries(value)) {
    if (name === 'lora') continue;
    const names =
      name === 'parallelism' ? Object.keys(figure as object).map((each) => `${name}.${each}`) : [name];
    for (const each of names) assert.ok(fields[each], `${file}: ${each} has no source`);
  }
  const unknown = Object.keys(fields).filter(
    (name) => !/^(?:lora|parallelism)\./.test(name) && !(name in value),
  );
  assert.deepEqual(unknown, [], `${file}: sources of nothing`);
}

const expected: Readonly<Record<string, Figures>> = {
  'axolotl-qlora.yaml': {
    framework: 'axolotl',
    purpose: 'training',
    model: { name: 'Qwen/Qwen2.5-7B', revision: 'refs/pr/3', path: 'base_model' },
    sequenceLength: 16384,
    microBatch: 2,
    accumulation: 8,
    dtype: 'bfloat16',
    masterWeights: true,
    optimizer: 'adamw8bit',
    lora: { rank: 32, targets: 'all-linear', baseFormat: 'nf4-double' },
    recomputation: 'full',
    attention: 'fused',
    parallelism: { zeroStage: 2, context: 4 },
  },
  'trl-sft-lora.yaml': {
    framework: 'transformers',
    purpose: 'training',
    model: { name: 'meta-llama/Llama-3.2-1B', path: 'model_name_or_path' },
    sequenceLength: 4096,
    microBatch: 8,
    accumulation: 2,
    dtype: 'bfloat16',
    masterWeights: false,
    float32Gradients: false,
    optimizer: 'adamw',
    lora: { rank: 64, targets: ['q_proj', 'k_proj', 'v_proj', 'o_proj'], baseFormat: 'nf4-double' },
    recomputation: 'none',
    attention: 'fused',
    parallelism: { zeroStage: 3 },
  },
  'trl-grpo.yaml': {
    framework: 'transformers',
    purpose: 'training',
    model: { name: 'Qwen/Qwen3-0.6B', path: 'model_name_or_path' },
    sequenceLength: 2048,
    microBatch: 4,
    accumulation: 4,
    dtype: 'bfloat16',
    masterWeights: true,
    float32Gradients: true,
    optimizer: 'adamw',
    recomputation: 'full',
  },
  'llama-factory-lora.yaml': {
    framework: 'llama-factory',
    purpose: 'training',
    model: { name: 'google/gemma-2-9b', path: 'model_name_or_path' },
    sequenceLength: 3072,
    microBatch: 2,
    accumulation: 4,
    dtype: 'bfloat16',
    masterWeights: true,
    optimizer: 'adamw8bit',
    lora: { rank: 16, targets: 'all-linear', baseFormat: 'nf4-double' },
    recomputation: 'full',
    attention: 'fused',
  },
  'torchtune-lora.yaml': {
    framework: 'torchtune',
    purpose: 'training',
    model: { name: 'llama3.1 8B', path: 'model._component_' },
    sequenceLength: 6144,
    microBatch: 2,
    accumulation: 8,
    dtype: 'bfloat16',
    masterWeights: false,
    float32Gradients: false,
    optimizer: 'adamw',
    lora: {
      rank: 8,
      targets: ['q_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'],
      baseFormat: 'none',
    },
    recomputation: 'none',
    attention: 'fused',
  },
  'torchtitan.toml': {
    framework: 'torchtitan',
    purpose: 'training',
    model: { name: 'qwen3 0.6B', path: 'model.flavor' },
    sequenceLength: 4096,
    microBatch: 4,
    globalBatch: 64,
    // 64 sequences over 8 data-parallel groups of 4.
    accumulation: 2,
    dtype: 'bfloat16',
    masterWeights: true,
    float32Gradients: true,
    optimizer: 'adamw',
    recomputation: 'full',
    attention: 'fused',
    parallelism: {
      data: 8,
      zeroStage: 3,
      tensor: 2,
      sequence: true,
      pipeline: 1,
      context: 2,
      contextKind: 'ring',
      expert: 1,
    },
  },
  'nemo-gpt.yaml': {
    framework: 'nemo',
    purpose: 'training',
    sequenceLength: 2048,
    microBatch: 2,
    globalBatch: 128,
    // 32 devices / (4 · 2) = 4 data-parallel groups; 128 / (2 · 4).
    accumulation: 16,
    dtype: 'bfloat16',
    masterWeights: true,
    float32Gradients: true,
    optimizer: 'adamw',
    recomputation: 'selective',
    attention: 'fused',
    devices: 32,
    parallelism: {
      data: 4,
      zeroStage: 1,
      tensor: 4,
      sequence: true,
      pipeline: 2,
      context: 1,
      contextKind: 'ring',
    },
  },
  'megatron-args.yaml': {
    framework: 'megatron',
    purpose: 'training',
    sequenceLength: 1024,
    microBatch: 4,
    globalBatch: 32,
    dtype: 'bfloat16',
    masterWeights: true,
    float32Gradients: true,
    optimizer: 'adamw',
    recomputation: 'full',
    parallelism: { zeroStage: 1, tensor: 2, pipeline: 1, expert: 1 },
  },
  'gpt-neox.yml': {
    framework: 'gpt-neox',
    purpose: 'training',
    sequenceLength: 2048,
    microBatch: 4,
    accumulation: 2,
    dtype: 'bfloat16',
    masterWeights: true,
    optimizer: 'adamw',
    recomputation: 'none',
    attention: 'naive',
    parallelism: { zeroStage: 1, tensor: 2, pipeline: 1 },
  },
  'deepspeed.json': {
    framework: 'deepspeed',
    purpose: 'training',
    microBatch: 4,
    accumulation: 2,
    globalBatch: 64,
    dtype: 'bfloat16',
    masterWeights: true,
    float32Gradients: true,
    optimizer: 'adamw',
    parallelism: { zeroStage: 2 },
  },
  'accelerate-fsdp.yaml': {
    framework: 'accelerate',
    purpose: 'training',
    dtype: 'bfloat16',
    recomputation: 'full',
    devices: 16,
    parallelism: { data: 8, zeroStage: 2, tensor: 1, context: 2, contextKind: 'ring' },
  },
  'vllm.yaml': {
    framework: 'vllm',
    purpose: 'serving',
    model: { name: 'meta-llama/Llama-3.1-8B-Instruct', revision: 'main', path: 'model' },
    sequenceLength: 32768,
    dtype: 'bfloat16',
    weightFormat: 'gptq4',
    cacheDType: 'float8',
    cachePageTokens: 32,
    maxSequences: 64,
    memoryShare: 0.85,
    attention: 'fused',
    parallelism: { tensor: 2, pipeline: 1 },
  },
  'vllm-kubernetes.yaml': {
    framework: 'vllm',
    purpose: 'serving',
    model: { name: 'mistralai/Mistral-7B-v0.1', path: 'spec.template.spec.containers.1.args.--model' },
    sequenceLength: 8192,
    attention: 'fused',
    parallelism: { tensor: 4 },
  },
  'vllm-compose.yaml': {
    framework: 'vllm',
    purpose: 'serving',
    model: { name: 'Qwen/Qwen3-8B', path: 'services.llm.command.--model' },
    sequenceLength: 16384,
    memoryShare: 0.9,
    attention: 'fused',
  },
  'sglang.yaml': {
    framework: 'sglang',
    purpose: 'serving',
    model: { name: 'deepseek-ai/DeepSeek-V3', path: 'model-path' },
    sequenceLength: 65536,
    cacheDType: 'float8',
    cachePageTokens: 64,
    maxSequences: 128,
    memoryShare: 0.8,
    attention: 'fused',
    parallelism: { data: 1, tensor: 8, expert: 8 },
  },
  'tgi.yaml': {
    framework: 'tgi',
    purpose: 'serving',
    model: { name: 'tiiuae/falcon-7b', path: 'model-id' },
    sequenceLength: 4096,
    weightFormat: 'nf4',
    memoryShare: 0.9,
    attention: 'fused',
    parallelism: { tensor: 2 },
  },
  'llama-cpp.json': {
    framework: 'llama.cpp',
    purpose: 'serving',
    model: { name: 'models/mistral-7b-v0.1.Q4_K_M.gguf', path: 'models.0.model' },
    sequenceLength: 8192,
    cacheDType: 'int8',
    weightFormat: 'q4_k',
    attention: 'fused',
  },
  'ray-serve.yaml': {
    framework: 'vllm',
    purpose: 'serving',
    model: { name: 'Qwen/Qwen3-30B-A3B', path: 'llm_configs.0.model_loading_config.model_source' },
    sequenceLength: 12288,
    attention: 'fused',
    parallelism: { tensor: 2, expert: 2 },
  },
  'tgi-compose.yaml': {
    framework: 'tgi',
    purpose: 'serving',
    model: { name: 'google/gemma-2b', path: 'services.tgi.command.--model-id' },
    sequenceLength: 8192,
    weightFormat: 'int8',
    attention: 'fused',
    parallelism: { tensor: 2 },
  },
  'sglang-command.yaml': {
    framework: 'sglang',
    purpose: 'serving',
    model: { name: 'Qwen/Qwen2.5-7B', path: 'spec.containers.0.args.--model-path' },
    sequenceLength: 32768,
    memoryShare: 0.7,
    attention: 'fused',
    parallelism: { tensor: 2 },
  },
  'llama-server.yaml': {
    framework: 'llama.cpp',
    purpose: 'serving',
    model: { name: '/models/Llama-3.2-1B-Q8_0.gguf', path: 'services.llm.command.--model' },
    sequenceLength: 16384,
    cacheDType: 'int4',
    weightFormat: 'q8_0',
  },
  'nanogpt.py': {
    framework: 'nanogpt',
    purpose: 'training',
    sequenceLength: 256,
    microBatch: 64,
    accumulation: 1,
    dtype: 'bfloat16',
    masterWeights: true,
    float32Gradients: true,
    optimizer: 'adamw',
    recomputation: 'none',
    attention: 'fused',
  },
  Modelfile: {
    framework: 'ollama',
    purpose: 'serving',
    model: { name: 'qwen3:8b-q8_0', path: 'FROM' },
    sequenceLength: 16384,
    weightFormat: 'q8_0',
  },
  'tokenizer_config.json': { framework: 'tokenizer', purpose: 'companion' },
  'generation_config.json': { framework: 'generation', purpose: 'companion', sequenceLength: 4096 },
  'sentence_bert_config.json': {
    framework: 'sentence-transformers',
    purpose: 'companion',
    sequenceLength: 384,
  },
};

describe('recipes: what each framework’s config says', () => {
  for (const [file, figuresOfFile] of Object.entries(expected)) {
    it(`reads ${file}`, () => {
      assert.deepEqual(figures(file), figuresOfFile);
    });
  }

  it('says what it assumed or left aside', () => {
    const sentences = (file: string): string => recipe(file).assumptions.join('\n');
    assert.match(sentences('axolotl-qlora.yaml'), /ZeRO stage 2 by the name of the file/);
    assert.match(
      sentences('trl-grpo.yaml'),
      /"optim" is counted as adamw, the nearest: its gradients are projected/,
    );
    assert.match(sentences('torchtitan.toml'), /sharded within a replica only/);
    assert.match(sentences('llama-server.yaml'), /shared by the 4 slots/);
    assert.equal(sentences('deepspeed.json'), '');
  });

  it('keeps the framework when a value is odd, and names the key', () => {
    const file = 'vllm.yaml';
    const text = readFileSync(join(folder, file), 'utf8').replace('32K', 'plenty').replace('0.85', '85');
    const odd = readRecipe(readDocument(text, file), file);
    assert.equal(odd?.framework, 'vllm');
    assert.equal(odd.sequenceLength, undefined);
    assert.deepEqual(odd.assumptions, [
      '"max-model-len" is the text "plenty", not a whole number above 0: left aside.',
      '"gpu-memory-utilization" is 85, not a number from 0.01 to 1: left aside.',
    ]);
  });
});
