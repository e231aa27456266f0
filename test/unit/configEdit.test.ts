import assert from 'node:assert/strict';
import { attentionKinds } from '../../src/model/attentionKinds';
import { applyEdits } from '../../src/config/editConfig';
import type { TextEdit } from '../../src/config/editConfig';
import { ConfigError } from '../../src/config/configError';
import { readModel } from '../../src/config/readModel';
import { readText } from '../fixtures/readFixture';

/** Applies edits as an editor does: all offsets are those of the text before. */
function edited(text: string, edits: readonly TextEdit[]): string {
  const sorted = [...edits].sort((a, b) => b.offset - a.offset);
  return sorted.reduce(
    (current, edit) =>
      current.slice(0, edit.offset) + edit.content + current.slice(edit.offset + edit.length),
    text,
  );
}

describe('config: edits', () => {
  it('replaces a value and nothing else', () => {
    const text = readText('test/fixtures/configs/mistral-7b.json');
    const edits = applyEdits(text, [{ path: ['sliding_window'], value: 1024 }]);
    assert.equal(edited(text, edits), text.replace('"sliding_window": 4096', '"sliding_window": 1024'));
    assert.equal(attentionKinds(readModel(edited(text, edits), 'c'))[0]?.attention.window, 1024);
  });

  it('replaces far-apart values by separate edits', () => {
    const text = readText('test/fixtures/configs/qwen2-7b.json');
    const edits = applyEdits(text, [
      { path: ['use_sliding_window'], value: true },
      { path: ['max_window_layers'], value: 0 },
    ]);
    assert.equal(edits.length, 2);
    const expected = text
      .replace('window": false', 'window": true')
      .replace('layers": 28,\n  "tie', 'layers": 0,\n  "tie');
    assert.equal(edited(text, edits), expected);
  });

  it('inserts keys with the indentation and line ends of the file', () => {
    const styles = [
      ['  ', '\n'],
      ['    ', '\n'],
      ['\t', '\r\n'],
    ] as const;
    for (const [indent, eol] of styles) {
      const text = ['{', `${indent}// note`, `${indent}"a": 1`, '}', ''].join(eol);
      const edits = applyEdits(text, [
        { path: ['b'], value: 2 },
        { path: ['c'], value: 'x' },
      ]);
      const expected = [
        '{',
        `${indent}// note`,
        `${indent}"a": 1,`,
        `${indent}"b": 2,`,
        `${indent}"c": "x"`,
        '}',
        '',
      ];
      assert.equal(edited(text, edits), expected.join(eol));
    }
  });

  it('keeps a config on one line on one line', () => {
    const text = '{"a": 1}';
    assert.equal(edited(text, applyEdits(text, [{ path: ['b'], value: true }])), '{"a": 1, "b": true}');
  });

  it('fills an empty object with several keys', () => {
    const edits = applyEdits('{}', [
      { path: ['a'], value: 1 },
      { path: ['b'], value: 2 },
    ]);
    assert.deepEqual(JSON.parse(edited('{}', edits)), { a: 1, b: 2 });
  });

  it('sets nested keys and entries of lists', () => {
    const text = '{\n  "rope_scaling": {"factor": 2.0},\n  "layer_types": ["full", "full"]\n}\n';
    const edits = applyEdits(text, [
      { path: ['rope_scaling', 'factor'], value: 4 },
      { path: ['layer_types', 1], value: 'sliding' },
    ]);
    assert.deepEqual(JSON.parse(edited(text, edits)), {
      rope_scaling: { factor: 4 },
      layer_types: ['full', 'sliding'],
    });
  });

  it('keeps offsets behind a byte order mark, and the mark', () => {
    const text = '\uFEFF{\n  "a": 1\n}\n';
    assert.equal(edited(text, applyEdits(text, [{ path: ['a'], value: 2 }])), '\uFEFF{\n  "a": 2\n}\n');
  });

  it('has nothing to do where the value is there already', () => {
    const text = readText('test/fixtures/configs/mistral-7b.json');
    assert.deepEqual(applyEdits(text, [{ path: ['sliding_window'], value: 4096 }]), []);
  });

  it('refuses broken JSON and a key that is written twice', () => {
    assert.throws(() => applyEdits('{"a": ', [{ path: ['a'], value: 2 }]), ConfigError);
    assert.throws(() => applyEdits('{"a": 1, "a": 2}', [{ path: ['a'], value: 3 }]), /more than once/);
    const nested = '{"m": {"a": 1, "a": 2}}';
    assert.throws(() => applyEdits(nested, [{ path: ['m', 'a'], value: 3 }]), /more than once/);
  });

  it('refuses what stands in the way of a nested key', () => {
    for (const value of ['null', '5', '[1]']) {
      const edits = [{ path: ['m', 'a'], value: 3 }];
      assert.throws(() => applyEdits(`{"m": ${value}}`, edits), ConfigError, value);
    }
  });

  it('leaves a comment behind the value that it is about', () => {
    const text = '{\n  "a": 1 // one\n}\n';
    const edits = applyEdits(text, [{ path: ['b'], value: 2 }]);
    assert.equal(edited(text, edits), '{\n  "a": 1, // one\n  "b": 2\n}\n');
  });

  it('refuses to lose the comments in a list that gets another length', () => {
    const list = (comment: string): string => `{\n  "a": [\n    "x",${comment}\n    "y"\n  ]\n}\n`;
    const edits = [{ path: ['a'], value: ['p', 'q', 'r'] }];
    assert.throws(() => applyEdits(list(' // lowest'), edits), /comments/);
    assert.deepEqual(JSON.parse(edited(list(''), applyEdits(list(''), edits))), { a: ['p', 'q', 'r'] });
    const same = [{ path: ['a'], value: ['p', 'q'] }];
    const kept = edited(list(' // lowest'), applyEdits(list(' // lowest'), same));
    assert.equal(kept, list(' // lowest').replace('x', 'p').replace('y', 'q'));
  });
});
