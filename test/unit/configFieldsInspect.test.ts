import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { fieldAtOffset, inspectConfig, mayBeConfig } from '../../src/config/fields/inspectConfig';
import type { Inspection } from '../../src/config/fields/inspection';
import { readText } from '../fixtures/readFixture';
import { tinyLlama } from '../fixtures/tinyLlama';
import { bareContext, inspect, shown } from './configFieldsFixture';

const json = JSON.stringify(tinyLlama, undefined, 2);

async function inspected(text: string, name: string): Promise<Inspection> {
  const inspection = await inspect(text, name);
  assert.ok(inspection, name);
  return inspection;
}

async function shownIn(text: string, name: string): Promise<string[]> {
  return shown(text, await inspected(text, name));
}

describe('config fields: formats', () => {
  it('finds the fields of a model in JSON, nests included, in the order of the text', async () => {
    const text = JSON.stringify({
      ...tinyLlama,
      rope_scaling: { factor: 8.0, original_max_position_embeddings: 512, rope_type: 'llama3' },
      quantization_config: { block_size: 64 },
      task_specific_params: { summarization: { max_length: 100 } },
      max_length: 20,
    });
    const found = await shownIn(text, 'config.json');
    for (const wanted of [
      'rope_scaling.factor=8',
      'rope_scaling.original_max_position_embeddings=512',
      `max_position_embeddings=${String(tinyLlama.max_position_embeddings)}`,
    ]) {
      assert.ok(found.includes(wanted), `${wanted} in ${found.join(' ')}`);
    }
    assert.ok(found.every((each) => !/max_length|block_size/.test(each)));
    const { fields } = await inspected(text, 'config.json');
    const offsets = fields.map(({ range }) => range.offset);
    assert.deepEqual(
      offsets,
      [...offsets].sort((one, other) => one - other),
    );
    for (const { key, range, valueRange, value } of fields) {
      assert.ok(text.slice(range.offset).startsWith(`"${key}":`));
      assert.equal(Number(text.slice(valueRange.offset, valueRange.offset + valueRange.length)), value);
    }
  });

  it('finds the fields of the recipes, in YAML, TOML, JSON, a Modelfile and Python', async () => {
    const expected: Readonly<Record<string, string>> = {
      'axolotl-qlora.yaml': 'sequence_len=16384',
      'llama-factory-lora.yaml': 'cutoff_len=3072',
      'trl-sft-lora.yaml': 'max_length=4096',
      'torchtitan.toml': 'training.seq_len=4096',
      'sglang.yaml': 'context-length=65536',
      'vllm.yaml': 'max-model-len=32768',
      'tgi.yaml': 'max-total-tokens=4096',
      'nanogpt.py': 'block_size=256',
      Modelfile: 'PARAMETER.num_ctx=16384',
      'vllm-compose.yaml': '--max-model-len=16384',
      'vllm-kubernetes.yaml': '--max-model-len=8192',
      'sglang-command.yaml': '--context-length=32768',
      'llama-server.yaml': '-c=16384',
      'tgi-compose.yaml': '--max-total-tokens',
      'ray-serve.yaml': 'max_model_len=12288',
      'gpt-neox.yml': 'seq-length=2048',
      'nemo-gpt.yaml': 'model.data.seq_length=2048 (${model.encoder_seq_length})',
    };
    for (const [name, wanted] of Object.entries(expected)) {
      const text = readText(`test/fixtures/recipes/${name}`);
      assert.ok(mayBeConfig(name, text), name);
      const found = await shownIn(text, name);
      assert.ok(
        found.some((each) => each.startsWith(wanted)),
        `${name}: ${found.join(' ')}`,
      );
    }
  });

  it('places a flag inside YAML at the flag and its value', async () => {
    const text = readText('test/fixtures/recipes/sglang-command.yaml');
    const { fields, reading } = await inspected(text, 'deploy.yaml');
    const [field] = fields;
    assert.ok(field);
    const { offset, length } = field.valueRange;
    assert.equal(text.slice(offset, offset + length), '32768');
    assert.ok(text.slice(field.range.offset).startsWith('--context-length'));
    assert.equal(reading?.recipe?.sequenceLength, 32_768);
  });

  it('keeps the other values of YAML', async () => {
    const text =
      'model: Qwen/Qwen3-8B\ngpu_memory_utilization: 0.9\nmax_model_len: 8_192 # tokens\nseq_length: "4096"\nmax_seq_len: auto\nn_ctx:\n';
    assert.deepEqual(await shownIn(text, 'serve.yaml'), [
      'max_model_len=8192',
      'seq_length=4096',
      'max_seq_len=unset',
      'n_ctx=unset ()',
    ]);
  });

  it('does not take the blocks of BigBird and the pages of vLLM for lengths', async () => {
    const vllm = 'model: Qwen/Qwen3-8B\nmax_num_seqs: 8\nblock_size: 16\ngpu_memory_utilization: 0.9\n';
    assert.deepEqual(await shownIn(vllm, 'serve.yaml'), []);
    const sglang = 'model-path: Qwen/Qwen3-8B\ncontext-length: 4096\nmax-total-tokens: 65536\n';
    assert.deepEqual(await shownIn(sglang, 'serve.yaml'), ['context-length=4096']);
  });
});

