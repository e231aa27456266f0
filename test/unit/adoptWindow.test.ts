import assert from 'node:assert/strict';
import { attentionKinds } from '../../src/model/attentionKinds';
import { applyEdits as applyTextEdits } from 'jsonc-parser';
import { attentionSinks } from '../../src/attention/attentionSinks';
import { dilatedWindow } from '../../src/attention/dilatedWindow';
import { globalWindow } from '../../src/attention/globalWindow';
import type { Adoption, AttentionMechanism, MechanismParameters } from '../../src/attention/mechanism';
import { slidingWindow } from '../../src/attention/slidingWindow';
import { applyEdits } from '../../src/config/editConfig';
import { readModel } from '../../src/config/readModel';
import { formatConfigValue } from '../../src/model/configValue';
import type { ModelSpec } from '../../src/model/modelSpec';
import { readText } from '../fixtures/readFixture';

const LAYERS = 36;

/** Qwen3 8B with a list of layer types, a comment inside it, and other keys changed. */
function qwen(types: readonly string[], changes: Readonly<Record<string, string>> = {}): string {
  const [first, ...rest] = types.map((type) => `    "${type}"`);
  const list = `"layer_types": [\n    // the lowest layer\n${[first, ...rest].join(',\n')}\n  ],\n  "hidden_size"`;
  const text = readText('test/fixtures/configs/qwen3-8b.json').replace('"hidden_size"', list);
  return Object.entries(changes).reduce(
    (current, [key, value]) => current.replace(new RegExp(`"${key}": [^,]*`), `"${key}": ${value}`),
    text,
  );
}

function full(count: number): string[] {
  return Array<string>(count).fill('full_attention');
}

function sliding(count: number): string[] {
  return Array<string>(count).fill('sliding_attention');
}

function adoption(model: ModelSpec, kind: string, window: number): Adoption {
  const layers = attentionKinds(model).find(({ name }) => name === kind);
  assert.ok(layers, kind);
  return slidingWindow.adopt(model, layers.attention, { window });
}

function applied(text: string, kind: string, window: number): { text: string; model: ModelSpec } {
  const found = adoption(readModel(text, 'config.json'), kind, window);
  assert.equal(found.kind, 'config');
  const after = applyTextEdits(text, applyEdits(text, found.edits));
  return { text: after, model: readModel(after, 'config.json') };
}

function windows(model: ModelSpec): (readonly [number, number | undefined])[] {
  return attentionKinds(model).map((kind) => [kind.layers, kind.attention.window] as const);
}

