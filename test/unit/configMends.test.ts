import assert from 'node:assert/strict';
import { withEdits } from '../../src/config/editConfig';
import { fieldAt, type ConfigField } from '../../src/config/document';
import type { ConfigMend } from '../../src/mends/configMend';
import { configMends } from '../../src/mends/configMends';
import type { Inspection } from '../../src/config/fields/inspection';
import type { FieldKind, LocatedField } from '../../src/config/fields/locatedField';
import { readDocument } from '../../src/config/formats/readDocument';
import type { ConfigReading } from '../../src/config/readConfig';
import { readModelDocument } from '../../src/config/readModel';
import { readRecipe } from '../../src/config/recipes/registry';
import type { ConfigProblem } from '../../src/insight/configProblem';
import { attentionKinds } from '../../src/model/attentionKinds';
import { layerCount } from '../../src/model/modelSpec';
import { llama1b, readText } from '../fixtures/readFixture';

const elsewhere = { name: 'config.json', location: 'config.json', how: 'beside' as const, note: '' };

function readingOf(text: string, name: string): ConfigReading {
  const document = readDocument(text, name);
  const recipe = readRecipe(document, name);
  if (recipe === undefined) return { document, model: readModelDocument(document, name) };
  return { document, model: llama1b(), recipe, modelSource: elsewhere };
}

function located({ key, path, range, valueRange, value }: ConfigField, kind: FieldKind): LocatedField {
  const number = Number(String(value()).replaceAll('_', ''));
  return { kind, key, path, range, valueRange, value: number, state: 'number', isLiteral: true };
}

function mends(text: string, name: string, problem: Partial<ConfigProblem>, length?: string): ConfigMend[] {
  const reading = readingOf(text, name);
  const field = length === undefined ? undefined : fieldAt(reading.document, length);
  assert.equal(field === undefined, length === undefined);
  const inspection: Inspection = { fields: field ? [located(field, 'length')] : [], reading };
  return configMends(text, name, inspection, {
    code: 'doesNotFit',
    severity: 'warning',
    range: { offset: 0, length: 0 },
    message: '',
    ...problem,
  });
}

const training: Partial<ConfigProblem> = { code: 'doesNotFit', workload: 'training', longest: 1000 };

/** The text after the one mend of a kind; undefined where it is not offered. */
function mended(
  text: string,
  name: string,
  kind: ConfigMend['kind'],
  problem = training,
  length?: string,
): string | undefined {
  const found = mends(text, name, problem, length).filter((mend) => mend.kind === kind);
  assert.ok(found.length <= 1);
  return found[0] && withEdits(text, found[0].edits);
}