describe('config fields: what is wrong', () => {
  const withValue = (key: string, value: string): string =>
    json.replace(new RegExp(`"${key}": \\d+`), `"${key}": ${value}`);

  it('tells heads that do not divide, at their place', async () => {
    const gpt2 = readText('test/fixtures/configs/gpt2.json').replace(/"n_head": \d+/, '"n_head": 7');
    for (const [text, key, value] of [
      [gpt2, 'n_head', '7'],
      [withValue('num_key_value_heads', '3'), 'num_key_value_heads', '3'],
    ] as const) {
      const { error, reading, fields } = await inspected(text, 'config.json');
      assert.equal(reading, undefined);
      assert.equal(error?.key, key);
      assert.equal(text.slice(error.range?.offset).slice(0, error.range?.length), value);
      assert.ok(fields.some((field) => field.key === key));
    }
  });

  it('keeps the fields of a text in which a value is being typed', async () => {
    const text = withValue('max_position_embeddings', '');
    const { error, fields } = await inspected(text, 'config.json');
    assert.ok(error);
    const length = fields.find(({ key }) => key === 'max_position_embeddings');
    assert.equal(length?.state, 'unreadable');
    assert.equal(length.path, 'max_position_embeddings');
    assert.equal(fields.find(({ key }) => key === 'num_hidden_layers')?.value, tinyLlama.num_hidden_layers);
    const toml = '[model]\nname = "llama3"\nflavor = "8B"\nhf_assets_path = "x"\n[training]\nseq_len = \n';
    assert.deepEqual(await shownIn(toml, 'train.toml'), ['seq_len=unreadable ()']);
    const yaml = 'base_model: x\nsequence_len: 4096\n  micro_batch_size: [\n';
    assert.deepEqual(await shownIn(yaml, 'train.yaml'), ['sequence_len=4096']);
  });

  it('says that a model is not found', async () => {
    const { error } = await inspected('model: acme/unknown-7b\nmax_model_len: 4096\n', 'serve.yaml');
    assert.equal(error?.missingModel?.repository, 'acme/unknown-7b');
  });

  it('throws at no place where a text may be cut', async () => {
    const names = [
      ...readdirSync('test/fixtures/recipes').map((name) => `test/fixtures/recipes/${name}`),
      'test/fixtures/configs/mistral-7b.json',
    ];
    for (const name of names) {
      const text = readText(name);
      const step = Math.ceil(text.length / 150);
      for (let end = 0; end <= text.length; end += step) {
        const cut = text.slice(0, end);
        const inspection = await inspect(cut, name);
        for (const { range, valueRange, state, value } of inspection?.fields ?? []) {
          assert.ok(range.offset >= 0 && range.offset + range.length <= end, name);
          assert.ok(valueRange.offset >= 0 && valueRange.offset + valueRange.length <= end, name);
          assert.equal(value !== undefined, state === 'number');
        }
        if (inspection) assert.notEqual(inspection.reading === undefined, inspection.error === undefined);
      }
    }
  });
});

