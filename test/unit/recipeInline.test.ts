import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inlineModel } from '../../src/config/recipes/registry';
import type { InlineModel } from '../../src/config/recipes/inline/shapeDraft';
import { readDocument } from '../../src/config/formats/readDocument';
import { documentOf } from '../fixtures/recipeDocument';

const folder = join(__dirname, '..', 'fixtures', 'recipes');

function inline(file: string): InlineModel {
  const model = inlineModel(readDocument(readFileSync(join(folder, file), 'utf8'), file), file);
  assert.ok(model, `${file} has no model in itself`);
  return model;
}

describe('recipes: the model’s shape in the file', () => {
  it('reads gpt-neox as GPT-NeoX and pads the vocabulary for two devices', () => {
    const { config, sources, assumptions } = inline('gpt-neox.yml');
    assert.deepEqual(config, {
      model_type: 'gpt_neox',
      hidden_size: 512,
      num_hidden_layers: 6,
      num_attention_heads: 8,
      intermediate_size: 2048,
      rotary_pct: 0.25,
      use_parallel_residual: true,
      hidden_dropout: 0,
      attention_dropout: 0,
      max_position_embeddings: 2048,
      tie_word_embeddings: false,
      // 50,257 up to a multiple of 2 · 128.
      vocab_size: 50432,
    });
    assert.equal(sources['hidden_size'], 'hidden-size');
    assert.equal(sources['tie_word_embeddings'], 'no-weight-tying');
    assert.equal(sources['intermediate_size'], undefined);
    assert.match(assumptions.join(), /no vocab_size: 50,432/);
  });

  it('reads gpt-neox with RMSNorm and a gated MLP as Llama', () => {
    const document = documentOf({
      num_layers: 2,
      hidden_size: 1024,
      num_attention_heads: 8,
      num_kv_heads: 2,
      seq_length: 2048,
      pos_emb: 'rotary',
      norm: 'rmsnorm',
      activation: 'swiglu',
      use_bias_in_attn_linear: false,
      model_parallel_size: 1,
      no_weight_tying: true,
      tokenizer_type: 'HFTokenizer',
    });
    const { config } = inlineModel(document, 'llama.yml') ?? assert.fail();
    assert.equal(config['model_type'], 'llama');
    assert.equal(config['num_key_value_heads'], 2);
    // 8/3 · 1024 = 2730, up to a multiple of 256.
    assert.equal(config['intermediate_size'], 2816);
    assert.equal(config['attention_bias'], false);
    assert.equal(config['mlp_bias'], true);
    assert.equal(config['vocab_size'], 50304);
  });

  it('reads gpt-neox with learned positions as GPT-2', () => {
    const document = documentOf({
      num_layers: 2,
      hidden_size: 64,
      num_attention_heads: 4,
      seq_length: 128,
      pos_emb: 'learned',
      model_parallel_size: 1,
    });
    const { config } = inlineModel(document, 'small.yml') ?? assert.fail();
    assert.equal(config['model_type'], 'gpt2');
    assert.equal(config['n_positions'], 128);
    assert.equal(config['tie_word_embeddings'], true);
  });

  it('reads NeMo’s default as GPT-2, references followed', () => {
    const { config, sources } = inline('nemo-gpt.yaml');
    assert.equal(config['model_type'], 'gpt2');
    assert.equal(config['n_positions'], 2048);
    assert.equal(sources['n_positions'], 'model.max_position_embeddings');
    assert.equal(config['n_inner'], 8192);
    // 50,257 up to a multiple of 4 · 128.
    assert.equal(config['vocab_size'], 50688);
  });

  it('reads Megatron-LM’s flags as Llama', () => {
    const { config, sources } = inline('megatron-args.yaml');
    assert.deepEqual(config, {
      model_type: 'llama',
      hidden_size: 512,
      num_hidden_layers: 4,
      num_attention_heads: 8,
      num_key_value_heads: 2,
      head_dim: 64,
      intermediate_size: 1536,
      attention_dropout: 0.1,
      attention_bias: false,
      mlp_bias: false,
      max_position_embeddings: 1024,
      tie_word_embeddings: false,
      vocab_size: 50432,
    });
    assert.equal(sources['hidden_size'], 'MODEL_ARGS.--hidden-size');
  });

  it('tells the lines of Llama apart by biases, norms and experts', () => {
    const rotary = {
      position_embedding_type: 'rope',
      swiglu: true,
      normalization: 'RMSNorm',
      seq_length: 64,
    };
    const sizes = { num_layers: 2, hidden_size: 64, num_attention_heads: 4, micro_batch_size: 1 };
    const typeOf = (changes: object): unknown =>
      inlineModel(documentOf({ ...rotary, ...sizes, ...changes }), 'x.yaml')?.config['model_type'];
    assert.equal(typeOf({}), 'llama');
    assert.equal(typeOf({ add_qkv_bias: true }), 'qwen2');
    assert.equal(typeOf({ qk_layernorm: true }), 'qwen3');
    assert.equal(typeOf({ num_experts: 8 }), 'mixtral');
  });

  it('reads nanoGPT with its defaults', () => {
    const { config, sources } = inline('nanogpt.py');
    assert.deepEqual(config, {
      model_type: 'gpt2',
      n_layer: 6,
      n_head: 6,
      n_embd: 384,
      n_positions: 256,
      vocab_size: 50304,
      resid_pdrop: 0.2,
      embd_pdrop: 0.2,
      attn_pdrop: 0.2,
      tie_word_embeddings: true,
    });
    assert.equal(sources['n_positions'], 'block_size');
  });

  it('has no model in files that name one, or that leave the sizes out', () => {
    for (const file of ['axolotl-qlora.yaml', 'torchtune-lora.yaml', 'vllm.yaml', 'torchtitan.toml']) {
      assert.equal(
        inlineModel(readDocument(readFileSync(join(folder, file), 'utf8'), file), file),
        undefined,
        file,
      );
    }
    const started = documentOf({ init_from: 'gpt2-xl', max_iters: 20, batch_size: 1 }, 'python');
    assert.equal(inlineModel(started, 'finetune.py'), undefined);
  });
});
