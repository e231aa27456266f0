import assert from 'node:assert/strict';
import { groupedQuery } from '../../src/attention/groupedQuery';
import type { Adoption, AttentionMechanism } from '../../src/attention/mechanism';
import { placedAdoption } from '../../src/attention/placedAdoption';
import { slidingWindow } from '../../src/attention/slidingWindow';
import { configPlaceOf } from '../../src/config/configPlaceOf';
import type { ReadContext } from '../../src/config/readContext';
import { readConfig, type ConfigReading } from '../../src/config/readConfig';
import { attentionKinds } from '../../src/model/attentionKinds';
import { ReportBuilder } from '../../src/report/reportBuilder';
import { reportSections } from '../../src/report/reportSections';
import { samplePoint } from '../fixtures/eventSamples';
import { readText } from '../fixtures/readFixture';
import { profileJob } from '../fixtures/profileJob';
import { MemoryFiles } from './resolveFixture';

const files: Record<string, string> = {
  '/project/own/config.json': readText('test/fixtures/configs/mistral-7b.json'),
};

const context: ReadContext = {
  folder: '/project',
  workspaceFolders: [],
  files: new MemoryFiles(files),
  environment: {},
  platform: 'linux',
};

async function reading(text: string, name: string): Promise<ConfigReading> {
  return readConfig(text, name, context);
}

function placed(
  config: ConfigReading,
  mechanism: AttentionMechanism,
  parameters: Record<string, number>,
): Adoption {
  const [kind] = attentionKinds(config.model);
  assert.ok(kind);
  return placedAdoption(mechanism.adopt(config.model, kind.attention, parameters), configPlaceOf(config));
}

const vllm =
  'model: Qwen/Qwen2.5-7B-Instruct\nmax-model-len: 4096\ngpu-memory-utilization: 0.9\ntensor-parallel-size: 2\n';
const axolotl =
  'base_model: mistralai/Mistral-7B-v0.1\nsequence_len: 2048\nmicro_batch_size: 2\ndatasets:\n  - path: x\n    type: alpaca\n';
const trl =
  'model_name_or_path: own\noutput_dir: out\nper_device_train_batch_size: 2\nlearning_rate: 1.0e-5\n';

const small = {
  model_type: 'mistral',
  hidden_size: 128,
  num_hidden_layers: 3,
  num_attention_heads: 8,
  num_key_value_heads: 8,
  intermediate_size: 256,
  vocab_size: 1000,
  max_position_embeddings: 4096,
  sliding_window: null,
};