describe('the mend to the longest length that fits', () => {
  const text =
    'model_name_or_path: x\nmax_length: 4_096 # long\nper_device_train_batch_size: 8\noutput_dir: o\n';

  it('writes it rounded down, and says what fits', () => {
    const [mend] = mends(text, 'sft.yaml', training, 'max_length');
    assert.equal(mend?.title, 'Set max_length to 960: the longest that fits is 1,000');
    assert.equal(withEdits(text, mend.edits), text.replace('4_096', '960'));
    assert.equal(mend.note, undefined);
  });

  for (const [longest, wanted] of [
    [3000, '2_944'],
    [1024, '1_024'],
    [600, '576'],
    [100, '96'],
    [7, '7'],
  ] as const) {
    it(`writes ${wanted} where ${String(longest)} fit`, () => {
      const result = mended(text, 'sft.yaml', 'longestThatFits', { ...training, longest }, 'max_length');
      assert.equal(result, text.replace('4_096', wanted));
    });
  }

  it('says when nothing was rounded', () => {
    const [mend] = mends(text, 'sft.yaml', { ...training, longest: 1024 }, 'max_length');
    assert.equal(mend?.title, 'Set max_length to 1,024, the longest that fits');
  });

  it('is not offered where no token fits, or no fewer than declared', () => {
    for (const longest of [0, 4096, 9000]) {
      assert.equal(
        mended(text, 'sft.yaml', 'longestThatFits', { ...training, longest }, 'max_length'),
        undefined,
      );
    }
  });

  it('is not offered where the length is in another file', () => {
    assert.equal(mended(text, 'sft.yaml', 'longestThatFits', training), undefined);
  });

  it('takes the field that is marked before the one that is read', () => {
    const both = `${text}max_prompt_length: 2048\n`;
    const reading = readingOf(both, 'sft.yaml');
    const fields = ['max_length', 'max_prompt_length'].map((key) =>
      located(fieldAt(reading.document, key) ?? assert.fail(), 'length'),
    );
    const written = (range: ConfigProblem['range']): string | undefined => {
      const problem = { ...training, severity: 'warning', message: '', code: 'doesNotFit', range } as const;
      const [mend] = configMends(both, 'sft.yaml', { fields, reading }, problem);
      return mend && withEdits(both, mend.edits);
    };
    const marked = fields[1]?.valueRange ?? assert.fail();
    assert.equal(written(marked), both.replace('2048', '960'));
    assert.equal(written({ offset: 0, length: 1 }), both.replace('4_096', '960'));
  });

  it('warns that learned positions are in the weights', () => {
    const gpt = readText('test/fixtures/configs/gpt2.json');
    const problem = { workload: 'inference', longest: 512 } as const;
    const [mend] = mends(gpt, 'config.json', problem, 'n_positions');
    assert.match(mend?.note ?? '', /1,024 learned positions/);
    const rotary = readText('examples/llama-3.2-1b/config.json');
    const [other] = mends(rotary, 'config.json', problem, 'max_position_embeddings');
    assert.equal(other?.kind, 'longestThatFits');
    assert.equal(other.note, undefined);
  });
});

