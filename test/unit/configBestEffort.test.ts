import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ConfigError } from '../../src/config/configError';
import { objectDocument } from '../../src/config/objectDocument';
import { readModelDocument } from '../../src/config/readModel';
import { estimate } from '../../src/cost/estimateModel';
import { kvCacheBytesPerToken } from '../../src/cost/kvCache';
import { countParameters } from '../../src/cost/parameters';
import type { ModelSpec } from '../../src/model/modelSpec';
import { kindNames } from './familyDecoderFixture';

function read(config: Readonly<Record<string, unknown>>): ModelSpec {
  return readModelDocument(objectDocument(config), 'config.json');
}

function refusal(config: Readonly<Record<string, unknown>>): ConfigError {
  try {
    read(config);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error;
  }
  assert.fail('the config was accepted');
}

const llama = {
  model_type: 'llama',
  hidden_size: 128,
  num_hidden_layers: 4,
  num_attention_heads: 8,
  num_key_value_heads: 2,
  intermediate_size: 256,
  vocab_size: 1000,
  max_position_embeddings: 4096,
  tie_word_embeddings: false,
};

describe('config: unknown architectures', () => {
  it('reads an unknown model_type as the decoder that its fields describe', () => {
    const known = read(llama);
    const model = read({ ...llama, model_type: 'quasar' });
    assert.equal(known.reading, 'known');
    assert.equal(model.reading, 'best effort');
    assert.equal(model.modelType, 'quasar');
    assert.deepEqual(countParameters(model), countParameters(known));
    assert.match(
      model.assumptions[0] ?? '',
      /^"quasar" is no model type known here: .* Llama-shaped decoder/,
    );
  });

  it('reads other spellings, without a model_type', () => {
    for (const config of [
      {
        d_model: 128,
        n_layers: 4,
        n_heads: 8,
        n_kv_heads: 2,
        ffn_dim: 256,
        vocab_size: 1000,
        max_seq_len: 4096,
      },
      { n_embd: 128, n_layer: 4, n_head: 8, n_head_kv: 2, n_inner: 256, n_vocab: 1000, n_ctx: 4096 },
      {
        'hidden-size': 128,
        'num-layers': 4,
        'num-attention-heads': 8,
        num_query_groups: 2,
        ffn_hidden_size: 256,
        padded_vocab_size: 1000,
        'seq-length': 4096,
      },
    ]) {
      const model = read({ ...config, tie_word_embeddings: false });
      assert.equal(countParameters(model).total, countParameters(read(llama)).total);
      assert.equal(model.maxSequenceLength, 4096);
    }
  });

  it('says each thing that it assumes', () => {
    const { assumptions, maxSequenceLength, vocabSize } = read({
      hidden_size: 768,
      num_layers: 2,
      num_heads: 12,
    });
    assert.deepEqual([maxSequenceLength, vocabSize], [4096, 32000]);
    for (const expected of [
      /^No model_type is given/,
      /^No longest sequence is given/,
      /^No size of the vocabulary is given/,
      /^The width of the MLP is not given: 2048, 8\/3/,
      /^num_key_value_heads is not set: 12, as many as heads/,
      /gated MLP/,
      /RMSNorm/,
      /no biases/,
      /^tie_word_embeddings is absent: true/,
    ]) {
      assert.ok(
        assumptions.some((sentence) => expected.test(sentence)),
        String(expected),
      );
    }
  });

  it('honours biases, experts, latents and windows by their keys', () => {
    const unknown = { ...llama, model_type: 'quasar' };
    const base = countParameters(read(unknown)).total;
    assert.equal(
      countParameters(read({ ...unknown, attention_bias: true })).total - base,
      4 * (128 + 32 + 32 + 128),
    );
    assert.equal(countParameters(read({ ...unknown, qkv_bias: true })).total - base, 4 * (128 + 32 + 32));
    const experts = { num_experts: 4, num_experts_per_tok: 2, moe_intermediate_size: 64 };
    assert.equal(
      countParameters(read({ ...unknown, ...experts })).total - base,
      4 * (4 * 3 * 128 * 64 + 4 * 128 - 3 * 128 * 256),
    );
    const latent = { kv_lora_rank: 32, q_lora_rank: null, qk_rope_head_dim: 8 };
    assert.equal(kvCacheBytesPerToken(read({ ...unknown, ...latent }), 'float16'), 2 * 4 * 40);
    assert.equal(kindNames(read({ ...unknown, sliding_window: 8 })), 'sliding_attention × 4');
    const types = ['linear_attention', 'sliding_attention', 'sliding_attention', 'full_attention'];
    const typed = read({ ...unknown, sliding_window: 8, layer_types: types });
    assert.equal(kindNames(typed), 'full_attention × 2, sliding_attention × 2');
    assert.ok(
      typed.assumptions.some((sentence) => sentence.startsWith('layer_types names "linear_attention"')),
    );
    const hybrid = read({ ...unknown, mamba_d_state: 16 });
    assert.ok(hybrid.assumptions.some((sentence) => sentence.startsWith('mamba_d_state: ')));
  });

  it('reads an encoder in the shape of BERT', () => {
    const model = read({
      model_type: 'quasar',
      architectures: ['QuasarForMaskedLM'],
      hidden_size: 128,
      num_hidden_layers: 4,
      num_attention_heads: 8,
      intermediate_size: 256,
      vocab_size: 1000,
      max_position_embeddings: 512,
    });
    const layer = 4 * (128 * 128 + 128) + 2 * 128 * 256 + 256 + 128 + 4 * 128;
    assert.equal(countParameters(model).total, (1000 + 512) * 128 + 2 * 128 + 4 * layer);
    assert.equal(model.stacks[0]?.layerKinds[0]?.attention?.causal, false);
    assert.equal(kvCacheBytesPerToken(model, 'float16'), 0);
  });

  it('reads the language model of an unknown nest', () => {
    const model = read({ model_type: 'quasar_vl', text_config: llama, vision_config: { patch_size: 14 } });
    assert.equal(model.modelType, 'llama');
    assert.equal(model.reading, 'best effort');
    assert.equal(countParameters(model).total, countParameters(read(llama)).total);
    assert.ok(model.assumptions.some((sentence) => /vision_config|under "text_config"/.test(sentence)));
  });

  it('names what is missing, and what it looked for where there is nothing', () => {
    assert.equal(refusal({ hidden_size: 128, n_layer: 2 }).key, 'num_attention_heads');
    assert.equal(refusal({ n_layer: 2, n_head: 2 }).key, 'hidden_size');
    assert.equal(refusal({ ...llama, model_type: 'quasar', num_hidden_layers: 0 }).key, 'num_hidden_layers');
    assert.match(refusal({ name: 'x' }).message, /no "model_type".*hidden_size, n_embd.*Found: none/);
    assert.match(refusal({ model_type: 'quasar' }).message, /"quasar", which is not supported/);
    assert.equal(refusal({ model_type: 7 }).key, 'model_type');
    const { message } = refusal({ name: 'x', version: '1.0.0' });
    assert.match(message, /llama, mistral, .* and \d+ more\.$/);
    assert.ok(message.length < 1500, String(message.length));
  });

  it('gives finite figures or a ConfigError for any values under usual keys', () => {
    const key = fc.constantFrom(
      ...Object.keys(llama),
      'dim',
      'n_layers',
      'n_heads',
      'multiple_of',
      'ffn_dim_multiplier',
      'moe',
      'layer_types',
      'sliding_window',
      'kv_lora_rank',
      'num_experts',
      'num_experts_per_tok',
      'use_sliding_window',
      'hidden_act',
      'architectures',
      'text_config',
      'model',
    );
    const value = fc.oneof(
      fc.nat(300),
      fc.integer(),
      fc.double(),
      fc.constantFrom(null, true, false, 'gelu', 'QuasarForMaskedLM', -1, 'quasar'),
      fc.array(fc.nat(3), { maxLength: 4 }),
      fc.constantFrom({ num_experts: 4, num_experts_per_tok: 2 }, llama, { decoder: llama }),
    );
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(fc.tuple(key, value), { maxLength: 5 }), fc.boolean(), (changes, keep) => {
        const start = { ...(keep && { ...llama, model_type: 'quasar' }) };
        try {
          const model = read({ ...start, ...Object.fromEntries(changes) });
          const figures = estimate(model, { sequenceLength: 512, batch: 2, dtype: model.dtype });
          JSON.stringify(figures, (_, each: unknown) => {
            if (typeof each === 'number') assert.ok(Number.isFinite(each) && each >= 0);
            return each;
          });
          accepted++;
        } catch (error) {
          if (!(error instanceof ConfigError)) throw error;
        }
      }),
      { numRuns: 1000 },
    );
    assert.ok(accepted > 50, String(accepted));
  });
});