describe('where the keys of an adoption belong', () => {
  it('in the model’s own config.json as it was profiled, nothing is added', async () => {
    const own = await reading(files['/project/own/config.json'] ?? '', 'config.json');
    assert.equal(configPlaceOf(own), undefined);
    const found = placed(own, groupedQuery, { kvHeads: 2 });
    assert.ok(found.kind === 'config' && found.file === undefined);
  });

  it('vLLM: the model’s config.json or its override, and what vLLM makes of max_window_layers', async () => {
    const found = placed(await reading(vllm, 'vllm.yaml'), slidingWindow, { window: 256 });
    assert.ok(found.kind === 'config');
    assert.equal(found.file, 'config.json of Qwen/Qwen2.5-7B-Instruct');
    assert.equal(found.byHand, true, 'its config is not on this computer');
    assert.match(
      found.reason,
      /under `hf-overrides` in the profiled file: elsewhere in it vllm does not read them/,
    );
    assert.match(
      found.reason,
      /vLLM reads `max_window_layers` in its own way: some versions refuse one below/,
    );
  });

  it('axolotl: overrides_of_model_config', async () => {
    const found = placed(await reading(axolotl, 'train.yml'), groupedQuery, { kvHeads: 2 });
    assert.ok(found.kind === 'config');
    assert.match(found.reason, /config\.json of mistralai\/Mistral-7B-v0\.1.*`overrides_of_model_config`/);
    assert.doesNotMatch(found.reason, /vLLM/);
  });

  it('the Trainer: no override, so the file of the model, by its name where it is on this computer', async () => {
    const config = await reading(trl, 'sft.yaml');
    assert.equal(config.modelSource?.location, '/project/own/config.json');
    const found = placed(config, groupedQuery, { kvHeads: 2 });
    assert.ok(found.kind === 'config');
    assert.match(found.file ?? '', /config\.json/);
    assert.equal(found.byHand, undefined);
    assert.match(found.reason, /transformers does not read them from the profiled file/);
  });

  it('a framework with keys of its own: those of them that the file has', async () => {
    const torchtune = (heads: string): Promise<ConfigReading> =>
      reading(
        `model:\n  _component_: torchtune.models.llama2.llama2\n  vocab_size: 100\n  num_layers: 2\n  num_heads: 8\n${heads}  embed_dim: 64\n  max_seq_len: 512\nbatch_size: 2\nepochs: 1\n`,
        'train.yaml',
      );
    const grouped = placed(await torchtune('  num_kv_heads: 4\n'), groupedQuery, { kvHeads: 2 });
    assert.ok(grouped.kind === 'config');
    assert.deepEqual(grouped.edits, [{ path: ['model', 'num_kv_heads'], value: 2 }]);
    assert.equal(grouped.byHand, undefined, 'the editor changes YAML');
    const silent = placed(await torchtune(''), groupedQuery, { kvHeads: 2 });
    assert.equal(silent.kind, 'none');
    assert.match(silent.reason, /The profiled file has no key for it.*`num_key_value_heads: 2`/);
  });

  it('a file of weights, or one whose model is made elsewhere, has no keys, whatever the model was read from', async () => {
    const own = await reading(files['/project/own/config.json'] ?? '', 'config.json');
    const elsewhere = { name: 'x', location: undefined, how: 'builtin' as const, note: '' };
    const recipe = { framework: 'ollama', purpose: 'serving' as const, fields: {}, assumptions: [] };
    const place = configPlaceOf({ ...own, recipe, modelSource: elsewhere });
    assert.deepEqual(place, { framework: 'ollama', keys: [], isEditable: false });
    const [kind] = attentionKinds(own.model);
    assert.ok(kind);
    const edits = slidingWindow.adopt(own.model, kind.attention, { window: 256 });
    assert.equal(placedAdoption(edits, place).kind, 'none');
  });

  it('files that are no config of transformers are known: Meta’s params.json', async () => {
    const meta = await reading(
      '{"dim": 64, "n_layers": 2, "n_heads": 8, "n_kv_heads": 4, "vocab_size": 100, "multiple_of": 8}',
      'params.json',
    );
    assert.ok(configPlaceOf(meta)?.keys.includes('n_kv_heads'));
    const found = placed(meta, groupedQuery, { kvHeads: 2 });
    assert.ok(found.kind === 'config');
    assert.deepEqual(found.edits, [{ path: ['n_kv_heads'], value: 2 }]);
  });

  it('the model’s own config in YAML or TOML is one as in JSON', async () => {
    const yaml = await reading(JSON.stringify(small), 'model.yaml');
    assert.equal(configPlaceOf(yaml), undefined);
    const lines = Object.entries(small).flatMap(([key, value]) =>
      value === null ? [] : [`${key} = ${JSON.stringify(value)}\n`],
    );
    const toml = await reading(lines.join(''), 'model.toml');
    assert.equal(configPlaceOf(toml), undefined);
  });

  it('below a key: keys that the file lacks go there too, and those that it has stay', async () => {
    const nested = await reading(JSON.stringify({ seed: 1, model: small }), 'model.yaml');
    assert.deepEqual(configPlaceOf(nested)?.under, ['model']);
    const window = placed(nested, slidingWindow, { window: 256 });
    assert.ok(window.kind === 'config');
    assert.deepEqual(window.edits, [{ path: ['model', 'sliding_window'], value: 256 }]);
    assert.equal(window.byHand, undefined);
    const grouped = placed(nested, groupedQuery, { kvHeads: 2 });
    assert.ok(grouped.kind === 'config');
    assert.deepEqual(grouped.edits, [{ path: ['model', 'num_key_value_heads'], value: 2 }]);
    const silent = JSON.stringify({ model: { ...small, num_key_value_heads: undefined } });
    const missing = placed(await reading(silent, 'model.yaml'), groupedQuery, { kvHeads: 2 });
    assert.ok(missing.kind === 'config');
    assert.deepEqual(missing.edits, [{ path: ['model', 'num_key_value_heads'], value: 2 }]);
  });

  it('a key of another part of a nest stays where the file has it', () => {
    const edit = { path: ['vision_config', 'patch_size'], value: 28 };
    const adoption: Adoption = { kind: 'config', edits: [edit], needsRetraining: true, reason: '' };
    const place = { under: ['text_config'], keys: ['vision_config.patch_size'], isEditable: true };
    assert.deepEqual(placedAdoption(adoption, place), adoption);
  });

  it('reasons are left as they are', () => {
    const none: Adoption = { kind: 'none', reason: 'because' };
    assert.equal(placedAdoption(none, { framework: 'vllm', file: 'x', keys: [], isEditable: true }), none);
  });

  it('the report says it: In {file}, not In the config', async () => {
    const config = await reading(axolotl, 'train.yml');
    const place = configPlaceOf(config);
    assert.ok(place);
    const builder = new ReportBuilder(
      profileJob({
        model: config.model,
        source: { name: 'train.yml' },
        scenario: { sequenceLength: 1024, batch: 1, dtype: 'bfloat16' },
        configPlace: place,
        replacements: ['sliding-window'],
      }),
      11,
    );
    const layerKind = attentionKinds(config.model)[0]?.name ?? '';
    for (const mechanism of ['dense', 'sliding-window']) {
      const parameters: Record<string, number> = mechanism === 'dense' ? {} : { window: 256 };
      builder.add({ type: 'point', layerKind, mechanism, parameters, point: samplePoint(1024, 3) });
    }
    const adoption = builder.report().layerKinds[0]?.replacements[0]?.adoption;
    assert.ok(adoption?.kind === 'config');
    assert.equal(adoption.file, 'config.json of mistralai/Mistral-7B-v0.1');
    const text = JSON.stringify(reportSections(builder.report()));
    assert.match(text, /In config\.json of mistralai\/Mistral-7B-v0\.1: sliding_window: 256\./);
    assert.doesNotMatch(text, /In the config:/);
  });
});