/** `absent`: without the key; `off`: with it turned off; each with what it becomes. */
const recomputation: readonly [what: string, name: string, text: string, wanted: string][] = [
  [
    'axolotl',
    'a.yaml',
    'base_model: x\nsequence_len: 8192 # n\nmicro_batch_size: 2\nnum_epochs: 1\n',
    'base_model: x\nsequence_len: 8192 # n\nmicro_batch_size: 2\ngradient_checkpointing: true\nnum_epochs: 1\n',
  ],
  [
    'axolotl, turned off',
    'a.yaml',
    'base_model: x\nsequence_len: 8192\nmicro_batch_size: 2\ngradient_checkpointing: false # slow\n',
    'base_model: x\nsequence_len: 8192\nmicro_batch_size: 2\ngradient_checkpointing: true # slow\n',
  ],
  [
    'transformers in JSON',
    'args.json',
    '{\n  "model_name_or_path": "x",\n  "max_length": 4096,\n  "per_device_train_batch_size": 8,\n  "output_dir": "o"\n}\n',
    '{\n  "model_name_or_path": "x",\n  "max_length": 4096,\n  "per_device_train_batch_size": 8,\n  "gradient_checkpointing": true,\n  "output_dir": "o"\n}\n',
  ],
  [
    'LLaMA-Factory, turned off',
    'f.yaml',
    'model_name_or_path: x\nstage: sft\nfinetuning_type: full\ncutoff_len: 4096\ntemplate: llama3\ndisable_gradient_checkpointing: true\n',
    'model_name_or_path: x\nstage: sft\nfinetuning_type: full\ncutoff_len: 4096\ntemplate: llama3\ndisable_gradient_checkpointing: false\n',
  ],
  [
    'torchtune',
    'tune.yaml',
    readText('test/fixtures/recipes/torchtune-lora.yaml'),
    readText('test/fixtures/recipes/torchtune-lora.yaml').replace(
      'enable_activation_checkpointing: False',
      'enable_activation_checkpointing: True',
    ),
  ],
  [
    'torchtitan',
    'titan.toml',
    readText('test/fixtures/recipes/torchtitan.toml').replace('mode = "full"', "mode = 'none' # off"),
    readText('test/fixtures/recipes/torchtitan.toml').replace('mode = "full"', "mode = 'full' # off"),
  ],
  [
    'torchtitan without the table',
    'titan.toml',
    readText('test/fixtures/recipes/torchtitan.toml').replace(
      '\n[activation_checkpoint]\nmode = "full"\n',
      '',
    ),
    readText('test/fixtures/recipes/torchtitan.toml'),
  ],
  [
    'Megatron in a group, with hyphens',
    'm.yaml',
    readText('test/fixtures/recipes/megatron-args.yaml').replace('  --recompute-granularity: full\n', ''),
    readText('test/fixtures/recipes/megatron-args.yaml')
      .replace('  --recompute-granularity: full\n', '')
      .replace(
        '  --num-layers: 4\n',
        '  --num-layers: 4\n  --recompute-granularity: full\n  --recompute-method: uniform\n  --recompute-num-layers: 1\n',
      ),
  ],
  [
    'NeMo, selective so far',
    'nemo.yaml',
    readText('test/fixtures/recipes/nemo-gpt.yaml'),
    readText('test/fixtures/recipes/nemo-gpt.yaml').replace(
      'granularity: selective\n',
      'granularity: full\n  activations_checkpoint_method: uniform\n  activations_checkpoint_num_layers: 1\n',
    ),
  ],
  [
    'gpt-neox',
    'neox.yml',
    readText('test/fixtures/recipes/gpt-neox.yml').replace('"global"', '"flash"'),
    readText('test/fixtures/recipes/gpt-neox.yml')
      .replace('"global"', '"flash"')
      .replace('"checkpoint-activations": false', '"checkpoint-activations": true'),
  ],
  [
    'accelerate with FSDP',
    'acc.yaml',
    'compute_environment: LOCAL_MACHINE\ndistributed_type: FSDP\nfsdp_config:\n  fsdp_sharding_strategy: FULL_SHARD\nmixed_precision: bf16\nnum_machines: 1\nnum_processes: 8\n',
    'compute_environment: LOCAL_MACHINE\ndistributed_type: FSDP\nfsdp_config:\n  fsdp_sharding_strategy: FULL_SHARD\n  fsdp_activation_checkpointing: true\nmixed_precision: bf16\nnum_machines: 1\nnum_processes: 8\n',
  ],
];

describe('the mend to recompute activations', () => {
  for (const [what, name, text, wanted] of recomputation) {
    it(`is written for ${what}`, () => {
      assert.equal(mended(text, name, 'recomputation'), wanted);
    });

    it(`is read as full recomputation, and not offered again, for ${what}`, () => {
      assert.equal(readingOf(wanted, name).recipe?.recomputation, 'full');
      assert.equal(mended(wanted, name, 'recomputation'), undefined);
    });
  }

  it('says which peak results, estimated, and what it costs', () => {
    const [, name, text] = recomputation[0] ?? assert.fail();
    const mend = mends(text, name, training).find(({ kind }) => kind === 'recomputation');
    assert.match(
      mend?.title ?? '',
      /^Recompute activations \(gradient_checkpointing: true\): estimated training peak [\d.]+ GiB instead of [\d.]+ GiB$/,
    );
    assert.match(
      mend?.note ?? '',
      /^Estimated for 8,192 tokens, a batch of 2 and .*: the training peak .* third more/,
    );
  });

  it('is offered for training that does not fit only', () => {
    const [, name, text] = recomputation[0] ?? assert.fail();
    assert.equal(mended(text, name, 'recomputation', { workload: 'inference', longest: 1000 }), undefined);
    assert.equal(mended(text, name, 'recomputation', { code: 'attentionDominates' }), undefined);
  });

  it('is not offered where another key of the file overrules it', () => {
    const text = `${readText('test/fixtures/recipes/torchtune-lora.yaml')}ac_mode: selective\n`;
    assert.equal(mended(text, 'tune.yaml', 'recomputation'), undefined);
  });

  it('is not offered where it cannot be written safely', () => {
    const text =
      'base_model: x\nsequence_len: 8192\nmicro_batch_size: 2\ngradient_checkpointing: &off false\nbf16: *off\n';
    assert.equal(mended(text, 'a.yaml', 'recomputation'), undefined);
  });

  it('is not offered for formats without a key for it', () => {
    assert.equal(
      mended(readText('test/fixtures/recipes/nanogpt.py'), 'train.py', 'recomputation'),
      undefined,
    );
    assert.equal(
      mended(readText('test/fixtures/recipes/deepspeed.json'), 'ds.json', 'recomputation'),
      undefined,
    );
  });
});

