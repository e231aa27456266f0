import assert from 'node:assert/strict';
import { countFlops } from '../../src/cost/flops';
import { kvCacheBytes } from '../../src/cost/kvCache';
import { kindNames, kindsOf, readObject, refusal } from './familyDecoderFixture';

const small = {
  hidden_size: 128,
  num_hidden_layers: 12,
  num_attention_heads: 8,
  num_key_value_heads: 2,
  head_dim: 16,
  intermediate_size: 256,
  vocab_size: 1000,
  max_position_embeddings: 4096,
};

function kinds(config: Record<string, unknown>): string {
  return kindNames(readObject({ ...small, ...config }));
}

const types = (pattern: string): string[] =>
  Array.from(pattern, (letter) => letter).map((letter) =>
    letter === 's' ? 'sliding_attention' : 'full_attention',
  );

describe('families: which layers see a window', () => {
  it('windows every layer of Mistral, unless the window is null', () => {
    assert.equal(kinds({ model_type: 'mistral' }), 'sliding_attention × 12');
    assert.equal(kinds({ model_type: 'mistral', sliding_window: null }), 'full_attention × 12');
    for (const modelType of ['mixtral', 'phi3', 'starcoder2', 'phimoe']) {
      assert.equal(kinds({ model_type: modelType }), 'full_attention × 12', modelType);
      assert.equal(kinds({ model_type: modelType, sliding_window: 64 }), 'sliding_attention × 12');
    }
  });

  it('switches Qwen windows on from max_window_layers', () => {
    const qwen = { model_type: 'qwen2', sliding_window: 64, max_window_layers: 5 };
    assert.equal(kinds(qwen), 'full_attention × 12');
    const on = { ...qwen, use_sliding_window: true };
    assert.equal(kinds(on), 'full_attention × 5, sliding_attention × 7');
    assert.equal(kinds({ ...on, max_window_layers: 0 }), 'sliding_attention × 12');
    assert.equal(kinds({ ...on, max_window_layers: 99 }), 'full_attention × 12');
    assert.equal(
      kinds({ ...on, layer_types: types('ssfsssssssss') }),
      'sliding_attention × 11, full_attention × 1',
    );
  });

  it('follows the pattern of each model type', () => {
    assert.equal(kinds({ model_type: 'gemma2' }), 'sliding_attention × 6, full_attention × 6');
    assert.equal(kinds({ model_type: 'gemma3_text' }), 'sliding_attention × 10, full_attention × 2');
    assert.equal(
      kinds({ model_type: 'gemma3_text', _sliding_window_pattern: 3 }),
      'sliding_attention × 8, full_attention × 4',
    );
    assert.equal(kinds({ model_type: 'cohere2' }), 'sliding_attention × 9, full_attention × 3');
    assert.equal(kinds({ model_type: 'olmo3' }), 'sliding_attention × 9, full_attention × 3');
    assert.equal(kinds({ model_type: 'exaone4' }), 'sliding_attention × 9, full_attention × 3');
    assert.equal(
      kinds({ model_type: 'exaone4', sliding_window_pattern: 'LLG' }),
      'sliding_attention × 8, full_attention × 4',
    );
    assert.equal(kinds({ model_type: 'exaone4', sliding_window: null }), 'full_attention × 12');
    assert.equal(
      kinds({ model_type: 'gpt_oss', num_local_experts: 4 }),
      'sliding_attention × 6, full_attention × 6',
    );
  });

  it('lets layer_types go first', () => {
    for (const modelType of ['gemma2', 'gemma3_text', 'cohere2', 'olmo3', 'exaone4', 'ministral']) {
      const config = { model_type: modelType, layer_types: types('ffssssssssss') };
      assert.equal(kinds(config), 'full_attention × 2, sliding_attention × 10', modelType);
    }
    assert.equal(kinds({ model_type: 'smollm3', layer_types: types('ffffffffffff') }), 'full_attention × 12');
  });

  it('windows the layers of SmolLM3 without rotary positions where the switch is on', () => {
    const on = { model_type: 'smollm3', use_sliding_window: true, sliding_window: 64 };
    assert.equal(kinds(on), 'full_attention × 9, sliding_attention × 3');
    const flags = [0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
    assert.equal(kinds({ ...on, no_rope_layers: flags }), 'sliding_attention × 2, full_attention × 10');
  });

  it('chunks the layers of Llama 4 that have rotary positions', () => {
    const llama4 = {
      model_type: 'llama4_text',
      attention_chunk_size: 64,
      intermediate_size_mlp: 512,
      interleave_moe_layer_step: 2,
      num_local_experts: 4,
    };
    const model = readObject({ ...small, ...llama4 });
    assert.equal(
      kindNames(model),
      'chunked_attention × 6, chunked_attention, experts × 3, full_attention, experts × 3',
    );
    const [chunked, , full] = kindsOf(model);
    assert.deepEqual(chunked?.attention?.pattern, { kind: 'chunk', chunk: 64, before: 0, after: 0 });
    assert.equal(chunked.attention.queryKeyNorm, true);
    assert.equal(full?.attention?.queryKeyNorm, undefined);
    assert.equal(
      kinds({ ...llama4, attention_chunk_size: null, interleave_moe_layer_step: 1 }),
      'full_attention × 9, full_attention, no rotary positions × 3',
    );
  });

  it('counts cache and attention of windowed layers by their window', () => {
    const model = readObject({ ...small, model_type: 'gemma3_text', sliding_window: 64 });
    const options = { sequenceLength: 1024, batch: 1, dtype: 'float16' } as const;
    assert.equal(kvCacheBytes(model, options), 2 * 2 * 2 * 16 * (10 * 64 + 2 * 1024));
    const windowPairs = (64 * 65) / 2 + (1024 - 64) * 64;
    const allPairs = (1024 * 1025) / 2;
    assert.equal(countFlops(model, options).attentionPrefill, 4 * 8 * 16 * (10 * windowPairs + 2 * allPairs));
  });

  it('counts the attention of chunks by their size', () => {
    const llama4 = { model_type: 'llama4_text', attention_chunk_size: 64, intermediate_size_mlp: 512 };
    const model = readObject({ ...small, ...llama4 });
    const options = { sequenceLength: 256, batch: 1, dtype: 'float16' } as const;
    const chunkPairs = (4 * (64 * 65)) / 2;
    const allPairs = (256 * 257) / 2;
    assert.equal(countFlops(model, options).attentionPrefill, 4 * 8 * 16 * (9 * chunkPairs + 3 * allPairs));
    assert.equal(kvCacheBytes(model, options), 2 * 2 * 2 * 16 * (9 * 64 + 3 * 256));
  });

  it('refuses windows, patterns and lists that are none', () => {
    const key = (config: Record<string, unknown>): string | undefined => refusal({ ...small, ...config }).key;
    assert.equal(key({ model_type: 'gemma2', sliding_window: 0 }), 'sliding_window');
    assert.equal(key({ model_type: 'gemma2', layer_types: types('sf') }), 'layer_types');
    assert.equal(key({ model_type: 'gemma2', layer_types: 'sliding_attention' }), 'layer_types');
    assert.equal(key({ model_type: 'gpt_oss', layer_types: Array(12).fill('mamba') }), 'layer_types');
    assert.equal(key({ model_type: 'cohere2', sliding_window_pattern: 0 }), 'sliding_window_pattern');
    assert.equal(key({ model_type: 'exaone4', sliding_window_pattern: 'LXG' }), 'sliding_window_pattern');
    assert.equal(key({ model_type: 'llama4_text', no_rope_layers: [1, 0] }), 'no_rope_layers');
    assert.equal(key({ model_type: 'llama4_text', no_rope_layers: [1, 2] }), 'no_rope_layers');
    assert.equal(key({ model_type: 'llama4_text', attention_chunk_size: 'all' }), 'attention_chunk_size');
    assert.equal(
      key({ model_type: 'smollm3', use_sliding_window: true, sliding_window: 8, no_rope_layer_interval: 0 }),
      'no_rope_layer_interval',
    );
  });
});
