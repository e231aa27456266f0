import assert from 'node:assert/strict';
import { readRecipe } from '../../src/config/recipes/registry';
import { kvCacheBytesPerToken } from '../../src/cost/kvCache';
import { countParameters } from '../../src/cost/parameters';
import { documentOf } from '../fixtures/recipeDocument';
import { kindNames, kindsOf, parametersOf, readObject, refusal } from './familyDecoderFixture';

type Config = Readonly<Record<string, unknown>>;

const sizes = (
  hidden: number,
  layers: number,
  heads: number,
  kvHeads: number,
  intermediate: number,
  vocabulary: number,
): Config => ({
  hidden_size: hidden,
  num_hidden_layers: layers,
  num_attention_heads: heads,
  num_key_value_heads: kvHeads,
  intermediate_size: intermediate,
  vocab_size: vocabulary,
  max_position_embeddings: 4096,
  tie_word_embeddings: false,
});

const dbrx: Config = {
  model_type: 'dbrx',
  d_model: 6144,
  n_layers: 40,
  n_heads: 48,
  max_seq_len: 32768,
  vocab_size: 100352,
  tie_word_embeddings: false,
  attn_config: { kv_n_heads: 8 },
  ffn_config: { ffn_hidden_size: 10752, moe_num_experts: 16, moe_top_k: 4 },
};

const chatglm = (layers: number, vocabulary: number): Config => ({
  model_type: 'chatglm',
  architectures: ['ChatGLMModel'],
  hidden_size: 4096,
  num_layers: layers,
  num_attention_heads: 32,
  multi_query_group_num: 2,
  kv_channels: 128,
  ffn_hidden_size: 13696,
  padded_vocab_size: vocabulary,
  seq_length: 8192,
  add_qkv_bias: true,
  add_bias_linear: false,
  tie_word_embeddings: false,
});

const hunyuan: Config = {
  model_type: 'hunyuan_v1_moe',
  ...sizes(4096, 32, 32, 8, 3072, 128167),
  tie_word_embeddings: true,
  num_experts: 64,
  moe_topk: Array<number>(32).fill(8),
  num_shared_expert: Array<number>(32).fill(1),
  moe_intermediate_size: Array<number>(32).fill(3072),
};

/** Totals of the checkpoints that their authors publish on the Hugging Face Hub. */
const published: readonly (readonly [name: string, parameters: number, kvBytes: number, config: Config])[] = [
  ['DBRX', 131_596_523_520, 40 * 2 * 8 * 128 * 2, dbrx],
  ['ChatGLM3 6B', 6_243_584_000, 28 * 2 * 2 * 128 * 2, chatglm(28, 65024)],
  ['GLM-4 9B', 9_399_951_360, 40 * 2 * 2 * 128 * 2, chatglm(40, 151552)],
  [
    'Qwen 7B',
    7_721_324_544,
    32 * 2 * 32 * 128 * 2,
    { model_type: 'qwen', ...sizes(4096, 32, 32, 32, 22016, 151936), seq_length: 8192, kv_channels: 128 },
  ],
  [
    'InternLM 7B',
    7_321_948_160,
    32 * 2 * 32 * 128 * 2,
    { model_type: 'internlm', ...sizes(4096, 32, 32, 32, 11008, 103168), bias: true },
  ],
  [
    'InternLM3 8B',
    8_804_241_408,
    48 * 2 * 2 * 128 * 2,
    { model_type: 'internlm3', ...sizes(4096, 48, 32, 2, 10240, 128512), head_dim: 128 },
  ],
  [
    'Seed-OSS 36B',
    36_151_104_512,
    64 * 2 * 8 * 128 * 2,
    {
      model_type: 'seed_oss',
      ...sizes(5120, 64, 80, 8, 27648, 155136),
      head_dim: 128,
      attention_bias: true,
      attention_out_bias: false,
    },
  ],
  [
    'DeepSeekMoE 16B',
    16_375_728_128,
    28 * 2 * 16 * 128 * 2,
    {
      model_type: 'deepseek',
      ...sizes(2048, 28, 16, 16, 10944, 102400),
      n_routed_experts: 64,
      n_shared_experts: 2,
      num_experts_per_tok: 6,
      moe_intermediate_size: 1408,
      first_k_dense_replace: 1,
    },
  ],
  ['Hunyuan A13B', 80_393_183_232, 32 * 2 * 8 * 128 * 2, hunyuan],
];

