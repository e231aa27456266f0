import assert from 'node:assert/strict';
import { attentionKinds } from '../../src/model/attentionKinds';
import { applyEdits as applyTextEdits } from 'jsonc-parser';
import type { Adoption } from '../../src/attention/mechanism';
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
    const { model } = applied(qwen(full(2)), 'full_attention', 256);
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
