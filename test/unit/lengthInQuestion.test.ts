import assert from 'node:assert/strict';
import { lengthInQuestion } from '../../src/extension/editor/lengthInQuestion';
import { tinyLlama } from '../fixtures/tinyLlama';
import { subjectOf } from './insightFixture';

const whisper = JSON.stringify({
  model_type: 'whisper',
  d_model: 64,
  encoder_layers: 2,
  encoder_attention_heads: 4,
  encoder_ffn_dim: 128,
  decoder_layers: 2,
  decoder_attention_heads: 4,
  decoder_ffn_dim: 128,
  vocab_size: 100,
  max_source_positions: 1500,
  max_target_positions: 448,
});

async function asked(text: string, path: string): Promise<number> {
  const { field, reading } = await subjectOf(text, path);
  return lengthInQuestion(field, reading);
}

describe('the length that a click at a field profiles at', () => {
  it("is the field's own where it is a length, else the declared one", async () => {
    const text = JSON.stringify(tinyLlama);
    assert.equal(await asked(text, 'max_position_embeddings'), 512);
    assert.equal(await asked(text, 'num_attention_heads'), 512);
  });

  it("is never that of Whisper's encoder, which no text can have: each profile has the encoder at it anyway", async () => {
    assert.equal(await asked(whisper, 'max_target_positions'), 448);
    assert.equal(await asked(whisper, 'max_source_positions'), 448);
  });
});