describe('config: a model under a key of its own', () => {
  it('is as well known there as in a file of its own', () => {
    for (const key of ['model', 'model_config']) {
      const held = read({ seed: 7, [key]: llama });
      assert.equal(held.reading, 'known', key);
      assert.equal(held.modelType, 'llama');
      assert.deepEqual(held.stacks, read(llama).stacks);
    }
  });

  it('is quantised as its own mapping says', () => {
    const quantization = { quant_method: 'bitsandbytes', load_in_4bit: true };
    for (const key of ['model', 'text_config']) {
      assert.equal(read({ [key]: llama }).weightFormat, undefined);
      const held = read({ [key]: { ...llama, quantization_config: quantization } });
      assert.equal(held.weightFormat, 'nf4', key);
      const source = held.fields['weightFormat'];
      assert.ok(source?.kind === 'key');
      assert.equal(source.path, `${key}.quantization_config`);
    }
  });

  it('is a guess where it is one alone, or where an unknown architecture is around it', () => {
    const vision = {
      hidden_size: 64,
      num_hidden_layers: 2,
      num_attention_heads: 4,
      image_size: 32,
      patch_size: 8,
    };
    for (const config of [
      { model: { ...llama, model_type: 'unheard-of' } },
      { model_type: 'unheard-of', model: llama },
      { model: llama, vision_config: vision },
      { text_config: llama },
    ]) {
      assert.equal(read(config).reading, 'best effort', JSON.stringify(Object.keys(config)));
    }
  });
});

