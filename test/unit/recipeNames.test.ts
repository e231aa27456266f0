import assert from 'node:assert/strict';
import { dtypeNamed } from '../../src/config/dtypeNames';
import { attentionNamed } from '../../src/config/recipes/names/attentionNames';
import { optimizerNamed } from '../../src/config/recipes/names/optimizerNames';
import { precisionNamed } from '../../src/config/recipes/names/precisionNames';
import { ggufFormatIn, weightFormatNamed } from '../../src/config/recipes/names/weightFormatNames';
import { RecipeReader } from '../../src/config/recipes/recipeReader';
import {
  parseTorchtuneBuilder,
  torchtuneModelName,
} from '../../src/config/recipes/training/torchtuneBuilder';
import { readDeepspeedReference, readFsdpConfig } from '../../src/config/recipes/training/zeroStage';
import { canonicalName } from '../../src/config/resolve/modelName';
import { documentOf } from '../fixtures/recipeDocument';

describe('recipes: names', () => {
  it('knows the optimizers of every framework', () => {
    const cases: Readonly<Record<string, string>> = {
      adamw_torch: 'adamw',
      adamw_torch_fused: 'adamw',
      'torch.optim.AdamW': 'adamw',
      'bitsandbytes.optim.PagedAdamW': 'adamw',
      'bitsandbytes.optim.PagedAdamW8bit': 'adamw8bit',
      'bitsandbytes.optim.AdamW8bit': 'adamw8bit',
      'torchao.optim.AdamW8bit': 'adamw8bit',
      adamw_bnb_8bit: 'adamw8bit',
      paged_adamw_8bit: 'adamw8bit',
      paged_adamw_32bit: 'adamw',
      mcore_distributed_optim: 'adamw',
      distributed_fused_adam: 'adamw',
      Adam: 'adamw',
      adafactor: 'adafactor',
      lion_32bit: 'lion',
      'torch.optim.SGD': 'sgd',
      Muon: 'muon',
    };
    for (const [name, optimizer] of Object.entries(cases)) {
      assert.deepEqual(optimizerNamed(name), { optimizer }, name);
    }
  });

  it('says how the nearest optimizer differs', () => {
    for (const name of [
      'galore_adamw',
      'lion_8bit',
      'adamw_torch_4bit',
      'lomo',
      'ademamix',
      'DeepSpeedCPUAdam',
    ]) {
      assert.ok((optimizerNamed(name)?.difference ?? '').length > 0, name);
    }
    for (const name of ['', 'constructor', 'sgdx', '__proto__'])
      assert.equal(optimizerNamed(name), undefined);
  });

  it('knows precisions and dtypes', () => {
    assert.deepEqual(precisionNamed('bf16-mixed'), { dtype: 'bfloat16', kind: 'mixed' });
    assert.deepEqual(precisionNamed('16'), { dtype: 'float16', kind: 'mixed' });
    assert.deepEqual(precisionNamed('bf16'), { dtype: 'bfloat16' });
    assert.equal(precisionNamed('fp8')?.fp8, true);
    assert.equal(precisionNamed('no')?.dtype, 'float32');
    assert.equal(dtypeNamed('torch.bfloat16'), 'bfloat16');
    assert.equal(dtypeNamed('FP16'), 'float16');
    assert.equal(dtypeNamed('float8_e4m3fn'), 'float8');
    for (const name of ['', 'constructor', 'float7']) assert.equal(dtypeNamed(name), undefined);
  });

  it('knows attention kernels, those of the hub too', () => {
    assert.equal(attentionNamed('eager'), 'naive');
    assert.equal(attentionNamed('flash_attention_3'), 'fused');
    assert.equal(attentionNamed('kernels-community/flash-attn3'), 'fused');
    assert.equal(attentionNamed('something'), undefined);
  });

  it('knows quantisations, and which only the checkpoint tells', () => {
    assert.equal(weightFormatNamed('AWQ_Marlin'), 'awq4');
    assert.equal(weightFormatNamed('compressed-tensors'), null);
    assert.equal(weightFormatNamed('x'), undefined);
    assert.equal(ggufFormatIn('mistral-7b.Q4_K_M.gguf'), 'q4_k');
    assert.equal(ggufFormatIn('llama3.2:1b-instruct-q5_K_S'), 'q5_k');
    assert.equal(ggufFormatIn('x-F16.gguf'), 'none');
    assert.equal(ggufFormatIn('eq4_key'), undefined);
  });

  it('takes the model from a torchtune builder, in a spelling that resolves', () => {
    const cases: Readonly<Record<string, string>> = {
      'torchtune.models.llama2.llama2_7b': 'Llama-2-7B',
      'torchtune.models.llama3_1.qlora_llama3_1_8b': 'Llama-3.1-8B',
      'torchtune.models.llama3_2.lora_llama3_2_1b': 'Llama-3.2-1B',
      'torchtune.models.qwen2_5.lora_qwen2_5_0_5b': 'Qwen2.5-0.5B',
      'torchtune.models.qwen2_5.qwen2_5_7b_instruct': 'Qwen2.5-7B-Instruct',
      'torchtune.models.qwen2.qwen2_1_5b': 'Qwen2-1.5B',
      'torchtune.models.qwen3.qwen3_0_6b_base': 'Qwen3-0.6B-Base',
      'torchtune.models.gemma.gemma_2b': 'gemma-2b',
      'torchtune.models.gemma2.gemma2_9b': 'gemma-2-9b',
      'torchtune.models.mistral.lora_mistral_7b': 'mistralai/Mistral-7B-v0.1',
      'torchtune.models.phi3.phi3_mini': 'microsoft/Phi-3-mini-4k-instruct',
    };
    for (const [component, name] of Object.entries(cases)) {
      const builder = parseTorchtuneBuilder(component) ?? assert.fail(component);
      assert.equal(canonicalName(torchtuneModelName(builder) ?? ''), canonicalName(name), component);
    }
    const sized = parseTorchtuneBuilder('torchtune.models.llama2.lora_llama2') ?? assert.fail();
    assert.deepEqual(sized, { line: 'llama2', name: 'llama2', adapter: 'lora' });
    assert.equal(torchtuneModelName(sized), undefined);
    assert.equal(parseTorchtuneBuilder('mylib.models.x.y'), undefined);
  });

  it('takes the ZeRO stage from the names of DeepSpeed’s files', () => {
    const stageOf = (deepspeed: unknown): unknown =>
      readDeepspeedReference(new RecipeReader(documentOf({ deepspeed }).fields), 'deepspeed');
    for (const name of [
      'examples/deepspeed/ds_z3_config.json',
      'zero3_bf16.json',
      'configs/ds_config_zero3.json',
      'stage3.json',
      'deepspeed_zero3.yaml',
      'ds_zero_stage_3.json',
    ]) {
      assert.equal(stageOf(name), 3, name);
    }
    assert.equal(stageOf('deepspeed_configs/zero1.json'), 1);
    assert.equal(stageOf({ zero_optimization: { stage: 2 } }), 2);
    for (const name of ['ds_config.json', 'size3.json', 'zero10.json', null])
      assert.equal(stageOf(name), undefined);
  });

  it('takes FSDP’s strategies as stages', () => {
    const stageOf = (fsdp_config: object): unknown =>
      readFsdpConfig(new RecipeReader(documentOf({ fsdp_config }).fields), 'fsdp_config');
    assert.equal(stageOf({ fsdp_sharding_strategy: 'FULL_SHARD' }), 3);
    assert.equal(stageOf({ fsdp_sharding_strategy: 2 }), 2);
    assert.equal(stageOf({ fsdp_sharding_strategy: 'NO_SHARD' }), 0);
    assert.equal(stageOf({ fsdp_version: 2, fsdp_reshard_after_forward: false }), 2);
    assert.equal(stageOf({ fsdp_version: 2, fsdp_reshard_after_forward: true }), 3);
    assert.equal(stageOf({ fsdp_version: 2 }), 3);
    assert.equal(stageOf({}), undefined);
  });
});