describe('config fields: which files', () => {
  const strangers: Readonly<Record<string, string>> = {
    'package.json': '{ "name": "x", "model_type": "llama", "max_length": 5 }',
    'tsconfig.json': '{ "compilerOptions": { "max_seq_len": 3 } }',
    'settings.json': '{ "max_seq_len": 3 }',
    'length.json': '{ "max_length": 512 }',
    'lengths.yaml': 'max_length: 512\nseq_len: 3\nwindow_size: 7\n',
    'lstm.yaml': 'hidden_size: 128\nnum_layers: 2\ndropout: 0.1\nseq_len: 50\n',
    'type.json': '{ "model_type": "linear", "num_layers": 3 }',
    'docker-compose.yml': 'services:\n  web:\n    image: nginx\n    command: run --max-length 5\n',
    'scheduler_config.json':
      '{ "_class_name": "UNet2DConditionModel", "_diffusers_version": "0.1", "num_layers": 2, "num_attention_heads": 8, "hidden_size": 8, "vocab_size": 8 }',
    'wav2vec2.json': '{ "model_type": "wav2vec2", "architectures": ["Wav2Vec2ForCTC"], "hidden_size": 768 }',
    'generation_config.json': '{ "max_length": 2048, "do_sample": true }',
    'tokenizer_config.json': '{ "tokenizer_class": "X", "model_max_length": 512 }',
    'build.sh': 'npm run build -- --max-length 5\ncurl -c 8192 x\n',
    Dockerfile: 'FROM node\nCMD ["node", "x.js", "--context-length", "5"]\n',
    'plain.py': 'max_length = 5\ndef f(seq_len=512):\n  return seq_len\n',
    'notes.md': 'model_type: llama\nhidden_size: 512\n',
    'list.json': '[1, 2]',
    'empty.json': '',
    'binary.json': '{"model_type": "llama"\0}',
  };
  for (const [name, text] of Object.entries(strangers)) {
    it(`leaves ${name} alone`, async () => {
      assert.equal(await inspectConfig(text, name, bareContext), undefined);
    });
  }

  it('leaves files of other programs alone', async () => {
    const known: Readonly<Record<string, string>> = {
      'npm-package.json': 'package.json',
      'typescript-config.json': 'tsconfig.json',
    };
    for (const name of readdirSync('test/fixtures/otherFiles')) {
      if (name === 'llama-config.json') continue;
      const text = readText(`test/fixtures/otherFiles/${name}`);
      assert.equal(await inspectConfig(text, known[name] ?? name, bareContext), undefined, name);
    }
  });

  it('knows a model by its sizes alone', async () => {
    const sizes = { dim: 512, n_layers: 4, n_heads: 8, vocab_size: 1000, max_seq_len: 2048 };
    assert.ok((await inspectConfig(JSON.stringify(sizes), 'params.json', bareContext))?.reading);
  });

  it('takes files by any path, and texts without a name', () => {
    assert.ok(mayBeConfig('/home/a/models/config.json', json));
    assert.ok(mayBeConfig('C:\\models\\config.json', json));
    assert.ok(mayBeConfig('Untitled-1', json));
    assert.ok(!mayBeConfig('/home/a/package.json', json));
    assert.ok(!mayBeConfig('/home/a/saved.headroom.json', json));
    assert.ok(!mayBeConfig('/home/a/config.txt', json));
  });

  it('never throws, whatever the files around do', async () => {
    const files = { ...bareContext.files, readText: () => Promise.reject(new Error('gone')) };
    const text = 'per_device_train_batch_size: 1\nmax_steps: 5\noutput_dir: x\nmax_seq_length: 512\n';
    assert.equal(await inspectConfig(text, 'train.yaml', { ...bareContext, files }), undefined);
  });

  it('is quick to refuse 5 MB', () => {
    const texts = ['"label": 1,\n', 'a', 'max_', 'num_hidden', ' '].map((part) =>
      part.repeat(Math.ceil(5e6 / part.length)),
    );
    for (const text of texts) {
      mayBeConfig('labels.json', text);
      const times = Array.from({ length: 9 }, () => {
        const start = performance.now();
        mayBeConfig('labels.json', text);
        return performance.now() - start;
      });
      const median = times.sort((one, other) => one - other)[4] ?? Infinity;
      // The bar is 2 ms; a busy machine gets some room.
      assert.ok(median < 8, `${median.toFixed(2)} ms`);
    }
  });
});

describe('config fields: the field at a place', () => {
  it('is found on key and value, ends included, and nowhere else', async () => {
    const { fields } = await inspected(json, 'config.json');
    const key = '"max_position_embeddings"';
    const start = json.indexOf(key);
    const end = json.indexOf(',', start);
    const at = (offset: number): string | undefined => fieldAtOffset(fields, offset)?.key;
    for (const offset of [start, start + 5, start + key.length + 2, end]) {
      assert.equal(at(offset), 'max_position_embeddings');
    }
    assert.equal(at(start - 1), undefined);
    assert.equal(at(end + 1), undefined);
    assert.equal(at(json.indexOf('"hidden_size"') + 3), undefined);
  });
});
