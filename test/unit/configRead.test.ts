import assert from 'node:assert/strict';
import { attentionKinds } from '../../src/model/attentionKinds';
import { readModel, supportedModelTypes } from '../../src/config/readModel';
import type { FieldSource, LayerKind, ModelSpec } from '../../src/model/modelSpec';
import { fixture, llama1b, readText } from '../fixtures/readFixture';

const base = {
  model_type: 'llama',
  hidden_size: 512,
  num_hidden_layers: 6,
  num_attention_heads: 8,
  intermediate_size: 2048,
  vocab_size: 1000,
  max_position_embeddings: 4096,
};

function read(changes: Record<string, unknown>): ReturnType<typeof readModel> {
  return readModel(JSON.stringify({ ...base, ...changes }), 'config.json');
}

function keyText(text: string, source: FieldSource | undefined): string {
  assert.equal(source?.kind, 'key');
  return text.slice(source.range.offset, source.range.offset + source.range.length);
}

function kindOf(model: ModelSpec): LayerKind {
  const kind = model.stacks[0]?.layerKinds[0];
  assert.ok(kind);
  return kind;
}

/** Rows of the tables of positions and token types. */
function positionRows(model: ModelSpec): (number | undefined)[] {
  return (model.stacks[0]?.weights ?? [])
    .filter(({ part }) => part === 'positionEmbedding')
    .map(({ shape }) => shape[0]?.value);
}

describe('config: reading models', () => {
  it('reads the example as Llama 3.2 1B', () => {
    const model = llama1b();
    assert.deepEqual(attentionKinds(model), [
      {
        name: 'full_attention',
        layers: 16,
        attention: {
          heads: 32,
          kvHeads: 8,
          headDim: 64,
          causal: true,
        },
      },
    ]);
    assert.equal(model.hiddenSize, 2048);
    assert.equal(model.vocabSize, 128256);
    assert.equal(model.maxSequenceLength, 131072);
    assert.equal(model.dtype, 'bfloat16');
    assert.deepEqual(model.head, { kind: 'language-model', tied: true });
    assert.deepEqual(kindOf(model).feedForward, { kind: 'gated', intermediateSize: 8192 });
    assert.deepEqual(model.assumptions, []);
  });

  it('keeps the place of every field that it used', () => {
    const text = readText('examples/llama-3.2-1b/config.json');
    const { fields } = readModel(text, 'config.json');
    assert.equal(keyText(text, fields['maxSequenceLength']), '"max_position_embeddings": 131072');
    assert.equal(keyText(text, fields['kvHeads']), '"num_key_value_heads": 8');
    assert.equal(keyText(text, fields['tied']), '"tie_word_embeddings": true');
    for (const source of Object.values(fields)) {
      if (source.kind === 'key') assert.ok(keyText(text, source).startsWith(`"${source.path}":`));
    }
  });

  it('keeps offsets behind a byte order mark, comments and trailing commas', () => {
    const text = `\uFEFF// head\n${readText('test/fixtures/configs/mistral-7b.json')}`;
    const { fields } = readModel(text, 'config.json');
    assert.equal(keyText(text, fields['window']), '"sliding_window": 4096');
  });

  it('is plain data that survives JSON', () => {
    const model = fixture('mistral-7b');
    assert.deepEqual(JSON.parse(JSON.stringify(model)), model);
  });

  it('takes the last of two equal keys, as JSON.parse does, and says so', () => {
    const text = JSON.stringify(base).replace('{', '{"hidden_size": 64, ');
    const model = readModel(text, 'config.json');
    assert.equal(model.hiddenSize, 512);
    assert.ok(
      model.assumptions.some((sentence) => sentence.includes('"hidden_size" is written more than once')),
    );
  });

  it('lists each model type once, the main ones among them', () => {
    assert.equal(new Set(supportedModelTypes).size, supportedModelTypes.length);
    const main = [
      'llama',
      'mistral',
      'qwen2',
      'qwen3',
      'gemma2',
      'gpt2',
      'gpt_neox',
      'bert',
      'roberta',
      't5',
    ];
    assert.deepEqual(
      main.filter((type) => !supportedModelTypes.includes(type)),
      [],
    );
  });
});