const fused: readonly [
  what: string,
  name: string,
  before: string,
  after: string,
  note: RegExp | undefined,
][] = [
  [
    'axolotl',
    'a.yaml',
    'base_model: x\nsequence_len: 8192\nmicro_batch_size: 2\nattn_implementation: eager # x\n',
    'base_model: x\nsequence_len: 8192\nmicro_batch_size: 2\nattn_implementation: sdpa # x\n',
    /^Estimated for/,
  ],
  [
    'transformers',
    'a.yaml',
    "model_name_or_path: x\nmax_length: 4096\nper_device_train_batch_size: 8\noutput_dir: o\nattn_implementation: 'eager'\n",
    "model_name_or_path: x\nmax_length: 4096\nper_device_train_batch_size: 8\noutput_dir: o\nattn_implementation: 'sdpa'\n",
    /^Estimated for/,
  ],
  [
    'LLaMA-Factory',
    'f.yaml',
    'model_name_or_path: x\nstage: sft\nfinetuning_type: full\ncutoff_len: 4096\ntemplate: llama3\nflash_attn: disabled\n',
    'model_name_or_path: x\nstage: sft\nfinetuning_type: full\ncutoff_len: 4096\ntemplate: llama3\nflash_attn: fa2\n',
    /flash-attn/,
  ],
  [
    'gpt-neox',
    'neox.yml',
    readText('test/fixtures/recipes/gpt-neox.yml'),
    readText('test/fixtures/recipes/gpt-neox.yml').replace('"global"', '"flash"'),
    /flash-attn/,
  ],
  [
    'NeMo',
    'nemo.yaml',
    readText('test/fixtures/recipes/nemo-gpt.yaml').replace(
      'use_flash_attention: true',
      'use_flash_attention: False',
    ),
    readText('test/fixtures/recipes/nemo-gpt.yaml').replace(
      'use_flash_attention: true',
      'use_flash_attention: True',
    ),
    /flash-attn/,
  ],
];

describe('the mend to fused attention', () => {
  for (const [what, name, before, after, note] of fused) {
    it(`is written for ${what}, and not offered again`, () => {
      const dominates = { code: 'attentionDominates' } as const;
      assert.equal(mended(before, name, 'fusedAttention', dominates), after);
      assert.equal(readingOf(after, name).recipe?.attention, 'fused');
      assert.equal(mended(after, name, 'fusedAttention', dominates), undefined);
      const found = mends(before, name, dominates).find(({ kind }) => kind === 'fusedAttention');
      assert.match(found?.note ?? '', note ?? /^$/);
    });
  }

  it('is offered for training that does not fit where the peak falls', () => {
    const [, name, before, after] = fused[0] ?? assert.fail();
    assert.equal(mended(before, name, 'fusedAttention'), after);
  });

  it('is not offered where the file does not say that attention is naive', () => {
    const text = 'base_model: x\nsequence_len: 8192\nmicro_batch_size: 2\n';
    assert.equal(mended(text, 'a.yaml', 'fusedAttention', { code: 'attentionDominates' }), undefined);
  });
});

