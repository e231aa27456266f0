import assert from 'node:assert/strict';
import { countFlops } from '../../src/cost/flops';
import { kvCacheBytesPerToken } from '../../src/cost/kvCache';
import { kindNames, kindsOf, parametersOf, readObject, refusal } from './familyDecoderFixture';

const bert = {
  hidden_size: 64,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  intermediate_size: 256,
  vocab_size: 100,
  max_position_embeddings: 512,
};
const layer = 12 * 64 * 64 + 9 * 64 + 4 * 64;
/** Embeddings of tokens, positions and two token types, and their norm. */
const embeddings = (rows: number): number => (100 + rows + 2 + 2) * 64;
const pooler = 64 * 64 + 64;

describe('families: sparse encoders', () => {
  it('reads windows of Longformer, on both sides, and its projections for global tokens', () => {
    const longformer = { ...bert, model_type: 'longformer', attention_window: [8, 8] };
    const model = readObject(longformer);
    assert.equal(kindNames(model), 'sliding_attention × 2');
    assert.equal(kindsOf(model)[0]?.attention?.window, 9);
    assert.equal(model.maxSequenceLength, 510);
    assert.equal(parametersOf(longformer), embeddings(512) + 2 * (layer + 3 * (64 * 64 + 64)) + pooler);
    const flops = countFlops(model, { sequenceLength: 40, batch: 1 });
    // 9 keys but for the ends, which lack 4, 3, 2 and 1; the first token sees and is seen by the 35 others too.
    assert.equal(flops.attentionPrefill, 2 * 4 * 64 * (40 * 9 - 2 * 10 + 2 * 35));
    // Six projections of every token, and one of the global token.
    assert.equal(flops.projectionsPrefill, 2 * 2 * 64 * 64 * (6 * 40 + 1));
    assert.equal(kindNames(readObject({ ...longformer, attention_window: [8, 16] })).split(', ').length, 2);
    for (const wrong of [[8], [8, 7], [8, 0], 'all', [8, '8']]) {
      assert.equal(refusal({ ...longformer, attention_window: wrong }).key, 'attention_window');
    }
  });

  it('reads blocks of BigBird, and full attention where it is asked for', () => {
    const bigBird = { ...bert, model_type: 'big_bird', block_size: 4, num_random_blocks: 1 };
    const model = readObject(bigBird);
    const pattern = { kind: 'block', block: 4, local: 3, random: 1, global: 2 };
    assert.deepEqual(kindsOf(model)[0]?.attention?.pattern, pattern);
    assert.ok(model.assumptions.some((sentence) => sentence.includes('up to 28 tokens')));
    const { attentionPrefill } = countFlops(model, { sequenceLength: 80, batch: 1 });
    // Of 20 blocks two see all, and 18 see 6, of which the two beside the ends see one twice.
    assert.equal(attentionPrefill, 2 * 4 * 64 * 4 * 4 * (2 * 20 + 18 * 6 - 2));
    assert.equal(parametersOf(bigBird), embeddings(512) + 2 * layer + pooler);
    assert.equal(parametersOf(bigBird) - parametersOf({ ...bigBird, use_bias: false }), 2 * 3 * 64);
    const full = readObject({ ...bigBird, attention_type: 'original_full' });
    assert.equal(kindsOf(full)[0]?.attention?.pattern, undefined);
    assert.equal(kindNames(readObject({ ...bigBird, is_decoder: true })), 'full_attention × 2');
    assert.equal(refusal({ ...bigBird, attention_type: 'far' }).key, 'attention_type');
    assert.equal(refusal({ ...bigBird, block_size: 0 }).key, 'block_size');
  });

  it('reads landmarks and the convolution of Nyströmformer', () => {
    const nystromformer = {
      ...bert,
      model_type: 'nystromformer',
      num_landmarks: 8,
      segment_means_seq_len: 64,
      conv_kernel_size: 5,
    };
    const model = readObject(nystromformer);
    assert.deepEqual(kindsOf(model)[0]?.attention?.pattern, { kind: 'landmark', landmarks: 8 });
    assert.equal(model.maxSequenceLength, 512);
    assert.equal(parametersOf(nystromformer), embeddings(514) + 2 * (layer + 4 * 5));
    const flops = countFlops(model, { sequenceLength: 40, batch: 1 });
    assert.equal(flops.attentionPrefill, 2 * 4 * 64 * (2 * 40 * 8 + 64));
    assert.equal(flops.projectionsPrefill, 2 * 2 * 40 * (4 * 64 * 64 + 64 * 5));
    assert.equal(parametersOf({ ...nystromformer, conv_kernel_size: null }), embeddings(514) + 2 * layer);
    const same = readObject({ ...nystromformer, num_landmarks: 64 });
    assert.ok(same.assumptions.some((sentence) => sentence.includes('full attention')));
  });
});

