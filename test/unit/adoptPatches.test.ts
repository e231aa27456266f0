import assert from 'node:assert/strict';
import { coarserPatches } from '../../src/attention/coarserPatches';
import type { Adoption } from '../../src/attention/mechanism';
import { readModel } from '../../src/config/readModel';
import { attentionKinds, type AttentionKind } from '../../src/model/attentionKinds';
import type { ModelSpec } from '../../src/model/modelSpec';
import { fixture } from '../fixtures/readFixture';

const tower = {
  hidden_size: 64,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  intermediate_size: 128,
};

function clip(vision: object): ModelSpec {
  const text = { ...tower, vocab_size: 100, max_position_embeddings: 77 };
  return readModel(
    JSON.stringify({
      model_type: 'clip',
      projection_dim: 64,
      text_config: text,
      vision_config: { ...tower, ...vision },
    }),
    'config.json',
  );
}

function vit(keys: object): ModelSpec {
  return readModel(JSON.stringify({ model_type: 'vit', ...tower, ...keys }), 'config.json');
}

function images(model: ModelSpec): AttentionKind {
  const kind = attentionKinds(model).at(-1);
  assert.ok(kind);
  return kind;
}

function adopted(model: ModelSpec, factor = 2): Adoption {
  return coarserPatches.adopt(model, images(model).attention, { factor });
}

describe('adopting larger image patches', () => {
  it('doubles the side where the image is a multiple of it', () => {
    const found = adopted(vit({ image_size: 224, patch_size: 16 }));
    assert.ok(found.kind === 'config');
    assert.deepEqual(found.edits, [{ path: ['patch_size'], value: 32 }]);
  });

  it('takes the side that divides the image and gives as many patches as were measured', () => {
    const found = adopted(clip({ image_size: 224, patch_size: 32 }));
    assert.ok(found.kind === 'config');
    // 7 × 7 patches, two by two: 4 × 4, which are 56 pixels wide.
    assert.deepEqual(found.edits, [{ path: ['vision_config', 'patch_size'], value: 56 }]);
    assert.match(
      found.reason,
      /64 pixels would not divide the image of 224 × 224; 56 does, and gives the same 4 × 4 patches/,
    );
  });

  it('is not offered where no side divides the image so, and names those that divide it', () => {
    const found = adopted(vit({ image_size: 518, patch_size: 14 }));
    assert.equal(found.kind, 'none');
    assert.match(found.reason, /28 pixels.*518 × 518.*37, 74, 259, 518\.$/);
  });

  it('sets divisors alone, of any image and factor', () => {
    for (const image of [96, 160, 224, 256, 336, 384, 448, 518]) {
      for (const patch of [8, 14, 16, 32].filter((size) => image % size === 0)) {
        for (const factor of [2, 3, 4]) {
          const found = adopted(vit({ image_size: image, patch_size: patch }), factor);
          if (found.kind !== 'config') continue;
          const [edit] = found.edits;
          assert.ok(edit && typeof edit.value === 'number');
          assert.equal(image % edit.value, 0);
          assert.equal(image / edit.value, Math.ceil(image / patch / factor));
        }
      }
    }
  });

  it('knows the image where the config leaves its size to the class', () => {
    const found = adopted(clip({ patch_size: 32 }));
    assert.ok(found.kind === 'config');
    assert.deepEqual(found.edits, [{ path: ['vision_config', 'patch_size'], value: 56 }]);
  });
});

describe('layers through which no image goes', () => {
  const reasonOf = (model: ModelSpec, index: number): string | undefined => {
    const kind = attentionKinds(model)[index];
    assert.ok(kind);
    return coarserPatches.unsuited?.(model, kind.attention);
  };

  it('are told apart from those of images, in one model too', () => {
    const both = clip({ image_size: 224, patch_size: 32 });
    assert.match(reasonOf(both, 0) ?? '', /no image goes through these layers/);
    assert.equal(reasonOf(both, 1), undefined);
    assert.equal(reasonOf(vit({ image_size: 224, patch_size: 16 }), 0), undefined);
    for (const name of ['bert-base', 'gpt2', 'mistral-7b']) {
      assert.match(reasonOf(fixture(name), 0) ?? '', /they have no patches/);
    }
  });

  it('get no edit of the tower beside them', () => {
    const both = clip({ image_size: 224, patch_size: 32 });
    const [text] = attentionKinds(both);
    assert.ok(text);
    assert.equal(coarserPatches.adopt(both, text.attention, { factor: 2 }).kind, 'none');
  });

  it('sound’s are among them: Whisper’s encoder', () => {
    const whisper = readModel(
      JSON.stringify({
        model_type: 'whisper',
        d_model: 64,
        encoder_layers: 2,
        decoder_layers: 2,
        encoder_attention_heads: 4,
        decoder_attention_heads: 4,
        encoder_ffn_dim: 128,
        decoder_ffn_dim: 128,
        vocab_size: 100,
      }),
      'config.json',
    );
    attentionKinds(whisper).forEach((_, index) => {
      assert.match(reasonOf(whisper, index) ?? '', /no patches/);
    });
  });
});