describe('config: unknown architectures that are no plain stack', () => {
  const { num_key_value_heads: kvHeads, ...plain } = llama;
  const stages = {
    embed_dim: 96,
    depths: [2, 2, 6, 2],
    num_heads: [3, 6, 12, 24],
    image_size: 224,
    patch_size: 4,
  };
  const { vocab_size: vocabulary, max_position_embeddings: positions, ...sizes } = plain;
  const vision = { ...sizes, image_size: 224, patch_size: 16 };

  it('refuses known names of other networks, at the model type, whatever sizes they give', () => {
    const kinds: readonly (readonly [RegExp, readonly string[]])[] = [
      [
        /stages that differ in width, which are supported for Swin only/,
        [
          'swinv2',
          'swin2sr',
          'donut-swin',
          'maskformer-swin',
          'maskformer_swin',
          'hiera',
          'focalnet',
          'dinat',
        ],
      ],
      [
        /stages that differ in width/,
        ['segformer', 'pvt', 'pvt_v2', 'convnext', 'convnextv2', 'resnet', 'levit'],
      ],
      [/stages that differ in width/, ['mobilevit', 'mobilevitv2', 'cvt', 'bit', 'nat', 'mobilenet_v2']],
      [
        /finds or segments objects/,
        [
          'detr',
          'conditional_detr',
          'deformable_detr',
          'dab-detr',
          'rt_detr_v2',
          'table-transformer',
          'yolos',
        ],
      ],
      [
        /finds or segments objects/,
        ['mask2former', 'maskformer', 'oneformer', 'grounding-dino', 'sam', 'sam2'],
      ],
      [/of sound/, ['clap', 'clap_audio_model', 'wav2vec2', 'wav2vec2-bert', 'hubert', 'speecht5', 'vits']],
      [/reads video/, ['videomae', 'vivit', 'timesformer', 'vjepa2']],
      [/time series/, ['informer', 'autoformer', 'time_series_transformer', 'patchtst', 'timesfm']],
      [/recurrent network/, ['rwkv', 'rwkv7', 'retnet', 'xlstm']],
      [
        /another kind than a plain stack/,
        ['funnel', 'mobilebert', 'canine', 'xlnet', 'transfo-xl', 'perceiver'],
      ],
      [/an encoder and a decoder/, ['prophetnet', 'vision-encoder-decoder']],
      [/windows of the image/, ['vitdet']],
    ];
    for (const [problem, types] of kinds) {
      for (const model_type of types) {
        for (const config of [plain, stages, vision, {}]) {
          const error = refusal({ ...config, model_type });
          assert.equal(error.key, 'model_type', model_type);
          assert.match(error.message, problem, model_type);
          assert.match(
            error.message,
            new RegExp(`^config.json: "model_type": "${model_type}" tells of .*Open the`),
          );
          assert.ok(error.range, model_type);
        }
      }
    }
  });

  it('reads types that only begin like one of them', () => {
    for (const type of ['samba', 'bitnet', 'native', 'detrimental', 'rtx', 'barkley', 'vanilla', 'claptrap'])
      assert.equal(read({ ...llama, model_type: type }).reading, 'best effort', type);
  });

  it('refuses others by the keys that only such networks have, with a type and without', () => {
    const signs: readonly (readonly [string, object])[] = [
      ['depths', { depths: [2, 2] }],
      ['hidden_sizes', { hidden_sizes: [32, 64] }],
      ['backbone_config', { backbone_config: { model_type: 'resnet' } }],
      ['use_timm_backbone', { use_timm_backbone: true }],
      ['num_detection_tokens', { num_detection_tokens: 100 }],
      ['global_attn_indexes', { global_attn_indexes: [2, 5] }],
      ['tubelet_size', { tubelet_size: 2 }],
      ['prediction_length', { prediction_length: 24 }],
      ['is_encoder_decoder', { is_encoder_decoder: true }],
      ['encoder_layers', { encoder_layers: 6, decoder_layers: 6 }],
    ];
    for (const [key, sign] of signs) {
      assert.equal(refusal({ ...llama, model_type: 'quasar', ...sign }).key, key);
      assert.equal(refusal({ ...llama, model_type: undefined, ...sign }).key, key);
    }
    const off = {
      use_timm_backbone: false,
      backbone_config: null,
      is_encoder_decoder: false,
      decoder_layers: 4,
    };
    assert.equal(read({ ...llama, model_type: 'quasar', ...off }).reading, 'best effort');
  });

  it('reads an unknown vision transformer as one, without a cache or a vocabulary', () => {
    const model = read({ ...vision, model_type: 'vit_msn' });
    const known = read({ ...vision, model_type: 'vit' });
    assert.equal(model.reading, 'best effort');
    assert.equal(model.maxSequenceLength, 14 * 14 + 1);
    assert.equal(model.vocabSize, 0);
    assert.equal(kvCacheBytesPerToken(model, 'float16'), 0);
    assert.equal(model.stacks[0]?.layerKinds[0]?.attention?.causal, false);
    assert.equal(countParameters(model).attention, countParameters(known).attention);
    assert.match(
      model.assumptions[0] ?? '',
      /"vit_msn" is no model type known here: .* plain vision transformer/,
    );
    // A language model that sees images gives its vocabulary beside their size.
    const seeing = read({
      ...vision,
      vocab_size: vocabulary,
      max_position_embeddings: positions,
      num_key_value_heads: kvHeads,
      model_type: 'quasar',
    });
    assert.equal(seeing.vocabSize, vocabulary);
    assert.equal(seeing.maxSequenceLength, positions);
  });

  it('reads a type named for BERT, or with segments, as an encoder', () => {
    for (const config of [{ model_type: 'quasarbert' }, { model_type: 'luke', type_vocab_size: 2 }]) {
      const model = read({ ...plain, ...config });
      assert.equal(model.stacks[0]?.name, 'encoder', config.model_type);
      assert.equal(kvCacheBytesPerToken(model, 'float16'), 0);
    }
    const decoder = read({ ...plain, model_type: 'quasarbert', is_decoder: true });
    assert.equal(decoder.stacks[0]?.name, 'decoder');
  });

  it('does not count a tower whose layers see windows or stand in stages as a plain one', () => {
    for (const tower of [
      { model_type: 'sam_vision_model' },
      { global_attn_indexes: [2, 5] },
      { model_type: 'swinv2', depths: [2, 2] },
    ]) {
      const model = read({
        model_type: 'quasar_vl',
        text_config: llama,
        vision_config: { ...vision, ...tower },
      });
      assert.equal(model.stacks.length, 1);
      assert.ok(
        model.assumptions.some((sentence) => sentence === 'Not known and not counted: "vision_config".'),
      );
    }
  });
});