describe('adopting a window', () => {
  it('sets the list of layer types where the config has one: every layer slides, and comments stay', () => {
    const before = qwen(full(LAYERS));
    assert.deepEqual(windows(readModel(before, 'config.json')), [[LAYERS, undefined]]);
    const { text, model } = applied(before, 'full_attention', 256);
    assert.deepEqual(windows(model), [[LAYERS, 256]]);
    assert.match(text, /"layer_types": \[\n {4}\/\/ the lowest layer\n {4}"sliding_attention",\n/);
    assert.doesNotMatch(text, /full_attention/);
  });

  it('leaves the list out where the config has none', () => {
    const { text, model } = applied(readText('test/fixtures/configs/qwen3-8b.json'), 'full_attention', 256);
    assert.deepEqual(windows(model), [[LAYERS, 256]]);
    assert.doesNotMatch(text, /layer_types/);
  });

  it('replaces a list of another length as a whole, as long as it has no effect yet', () => {
    const commented = qwen(full(2));
    assert.throws(() => applied(commented, 'full_attention', 256), /comments/);
    const { model } = applied(commented.replace('// the lowest layer', ''), 'full_attention', 256);
    assert.deepEqual(windows(model), [[LAYERS, 256]]);
  });

  const mixed = qwen([...full(10), ...sliding(26)], { use_sliding_window: 'true', sliding_window: '4096' });

  it('is not offered where it would change the window of other layers', () => {
    const found = adoption(readModel(mixed, 'config.json'), 'full_attention', 256);
    assert.equal(found.kind, 'none');
    assert.match(found.reason, /4096 tokens.*one `sliding_window` for all.*256/);
  });

  it('takes the window of the other layers where it is the same', () => {
    assert.deepEqual(windows(applied(mixed, 'full_attention', 4096).model), [[LAYERS, 4096]]);
  });

  it('narrows the layers that slide and leaves the others full', () => {
    assert.deepEqual(windows(applied(mixed, 'sliding_attention', 256).model), [
      [10, undefined],
      [26, 256],
    ]);
  });

  it('narrows the window of Mistral', () => {
    const { model } = applied(readText('test/fixtures/configs/mistral-7b.json'), 'sliding_attention', 256);
    assert.deepEqual(windows(model), [[32, 256]]);
  });

  it('is not offered where the layers have it, or a narrower one', () => {
    const model = readModel(readText('test/fixtures/configs/mistral-7b.json'), 'config.json');
    assert.equal(adoption(model, 'sliding_attention', 4096).kind, 'none');
    assert.equal(adoption(model, 'sliding_attention', 8192).kind, 'none');
  });
});

const smallModel = {
  hidden_size: 128,
  num_hidden_layers: 3,
  num_attention_heads: 8,
  num_key_value_heads: 2,
  head_dim: 16,
  intermediate_size: 256,
  vocab_size: 1000,
  max_position_embeddings: 4096,
};

/** A config of `modelType` with three layers, or what `keys` say. */
function small(modelType: string, keys: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ model_type: modelType, ...smallModel, ...keys }, null, 2);
}

/** The windows before adopting one of `window` for the layers that have `of` (undefined: see all), and after. */
function adopting(
  text: string,
  of: number | undefined,
  window: number,
): { edits: string; after: string; reason: string } {
  const model = readModel(text, 'config.json');
  const kind = attentionKinds(model).find(({ attention }) => attention.window === of);
  assert.ok(kind, JSON.stringify(windows(model)));
  const found = slidingWindow.adopt(model, kind.attention, { window });
  if (found.kind !== 'config') return { edits: found.kind, after: '', reason: found.reason };
  const after = readModel(applyTextEdits(text, applyEdits(text, found.edits)), 'config.json');
  return {
    edits: found.edits.map(({ path, value }) => `${path.join('.')}=${formatConfigValue(value)}`).join(' '),
    after: windows(after)
      .map(([layers, each]) => `${String(layers)} × ${String(each)}`)
      .join(', '),
    reason: found.reason,
  };
}