describe('the mend to another attention', () => {
  const inference: Partial<ConfigProblem> = { code: 'doesNotFit', workload: 'inference', longest: 0 };
  const qwen = readText('test/fixtures/configs/qwen3-8b.json');

  /** The mends to a mechanism, of those that are offered. */
  function replacing(text: string, mechanism: string): ConfigMend[] {
    return mends(text, 'config.json', inference).filter(
      ({ kind, title }) => kind === 'replacement' && title.includes(`: ${mechanism}`),
    );
  }

  it('sets the window of an architecture that has one, with what it takes', () => {
    const [window] = replacing(qwen, 'Sliding window');
    assert.ok(window);
    const result = withEdits(qwen, window.edits);
    const { model } = readingOf(result, 'config.json');
    assert.deepEqual(
      attentionKinds(model).map(({ layers, attention }) => [layers, attention.window]),
      [[layerCount(model), 256]],
    );
    assert.equal(
      window.title,
      'Replace the attention of the full_attention layers: Sliding window (window = 256 tokens)',
    );
    assert.match(
      window.note ?? '',
      /need fine-tuning.*inference peak.* falls from.*Beltagy et al\. 2020, arXiv 2004\.05150/,
    );
    assert.deepEqual(replacing(result, 'Sliding window'), []);
  });

  it('is offered in YAML and TOML too, and writes into the mapping that has the model', () => {
    const entries = Object.entries(JSON.parse(qwen) as Record<string, unknown>).filter(
      ([, value]) => value !== null && typeof value !== 'object',
    );
    const lines = (indent: string, joint: string): string =>
      entries.map(([key, value]) => `${indent}${key}${joint}${JSON.stringify(value)}\n`).join('');
    for (const [name, text] of [
      ['model.yaml', `# ours\n${lines('', ': ')}`],
      ['model.yaml', `model: # ours\n${lines('  ', ': ')}seed: 1\n`],
      ['model.toml', `seed = 1\n[model] # ours\n${lines('', ' = ')}`],
    ] as const) {
      for (const problem of [inference, { code: 'attentionDominates' as const }]) {
        const window = mends(text, name, problem).find(({ title }) => title.includes(': Sliding window'));
        assert.ok(window, text);
        const result = withEdits(text, window.edits);
        assert.match(result, /# ours/);
        const { model } = readingOf(result, name);
        assert.deepEqual(
          attentionKinds(model).map(({ attention }) => attention.window),
          [256],
        );
      }
    }
  });

  it('says what it saves where attention dominates', () => {
    const [mend] = mends(qwen, 'config.json', { code: 'attentionDominates' });
    assert.match(mend?.note ?? '', /prefill of 40,960 tokens with a batch of 1: [\d.]+ \w?FLOPs? instead of/);
  });

  it('is offered in the own config of a model only, and where the architecture has keys for it', () => {
    const llama = readText('examples/llama-3.2-1b/config.json');
    assert.deepEqual(replacing(llama, 'Sliding window'), []);
    const [grouped] = replacing(llama, 'Fewer key/value heads');
    assert.ok(grouped);
    assert.match(withEdits(llama, grouped.edits), /"num_key_value_heads": 2,/);
    assert.match(grouped.note ?? '', /uptraining/);
    const recipe = 'base_model: x\nsequence_len: 8192\nmicro_batch_size: 2\n';
    assert.equal(mended(recipe, 'a.yaml', 'replacement'), undefined);
  });
});

describe('mends', () => {
  it('are none for impossible shapes, missing models and texts that were not read', () => {
    const qwen = readText('test/fixtures/configs/qwen3-8b.json');
    assert.deepEqual(mends(qwen, 'config.json', { code: 'impossibleShape' }), []);
    assert.deepEqual(mends(qwen, 'config.json', { code: 'modelNotFound' }), []);
    const problem = {
      code: 'doesNotFit',
      severity: 'warning',
      range: { offset: 0, length: 1 },
      message: '',
    } as const;
    assert.deepEqual(configMends(qwen, 'config.json', { fields: [] }, problem), []);
  });
});
