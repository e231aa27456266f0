import assert from 'node:assert/strict';
import { estimate } from '../../src/cost/estimateModel';
import { peakWithAttention, peakWithState } from '../../src/cost/peakWithState';
import { readModel } from '../../src/config/readModel';
import { attentionKinds } from '../../src/model/attentionKinds';
import { fixture, llama1b, readText } from '../fixtures/readFixture';

describe('peakWithState', () => {
  const model = llama1b();
  const options = { sequenceLength: 131_072, batch: 2, dtype: 'bfloat16' } as const;
  const [kind] = attentionKinds(model);
  assert.ok(kind);

  it('is the estimate itself where the state is the KV cache', () => {
    const { kvHeads, headDim } = kind.attention;
    const elements = 2 * options.batch * kvHeads * headDim * options.sequenceLength;
    const { inferencePeak, kvCache } = estimate(model, options).memory;
    assert.ok(kvCache > 0);
    assert.equal(peakWithState(model, options, kind, elements, 2), inferencePeak);
  });

  it('takes the cache off where nothing is kept, and grows by what is', () => {
    const { inferencePeak, kvCache } = estimate(model, options).memory;
    assert.equal(peakWithState(model, options, kind, 0, 2), inferencePeak - kvCache);
    assert.equal(peakWithState(model, options, kind, 1000, 2), inferencePeak - kvCache + kind.layers * 2000);
  });

  it('is unknown for layers that cache nothing', () => {
    const encoder = { ...model, stacks: model.stacks.map((stack) => ({ ...stack, generates: false })) };
    assert.equal(peakWithState(encoder, options, kind, 0, 2), undefined);
  });

  it('splits what is kept over devices as the keys and values are', () => {
    const { kvHeads, headDim } = kind.attention;
    const elements = 2 * options.batch * kvHeads * headDim * options.sequenceLength;
    for (const parallelism of [{ tensor: 4 }, { tensor: 16, pipeline: 2 }, { context: 2 }]) {
      const split = { ...options, parallelism };
      const { inference } = estimate(model, split).perDevice;
      const same = peakWithState(model, split, kind, elements, 2);
      assert.ok(same !== undefined && Math.abs(same - inference.peak) < 1);
      const none = peakWithState(model, split, kind, 0, 2);
      assert.ok(none !== undefined && Math.abs(none - (inference.peak - inference.kvCache)) < 1);
    }
  });
});

function phi3(num_key_value_heads: number): string {
  return JSON.stringify({
    model_type: 'phi3',
    architectures: ['Phi3ForCausalLM'],
    hidden_size: 1024,
    intermediate_size: 4096,
    num_hidden_layers: 4,
    num_attention_heads: 16,
    num_key_value_heads,
    vocab_size: 32_064,
    max_position_embeddings: 4096,
    torch_dtype: 'bfloat16',
  });
}

describe('peakWithAttention', () => {
  const path = 'test/fixtures/configs/mistral-7b.json';
  const model = fixture('mistral-7b');
  const [kind] = attentionKinds(model);
  assert.ok(kind);
  const options = { sequenceLength: 32_768, batch: 1, dtype: 'bfloat16' } as const;

  it('is what the estimate says after the edit of the config: fewer key/value heads keep the window', () => {
    assert.ok(kind.attention.window !== undefined && kind.attention.kvHeads > 2);
    const edited = readModel(
      readText(path).replace(/"num_key_value_heads": \d+/, '"num_key_value_heads": 2'),
      path,
    );
    const peak = peakWithAttention(model, options, kind, { ...kind.attention, kvHeads: 2 });
    assert.equal(peak, estimate(edited, options).memory.inferencePeak);
    assert.ok(peak < estimate(model, options).memory.inferencePeak);
  });

  it('is what the estimate says after the edit of the window, which saves nothing in whole pages', () => {
    const edited = readModel(readText(path).replace(/"sliding_window": \d+/, '"sliding_window": 512'), path);
    const attention = { ...kind.attention, window: 512 };
    for (const cacheLayout of ['window', 'pages'] as const) {
      const conditions = { ...options, cacheLayout };
      const peak = peakWithAttention(model, conditions, kind, attention);
      assert.equal(peak, estimate(edited, conditions).memory.inferencePeak);
      const today = estimate(model, conditions).memory.inferencePeak;
      assert.equal(peak < today, cacheLayout === 'window');
    }
  });

  it('counts a fused matrix of queries, keys and values with the heads that are left', () => {
    const phi = (num_key_value_heads: number) => readModel(phi3(num_key_value_heads), 'config.json');
    const [heads] = attentionKinds(phi(8));
    assert.ok(heads);
    const peak = peakWithAttention(phi(8), options, heads, { ...heads.attention, kvHeads: 2 });
    assert.equal(peak, estimate(phi(2), options).memory.inferencePeak);
  });

  it('is unknown for layers that cache nothing', () => {
    const encoder = { ...model, stacks: model.stacks.map((stack) => ({ ...stack, generates: false })) };
    assert.equal(peakWithAttention(encoder, options, kind, kind.attention), undefined);
  });
});
