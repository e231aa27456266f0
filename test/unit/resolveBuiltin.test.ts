import assert from 'node:assert/strict';
import { builtinAliases } from '../../src/config/resolve/builtinAliases';
import { builtinModels } from '../../src/config/resolve/builtinModels';
import { findBuiltin } from '../../src/config/resolve/findBuiltin';
import { canonicalName, parseModelName } from '../../src/config/resolve/modelName';
import { builtinCounts } from '../fixtures/builtinCounts';

function lastPart(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

function builtinId(reference: string): string | undefined {
  return findBuiltin(parseModelName(reference))?.model.id;
}

function notesOf(reference: string): string {
  return findBuiltin(parseModelName(reference))?.notes.join(' ') ?? assert.fail(reference);
}

/** Every number in it, however deep, with the key that has it. */
function numbersIn(value: unknown, key = ''): [string, number][] {
  if (typeof value === 'number') return [[key, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([inner, each]) => numbersIn(each, inner));
}

describe('resolve: the built-in table', () => {
  it('has only positive whole numbers, and heads that divide', () => {
    assert.ok(builtinModels.length >= 80);
    for (const { id, config } of builtinModels) {
      for (const [key, value] of numbersIn(config)) {
        assert.ok(Number.isSafeInteger(value) && value > 0, `${id}: ${key} is ${String(value)}`);
      }
      const read = (...keys: string[]): number => {
        const value = keys.map((key) => config[key]).find((each) => each !== undefined);
        return typeof value === 'number' ? value : assert.fail(`${id} has no ${keys.join(', ')}`);
      };
      const heads = read('num_attention_heads', 'n_head');
      const hidden = read('hidden_size', 'n_embd');
      assert.equal(typeof config['model_type'], 'string', id);
      assert.ok(read('vocab_size') >= 20_000, id);
      assert.ok(read('max_position_embeddings', 'n_positions') >= 512, id);
      assert.ok('head_dim' in config || 'v_head_dim' in config || hidden % heads === 0, id);
      if (config['num_key_value_heads'] !== undefined)
        assert.equal(heads % read('num_key_value_heads'), 0, id);
      if (Array.isArray(config['layer_types'])) {
        assert.equal(config['layer_types'].length, read('num_hidden_layers'), id);
        assert.ok(
          config['layer_types'].every((each) => each === 'full_attention' || each === 'sliding_attention'),
        );
      }
    }
  });

  it('starts with a window and ends each period with a full layer', () => {
    const types = (id: string): unknown =>
      builtinModels.find((model) => model.id === id)?.config['layer_types'];
    const [s, f] = ['sliding_attention', 'full_attention'];
    assert.deepEqual((types('google/gemma-2-2b') as string[]).slice(0, 4), [s, f, s, f]);
    assert.deepEqual((types('google/gemma-3-1b-pt') as string[]).slice(0, 7), [s, s, s, s, s, f, s]);
  });

  it('has each name once, and no other name that is one of them or means nothing', () => {
    const names = builtinModels.map((model) => canonicalName(lastPart(model.id)));
    assert.equal(new Set(names).size, names.length);
    for (const [alias, target] of builtinAliases) {
      assert.ok(!names.includes(alias), `${alias} is a name of its own`);
      assert.ok(names.includes(canonicalName(target)), `${target} is not in the table`);
    }
  });

  it('finds every model by its repository, without a note except a remark', () => {
    for (const model of builtinModels) {
      const match = findBuiltin(parseModelName(model.id));
      assert.equal(match?.model.id, model.id);
      assert.deepEqual(match.notes, model.remark === undefined ? [] : [model.remark]);
    }
  });

  it('has published counts for models of the table, each once', () => {
    const ids = new Set(builtinModels.map((model) => model.id));
    assert.ok(builtinCounts.length >= 85);
    assert.equal(new Set(builtinCounts.map((count) => count.name)).size, builtinCounts.length);
    for (const { name, parameters, source } of builtinCounts) {
      assert.ok(ids.has(name), name);
      assert.ok(Number.isSafeInteger(parameters) && source !== '', name);
    }
  });

  it('knows mirrors, tuned and quantised models', () => {
    const cases: [string, string][] = [
      ['meta-llama/Llama-2-7b-chat-hf', 'meta-llama/Llama-2-7b-hf'],
      ['NousResearch/Llama-2-7b', 'meta-llama/Llama-2-7b-hf'],
      ['meta-llama/Meta-Llama-3-8B-Instruct', 'meta-llama/Meta-Llama-3-8B'],
      ['unsloth/llama-3-8b-bnb-4bit', 'meta-llama/Meta-Llama-3-8B'],
      ['NousResearch/Meta-Llama-3.1-8B', 'meta-llama/Llama-3.1-8B'],
      ['meta-llama/Llama-3.2-3B-Instruct', 'meta-llama/Llama-3.2-3B'],
      ['unsloth/Llama-3.3-70B', 'meta-llama/Llama-3.3-70B-Instruct'],
      ['mistralai/Mistral-7B-Instruct-v0.1', 'mistralai/Mistral-7B-v0.1'],
      ['mistralai/Mistral-7B-Instruct-v0.2', 'mistralai/Mistral-7B-Instruct-v0.2'],
      ['mistralai/Mixtral-8x7B-Instruct-v0.1', 'mistralai/Mixtral-8x7B-v0.1'],
      ['mistralai/Mixtral-8x22B-Instruct-v0.1', 'mistralai/Mixtral-8x22B-Instruct-v0.1'],
      ['Qwen/Qwen2.5-72B-Instruct-AWQ', 'Qwen/Qwen2.5-72B-Instruct'],
      ['Qwen/Qwen3-8B-Base', 'Qwen/Qwen3-8B'],
      ['Qwen/Qwen3-4B-Instruct-2507', 'Qwen/Qwen3-4B-Instruct-2507'],
      ['google/gemma-2-9b-it', 'google/gemma-2-9b'],
      ['google/gemma-3-4b-it', 'google/gemma-3-4b-pt'],
      ['bert-base-uncased', 'google-bert/bert-base-uncased'],
      ['EleutherAI/pythia-1.4b-deduped', 'EleutherAI/pythia-1.4b'],
      ['deepseek-ai/DeepSeek-R1', 'deepseek-ai/DeepSeek-R1'],
      ['deepseek-ai/DeepSeek-V3-0324', 'deepseek-ai/DeepSeek-V3'],
      ['HuggingFaceTB/SmolLM2-360M-Instruct', 'HuggingFaceTB/SmolLM2-360M'],
    ];
    for (const [reference, id] of cases) assert.equal(builtinId(reference), id, reference);
  });

  it('knows the names of Ollama, torchtitan, torchtune and NeMo', () => {
    const cases: [string, string][] = [
      ['llama3.2', 'meta-llama/Llama-3.2-3B'],
      ['llama3.2:latest', 'meta-llama/Llama-3.2-3B'],
      ['llama3.2:1b', 'meta-llama/Llama-3.2-1B'],
      ['llama3.1:8b-instruct-q4_K_M', 'meta-llama/Llama-3.1-8B'],
      ['mistral', 'mistralai/Mistral-7B-v0.3'],
      ['qwen2.5:7b', 'Qwen/Qwen2.5-7B'],
      ['qwen3:30b-a3b', 'Qwen/Qwen3-30B-A3B'],
      ['gemma3:12b', 'google/gemma-3-12b-pt'],
      ['gpt-oss:120b', 'openai/gpt-oss-120b'],
      ['deepseek-r1:671b', 'deepseek-ai/DeepSeek-R1'],
      ['hf.co/bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M', 'meta-llama/Llama-3.2-3B'],
      ['llama3 8B', 'meta-llama/Meta-Llama-3-8B'],
      ['llama3 405B', 'meta-llama/Llama-3.1-405B'],
      ['deepseek_v3 671B', 'deepseek-ai/DeepSeek-V3'],
      ['llama3.1 8B', 'meta-llama/Llama-3.1-8B'],
      ['qwen2.5 7B instruct', 'Qwen/Qwen2.5-7B-Instruct'],
      ['llama31_8b', 'meta-llama/Llama-3.1-8B'],
      ['./assets/hf/Llama-3.1-8B', 'meta-llama/Llama-3.1-8B'],
    ];
    for (const [reference, id] of cases) assert.equal(builtinId(reference), id, reference);
  });

  it('does not take one model for another', () => {
    const others = [
      'Qwen/Qwen2-57B',
      'Qwen/Qwen2.5-Coder-7B',
      'deepseek-r1',
      'deepseek-r1:7b',
      'deepseek-ai/DeepSeek-R1-Distill-Qwen-7B',
      'meta-llama/Llama-3.2-11B-Vision',
      'cognitivecomputations/dolphin-2.9-llama3-8b',
      'llama3.1:9b',
      'constructor',
      '__proto__',
      './out/ckpt',
      '..',
    ];
    for (const reference of others) assert.equal(builtinId(reference), undefined, reference);
  });

  it('says what was left aside', () => {
    assert.match(notesOf('TheBloke/Llama-2-7b-chat-hf-GPTQ'), /"-GPTQ".*tuned.*"TheBloke" is taken/);
    assert.match(notesOf('google/gemma-3-4b-it'), /vision tower/);
    assert.equal(notesOf('Qwen/Qwen3-8B'), '');
  });
});
