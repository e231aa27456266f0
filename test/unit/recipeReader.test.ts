import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RecipeReader } from '../../src/config/recipes/recipeReader';
import { documentOf } from '../fixtures/recipeDocument';

function readerOf(value: object): RecipeReader {
  return new RecipeReader(documentOf(value).fields);
}

describe('recipes: reading values', () => {
  it('takes numbers however they are written', () => {
    for (const written of [2048, '2048', '2_048', ' 2048 ', '2.048e3', 2048.0]) {
      assert.equal(readerOf({ n: written }).integer(['n'])?.value, 2048, String(written));
    }
  });

  it('leaves a value of a wrong type aside and names its key', () => {
    for (const written of [[1], { a: 1 }, 'many', true, 1.5, 0, -3, 1e12, '']) {
      const reader = readerOf({ a: { n: written } });
      assert.equal(reader.integer(['a.n']), undefined);
      assert.match(reader.assumptions.join(), /^"a\.n" is .*, not a whole number above 0: left aside\.$/);
    }
  });

  it('takes null as absent and auto as left to the framework, in one sentence', () => {
    const reader = readerOf({ a: null, b: 'auto', c: 'Auto', d: 4 });
    assert.equal(reader.integer(['a', 'b', 'c', 'd'])?.path, 'd');
    assert.deepEqual(reader.assumptions, ['Left to the framework ("auto"): b, c.']);
    assert.ok(reader.has('a'));
  });

  it('takes hyphens, underscores and flags as the same key', () => {
    for (const key of ['max_model_len', 'max-model-len', '--max-model-len']) {
      assert.equal(readerOf({ [key]: 8 }).integer(['max_model_len'])?.path, key);
    }
  });

  it('takes the words of YAML 1.1 as booleans', () => {
    for (const word of [true, 'true', 'True', 'yes', 'on']) {
      assert.equal(readerOf({ a: word }).boolean(['a'])?.value, true);
    }
    for (const word of [false, 'False', 'no', 'off']) {
      assert.equal(readerOf({ a: word }).boolean(['a'])?.value, false);
    }
    const reader = readerOf({ a: 1 });
    assert.equal(reader.boolean(['a']), undefined);
    assert.deepEqual(reader.assumptions, ['"a" is 1, not true or false: left aside.']);
  });

  it('takes -1 as the devices that are left', () => {
    const reader = readerOf({ shard: -1 });
    assert.equal(reader.degree(['shard']), undefined);
    assert.match(reader.assumptions.join(), /"shard" is -1: all the devices that are left/);
  });

  it('records the key, its text and its place', () => {
    const reader = readerOf({ a: { b: '1_024' } });
    assert.equal(reader.take('sequenceLength', reader.tokens(['a.b'])), 1024);
    assert.deepEqual(reader.fields, {
      sequenceLength: { kind: 'key', path: 'a.b', value: '1_024', range: { offset: 0, length: 0 } },
    });
  });

  it('follows references from the root and from the mapping around', () => {
    const reader = readerOf({
      model: { seq: 2048, positions: '${.seq}', deep: { up: '${..seq}', chain: '${model.positions}' } },
      whole: '${model}',
      text: '${name}-${model.seq}',
      name: 'run',
    });
    assert.equal(reader.integer(['model.positions'])?.value, 2048);
    assert.equal(reader.integer(['model.deep.up'])?.value, 2048);
    assert.equal(reader.integer(['model.deep.chain'])?.value, 2048);
    assert.equal(reader.text(['text'])?.value, 'run-2048');
    assert.deepEqual(reader.assumptions, []);
    assert.equal(reader.integer(['whole']), undefined);
  });

  it('leaves references aside that the file cannot settle', () => {
    for (const written of ['${oc.env:HOME}', '${missing}', '${multiply:2,${a}}', '${', '${}', '${nothing}']) {
      const reader = readerOf({ n: written, a: 2, nothing: null });
      assert.equal(reader.integer(['n']), undefined, written);
      assert.equal(reader.assumptions.length, 1, written);
      assert.match(reader.assumptions.join(), /"n" refers to .*left aside/);
    }
  });

  it('ends on circles and on texts that double', () => {
    const circle = readerOf({ a: '${b}', b: '${a}', c: 'x${c}' });
    assert.equal(circle.text(['a']), undefined);
    assert.equal(circle.text(['c']), undefined);
    const doubling = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [`k${String(index)}`, `\${k${String(index + 1)}}`.repeat(2)]),
    );
    assert.equal(readerOf(doubling).text(['k0']), undefined);
  });

  it('never throws, whatever a key holds', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const reader = readerOf({ a: value, b: '${a}', c: '${a}x${.b}' });
        for (const path of ['a', 'b', 'c', 'a.b', 'a.0']) {
          reader.integer([path]);
          reader.degree([path]);
          reader.boolean([path]);
          reader.text([path]);
          reader.texts([path]);
          reader.number([path], 0, 1);
          reader.named([path], (name) => name.length, 'name');
        }
        assert.ok(reader.assumptions.every((sentence) => sentence.length < 400));
      }),
    );
  });
});