describe('families: Reformer', () => {
  const reformer = {
    model_type: 'reformer',
    hidden_size: 256,
    num_attention_heads: 2,
    attention_head_size: 64,
    attn_layers: ['local', 'lsh', 'local'],
    feed_forward_size: 512,
    vocab_size: 320,
    max_position_embeddings: 4096,
    is_decoder: true,
    num_hashes: 2,
    lsh_attn_chunk_length: 16,
    local_attn_chunk_length: 8,
  };

  it('reads chunks of neighbours and of hashed buckets, causal in a decoder', () => {
    const [local, lsh] = kindsOf(readObject(reformer)).map(({ attention }) => attention);
    assert.deepEqual(local?.pattern, { kind: 'chunk', chunk: 8, before: 1, after: 0 });
    assert.deepEqual(lsh?.pattern, { kind: 'lsh', chunk: 16, before: 1, after: 0, rounds: 2 });
    assert.equal(local.causal, true);
    assert.equal(kvCacheBytesPerToken(readObject(reformer), 'float16'), 0);
  });

  it('counts shared queries and keys, axial positions and a head on both streams', () => {
    const inner = 2 * 64;
    const mlp = 2 * 256 * 512 + 512 + 256;
    const layers = (2 * 4 + 3) * 256 * inner + 3 * (mlp + 4 * 256);
    const axial = 64 * 64 + 64 * 192;
    const head = 320 * 512 + 320;
    assert.equal(parametersOf(reformer), 320 * 256 + axial + layers + 2 * 512 + head);
    const learned = { ...reformer, axial_pos_embds: false };
    assert.equal(parametersOf(learned) - parametersOf(reformer), 4096 * 256 - axial);
  });

  it('counts 149,182,722 for reformer-enwik8, published as 149M', () => {
    const kinds = Array.from({ length: 12 }, (_, index) => (index % 4 === 2 ? 'lsh' : 'local'));
    const enwik8 = {
      ...reformer,
      hidden_size: 1024,
      num_attention_heads: 8,
      attention_head_size: 128,
      attn_layers: kinds,
      feed_forward_size: 4096,
      vocab_size: 258,
      max_position_embeddings: 65536,
      axial_pos_shape: [128, 512],
      axial_pos_embds_dim: [256, 768],
    };
    assert.equal(parametersOf(enwik8), 149_182_722);
  });

  it('names the lists that do not fit', () => {
    for (const wrong of [[], ['far'], 'local', ['local', 5], 3]) {
      assert.equal(refusal({ ...reformer, attn_layers: wrong }).key, 'attn_layers', JSON.stringify(wrong));
    }
    assert.equal(refusal({ ...reformer, axial_pos_embds_dim: [64, 64] }).key, 'axial_pos_embds_dim');
    assert.equal(refusal({ ...reformer, axial_pos_shape: [64, 0] }).key, 'axial_pos_shape');
    assert.equal(refusal({ ...reformer, local_attn_chunk_length: 0 }).key, 'local_attn_chunk_length');
  });
});