describe("config: Meta's params.json", () => {
  const params = { dim: 4096, n_layers: 32, n_heads: 32, n_kv_heads: 8, vocab_size: 128256, norm_eps: 1e-5 };
  const llama3 = { ...params, multiple_of: 1024, ffn_dim_multiplier: 1.3 };

  it('derives the width of the MLP by the rule of the code', () => {
    const model = read({ ...llama3, use_scaled_rope: true });
    assert.equal(countParameters(model).total, 8_030_261_248);
    assert.equal(model.reading, 'known');
    assert.equal(model.dtype, 'bfloat16');
    assert.equal(model.maxSequenceLength, 131072);
    assert.equal(read(llama3).maxSequenceLength, 8192);
    assert.equal(model.stacks[0]?.layerKinds[0]?.feedForward?.intermediateSize, 14336);
    assert.deepEqual(model.fields['hiddenSize']?.kind, 'key');
  });

  it('counts Llama 2, whose vocabulary its tokenizer has', () => {
    const llama2 = { dim: 4096, n_layers: 32, n_heads: 32, multiple_of: 256, vocab_size: -1, norm_eps: 1e-5 };
    const model = read(llama2);
    assert.equal(countParameters(model).total, 6_738_415_616);
    assert.equal(model.maxSequenceLength, 4096);
    // The published file of 70 B: 8 key/value heads, 1.3 and 4096.
    const large = { ...llama2, dim: 8192, n_layers: 80, n_heads: 64, n_kv_heads: 8 };
    assert.equal(
      countParameters(read({ ...large, ffn_dim_multiplier: 1.3, multiple_of: 4096 })).total,
      68_976_648_192,
    );
  });

  it("counts Mistral's files, with experts and without", () => {
    const mistral = { ...params, vocab_size: 32000, head_dim: 128, hidden_dim: 14336 };
    const model = read({ ...mistral, sliding_window: 4096 });
    assert.equal(countParameters(model).total, 7_241_732_096);
    assert.equal(kindNames(model), 'sliding_attention × 32');
    const experts = read({ ...mistral, moe: { num_experts_per_tok: 2, num_experts: 8 } });
    assert.equal(countParameters(experts).total, 46_702_792_704);
  });

  it('names the key at fault', () => {
    assert.equal(refusal({ ...llama3, dim: 'wide' }).key, 'dim');
    assert.equal(refusal({ ...llama3, n_kv_heads: 5 }).key, 'n_kv_heads');
    assert.equal(refusal({ ...llama3, multiple_of: 0 }).key, 'multiple_of');
    assert.equal(refusal({ ...llama3, ffn_dim_multiplier: 1e9 }).key, 'ffn_dim_multiplier');
    assert.equal(refusal({ ...llama3, vocab_size: undefined }).key, 'vocab_size');
  });
});