describe('families: decoders of their own code', () => {
  for (const [name, parameters, kvBytes, config] of published) {
    it(`counts ${name} as published`, () => {
      const model = readObject(config);
      assert.equal(model.reading, 'known');
      assert.equal(countParameters(model).total, parameters);
      assert.equal(kvCacheBytesPerToken(model, 'float16'), kvBytes);
    });
  }

  it('counts Grok, Persimmon, Arcee, Orion, Apertus and MiniMax-M2 by hand', () => {
    const small = sizes(128, 4, 8, 2, 256, 1000);
    const embedding = 1000 * 128;
    const attention = 2 * 128 * 128 + 2 * 128 * 32;
    const experts = { num_experts: 4, num_local_experts: 4, num_experts_per_tok: 2 };
    const of = (modelType: string, more: Config = {}): number =>
      parametersOf({ model_type: modelType, ...small, ...more });
    const moe = 4 * 128 + 4 * 3 * 128 * 256;
    assert.equal(of('grok-1', experts), 2 * embedding + 128 + 4 * (attention + moe + 4 * 128));
    assert.equal(of('orion'), 2 * embedding + 256 + 4 * (attention + 3 * 128 * 256 + 512));
    assert.equal(of('arcee'), 2 * embedding + 128 + 4 * (attention + 2 * 128 * 256 + 256));
    assert.equal(of('apertus'), 2 * embedding + 128 + 4 * (attention + 2 * 128 * 256 + 256 + 32));
    const normed = attention + 128 + 32;
    assert.equal(
      of('minimax_m2', { ...experts, head_dim: 16, use_qk_norm: true }),
      2 * embedding + 128 + 4 * (normed + moe + 4 + 256),
    );
    const biased = 4 * 128 * 128 + 4 * 128 + 4 * 16 + 2 * 128 * 256 + 256 + 128 + 512;
    assert.equal(of('persimmon', { num_key_value_heads: 8 }), 2 * embedding + 256 + 4 * biased);
  });

  it('names the key of a mapping or of a list at fault', () => {
    assert.equal(refusal({ ...dbrx, attn_config: { kv_n_heads: 7 } }).key, 'kv_n_heads');
    assert.equal(refusal({ ...hunyuan, moe_topk: [8, 4] }).key, 'moe_topk');
    assert.equal(refusal({ ...hunyuan, moe_topk: [] }).key, 'moe_topk');
    assert.equal(
      refusal({ model_type: 'qwen', ...sizes(64, 2, 2, 2, 33, 100), seq_length: 8 }).key,
      'intermediate_size',
    );
  });
});

