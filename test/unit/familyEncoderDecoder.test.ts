import assert from 'node:assert/strict';
import { countFlops } from '../../src/cost/flops';
import { kvCacheBytes, kvCacheBytesPerToken } from '../../src/cost/kvCache';
import { countParameters } from '../../src/cost/parameters';
import { parametersOf, readObject, refusal } from './familyDecoderFixture';

const t5 = {
  model_type: 't5',
  d_model: 64,
  d_kv: 8,
  d_ff: 128,
  num_layers: 3,
  num_decoder_layers: 2,
  num_heads: 4,
  vocab_size: 100,
  n_positions: 512,
};
/** Of `t5`: four projections between 64 and 4 heads of 8, and the MLP. */
const attention = 4 * 64 * 32;
const mlp = 2 * 64 * 128;

const bart = {
  model_type: 'bart',
  d_model: 64,
  encoder_layers: 2,
  decoder_layers: 3,
  encoder_attention_heads: 4,
  decoder_attention_heads: 2,
  encoder_ffn_dim: 128,
  decoder_ffn_dim: 256,
  vocab_size: 100,
  max_position_embeddings: 512,
};

const lengths = { sequenceLength: 10, sourceLength: 30, batch: 1, dtype: 'float16' } as const;

describe('families: T5', () => {
  it('counts encoder, decoder, cross-attention and relative positions once a stack', () => {
    const layers = 3 * (attention + mlp + 2 * 64) + 2 * (2 * attention + mlp + 3 * 64);
    const outside = 100 * 64 + 2 * 64 + 2 * 32 * 4;
    assert.equal(parametersOf(t5), layers + outside);
    assert.equal(
      parametersOf({ ...t5, model_type: 'umt5', feed_forward_proj: 'relu' }),
      layers + outside + 3 * 32 * 4,
    );
    assert.equal(parametersOf({ ...t5, tie_word_embeddings: false }), layers + outside + 100 * 64);
    assert.equal(parametersOf({ ...t5, feed_forward_proj: 'gated-gelu' }), layers + outside + 5 * 64 * 128);
    assert.equal(countParameters(readObject(t5)).parts.crossAttention, 2 * attention);
  });

  it('projects keys and values of the encoder once a token of the source', () => {
    const model = readObject(t5);
    const flops = countFlops(model, lengths);
    const encoder = 3 * 2 * 30 * attention;
    const self = 2 * 2 * 10 * attention;
    const cross = 2 * (2 * 10 * 2 * 64 * 32 + 2 * 30 * 2 * 64 * 32);
    assert.equal(flops.projectionsPrefill, encoder + self + cross);
    assert.equal(flops.attentionPrefill, 4 * 32 * (3 * 30 * 30 + 2 * ((10 * 11) / 2) + 2 * 10 * 30));
    // A decode step makes no keys and values of the encoder again.
    const step = 2 * (2 * (attention + attention / 2 + mlp)) + 4 * 32 * 2 * (10 + 30) + 2 * 100 * 64;
    assert.equal(flops.decodePerToken, step);
  });

  it('caches keys and values of the decoder and of the encoder', () => {
    const model = readObject(t5);
    assert.equal(kvCacheBytesPerToken(model, 'float16'), 2 * 2 * 2 * 32);
    assert.equal(kvCacheBytes(model, lengths), 2 * 2 * 2 * 32 * (10 + 30));
  });

  it('reads the encoder alone, and a window in LongT5', () => {
    const alone = readObject({ ...t5, architectures: ['T5EncoderModel'] });
    assert.deepEqual(
      alone.stacks.map(({ name, tokens }) => [name, tokens]),
      [['encoder', 'sequence']],
    );
    assert.equal(countParameters(alone).total, 3 * (attention + mlp + 2 * 64) + 100 * 64 + 64 + 32 * 4);
    const long = readObject({ ...t5, model_type: 'longt5', local_radius: 4 });
    assert.equal(long.stacks[1]?.layerKinds[0]?.attention?.window, 9);
    const wrong = { ...t5, model_type: 'longt5', encoder_attention_type: 'far' };
    assert.equal(refusal(wrong).key, 'encoder_attention_type');
  });
});

describe("families: BART's line", () => {
  it('counts each side by its own keys', () => {
    const self = 4 * (64 * 64 + 64);
    const encoderLayer = self + 2 * 64 * 128 + 128 + 64 + 4 * 64;
    const decoderLayer = 2 * self + 2 * 64 * 256 + 256 + 64 + 6 * 64;
    const layers = 2 * encoderLayer + 3 * decoderLayer;
    const table = 512 * 64;
    assert.equal(parametersOf(bart), layers + 100 * 64 + 2 * (table + 2 * 64) + 4 * 64);
    const of = (type: string): number => parametersOf({ ...bart, model_type: type });
    assert.equal(of('mbart'), parametersOf(bart) + 4 * 64);
    assert.equal(of('blenderbot'), layers + 100 * 64 + 2 * table + 4 * 64);
    assert.equal(of('blenderbot-small'), layers + 100 * 64 + 2 * table + 4 * 64);
    assert.equal(of('m2m_100'), layers + 100 * 64 + 4 * 64);
    assert.equal(of('marian'), layers + 100 * 64 + 2 * table);
    const apart = { ...bart, model_type: 'marian', share_encoder_decoder_embeddings: false };
    assert.equal(parametersOf({ ...apart, decoder_vocab_size: 150 }), of('marian') + 150 * 64);
  });

  it('names the side whose heads do not divide the width', () => {
    assert.equal(refusal({ ...bart, encoder_attention_heads: 5 }).key, 'encoder_attention_heads');
    assert.equal(refusal({ ...bart, decoder_layers: 0 }).key, 'decoder_layers');
    assert.deepEqual(readObject(bart).fields['encoder.heads']?.kind, 'key');
  });

  it("has no bias on Whisper's keys and a fixed encoder behind two convolutions", () => {
    const whisper = { ...bart, model_type: 'whisper', num_mel_bins: 20, max_source_positions: 50 };
    const model = readObject({ ...whisper, max_target_positions: 40 });
    const keys = model.stacks.flatMap((stack) =>
      stack.layerKinds.flatMap(({ weights }) => weights.filter(({ name }) => name.endsWith('k_proj.bias'))),
    );
    assert.equal(keys.length, 0);
    assert.deepEqual(
      model.stacks.map(({ tokens }) => tokens),
      ['sequence', 50],
    );
    assert.equal(model.maxSequenceLength, 40);
    const other = countFlops(model, { sequenceLength: 10, batch: 1 }).otherPrefill;
    assert.equal(other, 2 * (100 * 64 * 20 * 3 + 50 * 64 * 64 * 3));
    assert.equal(kvCacheBytes(model, lengths), 3 * 2 * 2 * 64 * (10 + 50));
  });

  it("windows LED's encoder and projects its global token apart", () => {
    const led = { ...bart, model_type: 'led', attention_window: [8, 16] };
    const model = readObject(led);
    assert.deepEqual(
      model.stacks[1]?.layerKinds.map(({ name, attention: each }) => [name, each?.window]),
      [
        ['sliding_attention of 8', 9],
        ['sliding_attention of 16', 17],
      ],
    );
    assert.deepEqual(model.stacks[1].layerKinds[0]?.attention?.pattern, { kind: 'global', global: 1 });
    assert.equal(refusal({ ...led, attention_window: [8] }).key, 'attention_window');
    assert.equal(refusal({ ...led, attention_window: 7 }).key, 'attention_window');
  });
});