describe('config: genai_config.json', () => {
  const decoder = {
    hidden_size: 3072,
    head_size: 96,
    num_attention_heads: 32,
    num_key_value_heads: 32,
    num_hidden_layers: 32,
  };
  const genai = { model: { type: 'phi3', context_length: 131072, vocab_size: 32064, decoder } };

  it('reads attention and cache exactly, and says that the MLP is a guess', () => {
    const model = read(genai);
    assert.equal(model.reading, 'best effort');
    assert.equal(model.maxSequenceLength, 131072);
    assert.equal(kvCacheBytesPerToken(model, 'float16'), 393_216);
    assert.equal(countParameters(model).attention, 32 * 4 * 3072 * 3072);
    assert.ok(model.assumptions.some((sentence) => /MLP is not given.*guess/.test(sentence)));
    const source = model.fields['maxSequenceLength'];
    assert.equal(source?.kind === 'key' && source.path, 'model.context_length');
  });

  it('takes the biases of the type that it names', () => {
    const qwen = read({ model: { ...genai.model, type: 'qwen2' } });
    assert.equal(countParameters(qwen).attention, 32 * (4 * 3072 * 3072 + 3 * 3072));
    const unknown = read({ model: { ...genai.model, type: 'quasar' } });
    assert.ok(unknown.assumptions.some((sentence) => sentence.includes('a Llama-shaped decoder is assumed')));
  });

  it('names the key at fault', () => {
    const without = (key: string): Record<string, unknown> => ({
      model: { ...genai.model, decoder: { ...decoder, [key]: undefined } },
    });
    assert.equal(refusal(without('num_hidden_layers')).key, 'num_hidden_layers');
    assert.equal(refusal(without('num_attention_heads')).key, 'num_attention_heads');
    assert.equal(refusal({ model: { ...genai.model, vocab_size: 0 } }).key, 'vocab_size');
  });
});