describe('the window switch of each architecture, edited and read again', () => {
  for (const modelType of ['mistral', 'mixtral', 'starcoder2', 'phi3', 'phimoe']) {
    it(`${modelType}: sliding_window, for every layer`, () => {
      for (const before of [null, 1024]) {
        const { edits, after, reason } = adopting(
          small(modelType, { sliding_window: before }),
          before ?? undefined,
          256,
        );
        assert.equal(edits, 'sliding_window=256');
        assert.equal(after, '3 × 256');
        assert.match(reason, /reads `sliding_window`/);
      }
    });
  }

  for (const modelType of ['qwen2', 'qwen2_moe', 'qwen3', 'qwen3_moe']) {
    it(`${modelType}: use_sliding_window with the window, from the first layer on`, () => {
      const experts = { num_experts: 4, num_experts_per_tok: 2, moe_intermediate_size: 64 };
      const { edits, after } = adopting(small(modelType, experts), undefined, 256);
      const list = modelType === 'qwen2_moe' ? ' layer_types=3 × "sliding_attention"' : '';
      assert.equal(edits, `use_sliding_window=true sliding_window=256 max_window_layers=0${list}`);
      assert.equal(after, '3 × 256');
    });
  }

  const mixed = ['sliding_attention', 'sliding_attention', 'full_attention'];
  const sparse = { num_local_experts: 4, num_experts_per_tok: 2 };
  for (const modelType of ['gemma2', 'gemma3_text', 'cohere2', 'exaone4', 'olmo3', 'gpt_oss']) {
    const listed = (keys: Readonly<Record<string, unknown>>): string =>
      small(modelType, { ...sparse, layer_types: mixed, ...keys });

    it(`${modelType}: sliding_window for the layers that slide, layer_types for the others`, () => {
      const text = listed({ sliding_window: 1024 });
      const sliding = adopting(text, 1024, 256);
      assert.equal(sliding.edits, 'sliding_window=256');
      assert.equal(sliding.after, '2 × 256, 1 × undefined');
      const full = adopting(text, undefined, 1024);
      assert.equal(full.edits, 'sliding_window=1024 layer_types=3 × "sliding_attention"');
      assert.equal(full.after, '3 × 1024');
      const other = adopting(text, undefined, 256);
      assert.equal(other.edits, 'none');
      assert.match(other.reason, /1024 tokens.*one `sliding_window` for all.*256/);
    });

    it(`${modelType}: turns a list of full layers into one of sliding layers`, () => {
      const all = adopting(listed({ layer_types: full(3), sliding_window: 4096 }), undefined, 256);
      assert.equal(all.after, '3 × 256');
    });

    it(`${modelType}: has no switch for full layers where no list names them`, () => {
      const text = listed({ layer_types: undefined, num_hidden_layers: 12, sliding_window: 256 });
      const { edits, reason } = adopting(text, undefined, 256);
      assert.equal(edits, 'code');
      assert.match(reason, /No window switch/);
    });
  }

  it('gemma3: the keys of the decoder, in the text part', () => {
    const text = { ...smallModel, layer_types: mixed, sliding_window: 1024 };
    const config = JSON.stringify({
      model_type: 'gemma3',
      text_config: { ...text, model_type: 'gemma3_text' },
      vision_config: {
        model_type: 'siglip_vision_model',
        hidden_size: 64,
        num_hidden_layers: 2,
        num_attention_heads: 4,
        intermediate_size: 128,
        image_size: 56,
        patch_size: 14,
      },
    });
    const { edits, after } = adopting(config, 1024, 256);
    assert.equal(edits, 'text_config.sliding_window=256');
    assert.equal(after, '2 × 256, 1 × undefined, 2 × undefined');
  });

  it('modernbert: local_attention, half of it on either side', () => {
    const { edits, after } = adopting(small('modernbert'), 129, 64);
    assert.equal(edits, 'local_attention=64');
    assert.equal(after, '1 × undefined, 2 × 65');
  });

  it('modernbert: full layers by layer_types, or all but the first by their distance', () => {
    const listed = small('modernbert', { layer_types: mixed, local_attention: 128 });
    assert.equal(adopting(listed, undefined, 128).after, '3 × 129');
    assert.equal(adopting(listed, undefined, 64).edits, 'none');
    const spaced = adopting(
      small('modernbert', { num_hidden_layers: 6, global_attn_every_n_layers: 2 }),
      undefined,
      128,
    );
    assert.equal(spaced.edits, 'local_attention=128 global_attn_every_n_layers=6');
    assert.equal(spaced.after, '1 × undefined, 5 × 129');
    assert.match(spaced.reason, /the first layer sees all/);
  });

  it('longformer: attention_window, one number or those of the layers in question', () => {
    const one = adopting(small('longformer', { attention_window: 512 }), 513, 257);
    assert.equal(one.edits, 'attention_window=256');
    assert.equal(one.after, '3 × 257');
    assert.match(one.reason, /global_attention_mask/);
    assert.equal(adopting(small('longformer'), 513, 256).after, '3 × 257');
    const each = adopting(small('longformer', { attention_window: [512, 64, 512] }), 513, 256);
    assert.equal(each.edits, 'attention_window=[256,64,256]');
    assert.equal(each.after, '2 × 257, 1 × 65');
    assert.equal(adopting(small('longformer', { attention_window: [512, 64, 512] }), 65, 128).edits, 'none');
    assert.equal(adopting(small('longformer', { attention_window: 512 }), 513, 1).edits, 'code');
  });

  it('longformer: a list is one edit, and its comments and line breaks stay', () => {
    const text = small('longformer', { attention_window: [512, 512, 512] }).replace(
      '"attention_window": [',
      '"attention_window": [ // a layer each',
    );
    const model = readModel(text, 'config.json');
    const [kind] = attentionKinds(model);
    assert.ok(kind);
    const found = slidingWindow.adopt(model, kind.attention, { window: 256 });
    assert.ok(found.kind === 'config');
    assert.deepEqual(found.edits, [{ path: ['attention_window'], value: [256, 256, 256] }]);
    const after = applyTextEdits(text, applyEdits(text, found.edits));
    assert.equal(after, text.replaceAll('512', '256'));
  });

  const reformer = {
    model_type: 'reformer',
    attention_head_size: 16,
    num_attention_heads: 2,
    hidden_size: 32,
    feed_forward_size: 64,
    vocab_size: 100,
    max_position_embeddings: 4096,
    axial_pos_shape: [64, 64],
    axial_pos_embds_dim: [16, 16],
    is_decoder: true,
    attn_layers: ['local', 'lsh'],
    local_attn_chunk_length: 128,
    local_num_chunks_before: 1,
    lsh_attn_chunk_length: 64,
  };

  /** What adopting a window does to a Reformer's layers of one kind. */
  function reforming(
    kind: 'chunk' | 'lsh',
    window: number,
  ): { edits: string; reason: string; after: unknown[] } {
    const text = JSON.stringify(reformer, null, 2);
    const model = readModel(text, 'config.json');
    const layers = attentionKinds(model).find(({ attention }) => attention.pattern?.kind === kind);
    assert.ok(layers);
    const found = slidingWindow.adopt(model, layers.attention, { window });
    if (found.kind !== 'config') return { edits: found.kind, reason: found.reason, after: [] };
    const after = readModel(applyTextEdits(text, applyEdits(text, found.edits)), 'config.json');
    return {
      edits: found.edits.map(({ path, value }) => `${path.join('.')}=${formatConfigValue(value)}`).join(' '),
      reason: found.reason,
      after: attentionKinds(after).map(({ attention }) => attention.pattern),
    };
  }

  it('reformer: the chunks of its local layers, which are not exactly a window', () => {
    const { edits, reason, after } = reforming('chunk', 128);
    assert.equal(edits, 'local_attn_chunk_length=64');
    assert.deepEqual(after[0], { kind: 'chunk', chunk: 64, before: 1, after: 0 });
    assert.match(reason, /not exactly a window: a token sees 128 tokens at the most.*chunks of 128 tokens/);
    const already = reforming('chunk', 256);
    assert.equal(already.edits, 'none');
    assert.match(already.reason, /in chunks already: a token sees 256 tokens/);
  });

  it('reformer: layers that sort become local ones, as far as the local ones stay as they are', () => {
    const { edits, after } = reforming('lsh', 256);
    assert.equal(edits, 'attn_layers=2 × "local"');
    assert.deepEqual(after, [{ kind: 'chunk', chunk: 128, before: 1, after: 0 }]);
    const other = reforming('lsh', 128);
    assert.equal(other.edits, 'none');
    assert.match(other.reason, /see 256 tokens.*one `local_attn_chunk_length` for all.*128 tokens/);
  });

  it('llama4_text: the chunks of the layers that have them', () => {
    const text = small('llama4_text', {
      attention_chunk_size: 1024,
      intermediate_size_mlp: 256,
      num_local_experts: 2,
      num_experts_per_tok: 1,
    });
    const model = readModel(text, 'config.json');
    const kind = attentionKinds(model).find(({ attention }) => attention.pattern?.kind === 'chunk');
    assert.ok(kind);
    const found = slidingWindow.adopt(model, kind.attention, { window: 256 });
    assert.ok(found.kind === 'config');
    assert.deepEqual(found.edits, [{ path: ['attention_chunk_size'], value: 256 }]);
    assert.match(found.reason, /not exactly a window/);
  });

  it('led: the encoder’s windows, and none in the decoder', () => {
    const led = small('led', {
      d_model: 128,
      encoder_layers: 2,
      decoder_layers: 2,
      encoder_attention_heads: 4,
      decoder_attention_heads: 4,
      encoder_ffn_dim: 128,
      decoder_ffn_dim: 128,
      attention_window: [512, 512],
    });
    const encoder = adopting(led, 513, 128);
    assert.equal(encoder.edits, 'attention_window=2 × 128');
    assert.equal(encoder.after, '2 × undefined, 2 × 129');
    assert.equal(adopting(led, undefined, 128).edits, 'code');
  });
});

