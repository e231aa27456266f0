import assert from 'node:assert/strict';
import { countFlops } from '../../src/cost/flops';
import { kvCacheBytesPerToken } from '../../src/cost/kvCache';
import { kindNames, parametersOf, readObject, refusal } from './familyDecoderFixture';

const shape = {
  model_type: 'gemma3n_text',
  num_attention_heads: 8,
  num_key_value_heads: 2,
  head_dim: 256,
  hidden_size: 2048,
  vocab_size: 262400,
  max_position_embeddings: 32768,
};
const e4b = {
  ...shape,
  num_hidden_layers: 35,
  intermediate_size: Array.from({ length: 35 }, () => 16384),
  num_kv_shared_layers: 15,
};
const e2b = { ...shape, num_hidden_layers: 30, intermediate_size: 8192, num_kv_shared_layers: 10 };

describe('families: Gemma 3n', () => {
  it('differs between its two sizes as the published counts do', () => {
    // Both have the same towers for images and sound, which are not part of the text model.
    assert.equal(parametersOf(e4b) - parametersOf(e2b), 7_849_978_192 - 5_439_438_272);
  });

  it('counts streams, low-rank paths and embeddings of a layer', () => {
    const layer =
      2 * 2048 * 8 * 256 +
      2 * 2048 * 2 * 256 +
      2 * 256 +
      3 * 2048 * 8192 +
      2 * 2048 * 64 +
      (4 * 2048 + 16 * 4 + 4 * 4 + 2048) +
      2 * 2048 * 256 +
      7 * 2048;
    const outside = 262400 * 2048 + 262144 * 30 * 256 + 2048 * 30 * 256 + 256 + 2 * 3 * 2048 * 2048 + 2048;
    assert.equal(parametersOf(e2b), outside + 30 * layer);
  });

  it('keeps no cache in late layers, and makes no keys and values there', () => {
    const model = readObject(e2b);
    assert.equal(
      kindNames(model),
      'sliding_attention × 16, full_attention × 4, sliding_attention, shared cache × 8, full_attention, shared cache × 2',
    );
    assert.equal(kvCacheBytesPerToken(model, 'float16'), 20 * 2 * 2 * 256 * 2);
    const flops = (config: Record<string, unknown>): number =>
      countFlops(readObject({ ...e2b, ...config }), { sequenceLength: 1, batch: 1 }).projectionsPrefill;
    assert.equal(flops({ num_kv_shared_layers: 0 }) - flops({}), 10 * 2 * 2 * 2048 * 512);
  });

  it('names the key at fault', () => {
    const key = (config: Record<string, unknown>): string | undefined => refusal({ ...e2b, ...config }).key;
    assert.equal(key({ intermediate_size: [1, 2] }), 'intermediate_size');
    assert.equal(key({ intermediate_size: 'wide' }), 'intermediate_size');
    assert.equal(key({ altup_num_inputs: 0 }), 'altup_num_inputs');
    assert.equal(key({ num_kv_shared_layers: 30 }), 'num_kv_shared_layers');
    assert.equal(key({ layer_types: ['sliding_attention'] }), 'layer_types');
    assert.equal(key({ hidden_size: undefined }), 'hidden_size');
  });
});