describe('config: the Llama line', () => {
  it('follows the configuration class where keys are absent', () => {
    const model = read({});
    const attention = attentionKinds(model)[0]?.attention;
    assert.deepEqual([attention?.kvHeads, attention?.headDim], [8, 64]);
    assert.equal(model.head.tied, false);
    assert.equal(model.dtype, 'float32');
    assert.equal(model.fields['kvHeads']?.kind, 'rule');
    assert.equal(model.assumptions.length, 3, model.assumptions.join('\n'));
    assert.equal(
      attentionKinds(read({ model_type: 'mistral', num_attention_heads: 16 }))[0]?.attention.kvHeads,
      8,
    );
  });

  it('takes null for absent', () => {
    const model = read({
      model_type: 'mistral',
      num_attention_heads: 16,
      num_key_value_heads: null,
      head_dim: null,
    });
    const attention = attentionKinds(model)[0]?.attention;
    assert.deepEqual([attention?.kvHeads, attention?.headDim], [16, 32]);
  });

  it('windows every Mistral layer unless sliding_window is null', () => {
    assert.deepEqual(
      attentionKinds(fixture('mistral-7b')).map(({ name, layers, attention }) => [
        name,
        layers,
        attention.window,
      ]),
      [['sliding_attention', 32, 4096]],
    );
    const full = attentionKinds(read({ model_type: 'mistral', sliding_window: null }))[0];
    assert.equal(full?.name, 'full_attention');
    assert.equal(full.attention.window, undefined);
    const byDefault = read({ model_type: 'mistral' });
    assert.equal(attentionKinds(byDefault)[0]?.attention.window, 4096);
    assert.ok(byDefault.assumptions.some((sentence) => sentence.startsWith('sliding_window is absent')));
  });

  it('ignores sliding_window in Qwen2 and Qwen3 unless use_sliding_window is true', () => {
    for (const model_type of ['qwen2', 'qwen3']) {
      const off = read({
        model_type,
        num_key_value_heads: 4,
        use_sliding_window: false,
        sliding_window: 256,
      });
      assert.deepEqual(
        attentionKinds(off).map((kind) => [kind.name, kind.layers]),
        [['full_attention', 6]],
      );
      const on = { model_type, num_key_value_heads: 4, use_sliding_window: true, sliding_window: 256 };
      const kinds = (max_window_layers: number): unknown[] =>
        attentionKinds(read({ ...on, max_window_layers })).map((kind) => [
          kind.layers,
          kind.attention.window,
        ]);
      assert.deepEqual(kinds(4), [
        [4, undefined],
        [2, 256],
      ]);
      assert.deepEqual(kinds(0), [[6, 256]]);
      assert.deepEqual(kinds(28), [[6, undefined]]);
    }
  });

  it('reads layer_types in order of first appearance', () => {
    const sliding = 'sliding_attention';
    const layer_types = [sliding, 'full_attention', sliding, sliding, sliding, sliding];
    const model = read({
      model_type: 'qwen3',
      num_key_value_heads: 4,
      use_sliding_window: true,
      sliding_window: 64,
      layer_types,
    });
    assert.deepEqual(
      attentionKinds(model).map((kind) => [kind.name, kind.layers, kind.attention.window]),
      [
        [sliding, 5, 64],
        ['full_attention', 1, undefined],
      ],
    );
  });

  it('knows which projections have biases', () => {
    const biases = (changes: Record<string, unknown>): string[] =>
      kindOf(read({ num_key_value_heads: 8, ...changes }))
        .weights.map(({ name }) => name)
        .filter((name) => /self_attn.*bias|_norm\.weight/.test(name))
        .map((name) => name.replace('self_attn.', ''));
    const all = ['q_proj.bias', 'k_proj.bias', 'v_proj.bias', 'o_proj.bias'];
    const norms = ['q_norm.weight', 'k_norm.weight'];
    assert.deepEqual(biases({ attention_bias: true }), all);
    assert.deepEqual(biases({ model_type: 'mistral', attention_bias: true }), []);
    assert.deepEqual(biases({ model_type: 'qwen2' }), all.slice(0, 3));
    assert.deepEqual(biases({ model_type: 'qwen3' }), norms);
    assert.deepEqual(biases({ model_type: 'qwen3', attention_bias: true }), [...all, ...norms]);
  });

  it('reads the dtype in its spellings, and assumes float32 for an unknown one', () => {
    assert.equal(read({ torch_dtype: 'torch.bfloat16' }).dtype, 'bfloat16');
    assert.equal(read({ dtype: 'float16', torch_dtype: 'float32' }).dtype, 'float16');
    assert.equal(read({ dtype: null, torch_dtype: 'half' }).dtype, 'float16');
    const unknown = read({ torch_dtype: 'auto' });
    assert.equal(unknown.dtype, 'float32');
    assert.ok(unknown.assumptions.some((sentence) => sentence.includes('"auto"')));
  });

  it('has no language-model head where the architecture has none', () => {
    assert.equal(read({ architectures: ['LlamaModel'] }).head.kind, 'none');
    assert.equal(read({ architectures: ['LlamaForSequenceClassification'] }).head.kind, 'none');
    assert.equal(read({ architectures: ['LlamaForCausalLM'] }).head.kind, 'language-model');
  });
});

describe('config: GPT-2 and BERT', () => {
  it("reads GPT-2's keys, their aliases and defaults", () => {
    const model = fixture('gpt2');
    assert.equal(kindOf(model).feedForward?.intermediateSize, 3072);
    assert.equal(model.learnedPositions, 1024);
    assert.deepEqual(model.stacks[0]?.dropout, { attention: 0.1, hidden: 0.1 });
    assert.deepEqual(model.head, { kind: 'language-model', tied: true });
    const text = readText('test/fixtures/configs/gpt2.json');
    const aliased = text.replace('n_positions', 'n_ctx').replace('n_layer', 'num_hidden_layers');
    const { fields, ...same } = readModel(aliased, 'config.json');
    const { fields: original, ...expected } = model;
    assert.deepEqual(same, expected);
    assert.equal(keyText(aliased, fields['maxSequenceLength']), '"n_ctx": 1024');
    assert.equal(original['maxSequenceLength']?.kind, 'key');
  });

  it('reads BERT as bidirectional with a pooler, and as causal where it is a decoder', () => {
    const model = fixture('bert-base');
    assert.equal(attentionKinds(model)[0]?.attention.causal, false);
    assert.equal(model.head.kind, 'pooler');
    assert.deepEqual(positionRows(model), [512, 2]);
    const text = readText('test/fixtures/configs/bert-base.json');
    const decoder = readModel(
      text.replace('{', '{ "is_decoder": true, "architectures": ["BertLMHeadModel"],'),
      'c',
    );
    assert.equal(attentionKinds(decoder)[0]?.attention.causal, true);
    assert.equal(decoder.head.kind, 'language-model');
    const tagger = readModel(text.replace('{', '{ "architectures": ["BertForTokenClassification"],'), 'c');
    assert.equal(tagger.head.kind, 'classifier');
  });

  it("leaves RoBERTa's padding rows out of the usable length", () => {
    const model = fixture('roberta-base');
    assert.equal(model.maxSequenceLength, 512);
    assert.equal(model.learnedPositions, 512);
    assert.equal(positionRows(model)[0], 514);
  });
});