describe('families: what is no decoder, and parts of nests', () => {
  const small = sizes(128, 4, 8, 2, 256, 1000);

  it('refuses networks whose figures a decoder would get wrong', () => {
    for (const modelType of ['xlstm', 'rwkv', 'hubert', 'wav2vec2']) {
      assert.equal(refusal({ model_type: modelType, ...small }).key, 'model_type', modelType);
    }
    const blocks = { model_type: 'nemotron-nas', ...small, block_configs: [{}, {}] };
    assert.equal(refusal(blocks).key, 'block_configs');
    const silent = { ...small, num_key_value_heads: null };
    assert.equal(
      refusal({ model_type: 'quasar', ...silent, attn_config: { kv_n_heads: 2 } }).key,
      'attn_config',
    );
  });

  it('names files of diffusers, timm and sentence-transformers', () => {
    const dit = { _diffusers_version: '0.30.0', num_attention_heads: 24, num_layers: 19 };
    assert.match(refusal(dit).message, /diffusion pipeline/);
    assert.match(refusal({ architecture: 'vit_base', num_features: 768 }).message, /timm/);
    assert.match(refusal({ __version__: { pytorch: '2' } }).message, /sentence-transformers/);
  });

  it('reads the text part of a nest by its shape, and the dtype that only it has', () => {
    const text = { ...small, head_dim: 16, model_type: 'qwen3_vl_text', dtype: 'bfloat16' };
    const model = readObject({ model_type: 'quasar_vl', text_config: text });
    assert.equal(model.dtype, 'bfloat16');
    assert.deepEqual(model.fields['dtype']?.kind, 'key');
    assert.equal(countParameters(model).total, parametersOf({ ...text, model_type: 'qwen3' }));
    assert.equal(kindsOf(model)[0]?.attention?.queryKeyNorm, true);
  });

  it('finds a language model two mappings deep, and one whose class fills in all sizes', () => {
    const text = { ...small, model_type: 'qwen2_5_omni_text' };
    const deep = readObject({ model_type: 'quasar_omni', thinker_config: { text_config: text } });
    assert.equal(kindNames(deep), 'full_attention × 4');
    assert.equal(countParameters(deep).total, parametersOf({ ...text, model_type: 'qwen2' }));
    const silent = readObject({
      model_type: 'quasar_vl',
      text_config: { model_type: 'mistral', vocab_size: 32003 },
    });
    assert.equal(kvCacheBytesPerToken(silent, 'float16'), 32 * 2 * 8 * 128 * 2);
  });

  it('reads how matrices are stored in the spellings of quantisers', () => {
    const formatOf = (quantization_config: Config): string | undefined =>
      readObject({ model_type: 'llama', ...small, quantization_config }).weightFormat;
    assert.equal(formatOf({ load_in_4bit: true }), 'nf4');
    assert.equal(formatOf({ quant_method: 'bitsandbytes', _load_in_4bit: true }), 'nf4');
    assert.equal(formatOf({ quant_method: 'auto-round', bits: 4 }), 'gptq4');
    assert.equal(formatOf({ quant_method: 'eetq' }), 'int8');
    assert.equal(formatOf({ quant_method: 'modelopt', quant_algo: 'FP8' }), 'fp8');
    assert.equal(formatOf({ quant_method: 'modelopt', quant_algo: 'NVFP4' }), 'nvfp4');
    assert.equal(formatOf({ quant_method: 'hqq' }), undefined);
  });

  it('says that "auto" leaves the dtype to the weights', () => {
    const { dtype, assumptions } = readObject({ model_type: 'llama', ...small, torch_dtype: 'auto' });
    assert.equal(dtype, 'float32');
    assert.ok(assumptions.some((sentence) => sentence.includes('leaves it to the weights')));
  });
});

describe('recipes: adapter_config.json', () => {
  const adapter = {
    peft_type: 'LORA',
    base_model_name_or_path: 'quasar/base',
    r: 16,
    target_modules: ['q_proj', 'v_proj'],
    modules_to_save: null,
    rank_pattern: {},
  };

  it('names the base model and the adapters', () => {
    const recipe = readRecipe(documentOf(adapter), 'adapter_config.json');
    assert.equal(recipe?.framework, 'peft');
    assert.equal(recipe.model?.name, 'quasar/base');
    assert.deepEqual(recipe.lora, { rank: 16, targets: ['q_proj', 'v_proj'], baseFormat: 'none' });
    assert.deepEqual(recipe.assumptions, []);
  });

  it('says what it leaves out', () => {
    const more = { ...adapter, modules_to_save: ['lm_head'], use_dora: true };
    const sentences = readRecipe(documentOf(more), 'adapter_config.json')?.assumptions.join(' ') ?? '';
    assert.match(sentences, /modules_to_save.*use_dora/);
    const prefix = readRecipe(documentOf({ ...adapter, peft_type: 'PREFIX_TUNING' }), 'adapter_config.json');
    assert.equal(prefix?.lora, undefined);
    assert.match(prefix?.assumptions.join(' ') ?? '', /adapters other than LoRA/);
  });
});