describe('adopting sinks, global tokens and dilation', () => {
  function adopted(
    mechanism: AttentionMechanism,
    text: string,
    parameters: MechanismParameters,
  ): { found: Adoption; text: string } {
    const model = readModel(text, 'config.json');
    const [kind] = attentionKinds(model);
    assert.ok(kind);
    const found = mechanism.adopt(model, kind.attention, parameters);
    return { found, text: found.kind === 'code' ? `${found.reason}\n${found.code}` : found.reason };
  }

  it('sinks: a mask and what the cache keeps; the weights stay as they are', () => {
    const sinks = { window: 256, sinks: 4 };
    const { found, text } = adopted(attentionSinks, small('llama'), sinks);
    assert.ok(found.kind === 'code' && !found.needsRetraining);
    assert.match(
      text,
      /near = q_idx - kv_idx < 256\n +return \(q_idx >= kv_idx\) & \(near \| \(kv_idx < 4\)\)/,
    );
    assert.match(text, /first 4 and the last 256 tokens in the cache.*enable_gqa=True/s);
    assert.match(
      adopted(attentionSinks, small('gpt_oss', { sliding_window: null }), sinks).text,
      /a learned logit/,
    );
    assert.equal(
      adopted(attentionSinks, small('mistral', { sliding_window: 128 }), sinks).found.kind,
      'none',
    );
    assert.equal(adopted(attentionSinks, small('modernbert'), sinks).found.kind, 'none');
  });

  it('global tokens: a mask, or Longformer’s window with what its inputs say', () => {
    const global = { window: 128, global: 2 };
    const { found, text } = adopted(globalWindow, small('modernbert'), global);
    assert.equal(found.kind, 'code');
    assert.match(text, /\.abs\(\) <= 64\n +return near \| \(q_idx < 2\) \| \(kv_idx < 2\)/);
    const wide = adopted(globalWindow, small('longformer', { attention_window: 512 }), global);
    assert.ok(wide.found.kind === 'config' && wide.found.edits.length === 1);
    assert.match(wide.text, /global_attention_mask/);
    const narrow = adopted(globalWindow, small('longformer', { attention_window: 64 }), global);
    assert.equal(narrow.found.kind, 'none');
    assert.match(narrow.text, /window of 65 tokens.*global_attention_mask/);
    assert.equal(adopted(globalWindow, small('llama'), global).found.kind, 'none');
  });

  it('dilation: the tokens of each remainder folded into the batch', () => {
    const causal = adopted(dilatedWindow, small('llama'), { window: 128, dilation: 3 });
    assert.equal(causal.found.kind, 'code');
    assert.match(causal.text, /DILATION = 3\n/);
    assert.match(causal.text, /q_idx - kv_idx < 128/);
    assert.match(
      causal.text,
      /flex_attention\(fold\(q\), fold\(k\), fold\(v\), block_mask=block_mask\(length, q\.device\), enable_gqa=True\)/,
    );
  });
});

describe('values of config edits', () => {
  it('are written as the config has them, long lists in short', () => {
    assert.deepEqual([256, true, 'x', sliding(36), ['a', 'b'], ['a'], []].map(formatConfigValue), [
      '256',
      'true',
      '"x"',
      '36 × "sliding_attention"',
      '["a","b"]',
      '["a"]',
      '[]',
    ]);
  });

  it('give no edit for a list that is there already, however it is laid out', () => {
    assert.deepEqual(applyEdits('{"a": [ "x",\n"y" ]}', [{ path: ['a'], value: ['x', 'y'] }]), []);
  });
});
