import assert from 'node:assert/strict';
import { readRecipe } from '../../src/config/recipes/registry';
import type { LoraSpec, Recipe } from '../../src/model/recipe';
import { documentOf } from '../fixtures/recipeDocument';

const axolotl = { base_model: 'x', sequence_len: 512, micro_batch_size: 1 };
const trainer = {
  model_name_or_path: 'x',
  per_device_train_batch_size: 1,
  output_dir: 'out',
  num_train_epochs: 1,
};
const factory = { model_name_or_path: 'x', stage: 'sft', template: 'default', cutoff_len: 64 };

function read(value: object): Recipe {
  return readRecipe(documentOf(value), 'train.yaml') ?? assert.fail('no recipe');
}

function loraOf(value: object): LoraSpec | undefined {
  return read(value).lora;
}

describe('recipes: adapters', () => {
  it('reads LoRA with and without quantised weights', () => {
    const lora = { ...axolotl, adapter: 'lora', lora_r: 4, lora_target_modules: ['q_proj'] };
    assert.deepEqual(loraOf(lora), { rank: 4, targets: ['q_proj'], baseFormat: 'none' });
    assert.equal(loraOf({ ...lora, load_in_8bit: true })?.baseFormat, 'int8');
    assert.equal(loraOf({ ...lora, load_in_4bit: true })?.baseFormat, 'nf4-double');
    const trl = { ...trainer, use_peft: true, load_in_4bit: true };
    assert.equal(loraOf(trl)?.baseFormat, 'nf4');
    assert.equal(loraOf({ ...trl, use_bnb_nested_quant: true })?.baseFormat, 'nf4-double');
  });

  it('takes the frameworks’ defaults and says so', () => {
    const recipe = read({ ...trainer, use_peft: true });
    assert.deepEqual(recipe.lora, { rank: 16, targets: ['q_proj', 'v_proj'], baseFormat: 'none' });
    assert.match(recipe.assumptions.join(' '), /lora_r is not set: rank 16.*lora_target_modules is not set/);
    assert.deepEqual(loraOf({ ...factory, lora_rank: 8 }), {
      rank: 8,
      targets: 'all-linear',
      baseFormat: 'none',
    });
  });

  it('has none where all weights are trained', () => {
    assert.equal(loraOf({ ...trainer, use_peft: false, lora_r: 8 }), undefined);
    assert.equal(loraOf({ ...trainer, lora_r: 8 }), undefined);
    assert.equal(loraOf({ ...factory, finetuning_type: 'full', lora_rank: 8 }), undefined);
    assert.equal(loraOf({ ...axolotl, adapter: null, lora_r: 8 }), undefined);
    assert.match(read({ ...axolotl, adapter: 'vera' }).assumptions.join(), /only lora and qlora are/);
  });

  it('takes targets as a list, a text with commas, full names, or every linear layer', () => {
    const targets = (lora_target_modules: unknown): LoraSpec['targets'] | undefined =>
      loraOf({ ...trainer, use_peft: true, lora_r: 8, lora_target_modules })?.targets;
    assert.deepEqual(targets('q_proj, v_proj'), ['q_proj', 'v_proj']);
    assert.deepEqual(targets(['model.layers.self_attn.o_proj']), ['o_proj']);
    assert.equal(targets('all-linear'), 'all-linear');
    assert.equal(targets(['all-linear']), 'all-linear');
    assert.deepEqual(targets('.*self_attn\\.(q_proj|k_proj)$'), ['q_proj', 'k_proj']);
    assert.equal(targets('(a+)+$'), 'all-linear');
  });

  it('reads NeMo’s adapters by what its fused layers hold', () => {
    const model = {
      micro_batch_size: 1,
      global_batch_size: 8,
      restore_from_path: 'llama.nemo',
      peft: {
        peft_scheme: 'lora',
        lora_tuning: { adapter_dim: 16, target_modules: ['attention_qkv', 'mlp_fc2'] },
      },
    };
    const recipe = read({ model });
    assert.deepEqual(recipe.model, { name: 'llama.nemo', path: 'model.restore_from_path' });
    assert.deepEqual(recipe.lora, {
      rank: 16,
      targets: ['q_proj', 'k_proj', 'v_proj', 'down_proj'],
      baseFormat: 'none',
    });
  });

  it('reads torchtune’s quantised adapters', () => {
    const model = {
      _component_: 'torchtune.models.llama2.qlora_llama2_7b',
      lora_attn_modules: ['q_proj'],
      lora_rank: 4,
    };
    assert.deepEqual(loraOf({ model }), { rank: 4, targets: ['q_proj'], baseFormat: 'nf4-double' });
  });
});
