import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { ConfigError } from '../../src/config/configError';
import { fieldAt } from '../../src/config/document';
import { readYaml } from '../../src/config/formats/yaml';
import { splitTopLevel } from '../../src/config/formats/yamlBlocks';
import { allFields, checkPlaces, plainOf, writtenField, writtenValue } from '../fixtures/fieldChecks';

const key = fc.stringMatching(/^[a-z][a-z_-]{0,8}$/);
const tree = fc.letrec<{ value: unknown; mapping: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.integer(),
    fc.string(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('mapping'),
  ),
  mapping: fc.dictionary(key, tie('value'), { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
})).mapping;

/** Long enough to be read entry by entry. */
const filler = `filler:\n${'  - some text of an entry\n'.repeat(3000)}`;

function valueOf(text: string, path: string): unknown {
  return fieldAt(readYaml(text, 'c.yaml'), path)?.value();
}

describe('config formats: YAML', () => {
  it('reads the values that the library reads, whole and entry by entry', function () {
    this.timeout(60_000);
    fc.assert(
      fc.property(tree, fc.boolean(), fc.boolean(), (value, flow, carriage) => {
        const text = stringify(value, flow ? { collectionStyle: 'flow' } : {});
        const written = carriage ? text.replace(/\n/g, '\r\n') : text;
        const document = readYaml(written, 'c.yaml');
        const expected = parse(written) as Record<string, unknown>;
        assert.deepEqual(plainOf(document), expected);
        checkPlaces(document, written);
        for (const field of allFields(document.fields)) {
          const plain = field.value();
          if (typeof plain === 'number') assert.equal(Number(writtenValue(written, field)), plain);
          if (field.children().size > 0)
            assert.deepEqual([...field.children().keys()], Object.keys(plain as object));
        }
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(tree, (value) => {
        const text = stringify(value) + filler;
        if (splitTopLevel(text) === undefined) return;
        const document = readYaml(text, 'c.yaml');
        const { filler: list, ...rest } = plainOf(document);
        assert.ok(Array.isArray(list) && list.length === 3000);
        assert.deepEqual(rest, parse(stringify(value)));
        checkPlaces(document, text);
      }),
      { numRuns: 40 },
    );
  });

  it('gives the place of each key and value, in a long text too', () => {
    for (const before of ['', filler]) {
      const text = `${before}# head\nmodel: # the model\n  hidden-size: 4096 # wide\n  "quoted key": 'x'\nempty:\nlast: [1, 2]\n`;
      const document = readYaml(text, 'c.yaml');
      const at = (path: string): [string, string] => {
        const field = fieldAt(document, path) ?? assert.fail(path);
        return [writtenField(text, field), writtenValue(text, field)];
      };
      assert.deepEqual(at('model.hidden-size'), ['hidden-size: 4096', '4096']);
      assert.deepEqual(at('model.quoted key'), [`"quoted key": 'x'`, "'x'"]);
      assert.deepEqual(at('last'), ['last: [1, 2]', '[1, 2]']);
      assert.equal(fieldAt(document, 'empty')?.value(), null);
    }
  });

  it('reads block texts whose lines look like keys, in a long text too', () => {
    const text = `template: |\n  model: 1\n  - list\n\nafter: "a\n  b: c"\nlist:\n- x\n- y\n`;
    const expected = { template: 'model: 1\n- list\n', after: 'a b: c', list: ['x', 'y'] };
    assert.deepEqual(plainOf(readYaml(text, 'c.yaml')), expected);
    assert.ok(splitTopLevel(text + filler));
    const long = plainOf(readYaml(text + filler, 'c.yaml'));
    assert.deepEqual({ ...long, filler: [] }, { ...expected, filler: [] });
  });

  it('does not split what its lines do not tell', () => {
    for (const text of [
      'a: &x 1\nb: *x\n',
      '? a\n: b\n',
      '{a: 1}\n',
      'a: 1\n---\nb: 2\n',
      '  a: 1\nb: 2\n',
      '%YAML 1.2\n---\na: 1\n',
      'null: 1\n',
      'a: [\n1\n]\n',
    ])
      assert.equal(splitTopLevel(text), undefined, text);
  });

  it('follows aliases and merge keys', () => {
    const text = 'base: &b {x: 1, y: 2}\nother: &o {y: 3, z: 4}\nm:\n  y: 9\n  <<: [*b, *o]\nlist: [*b]\n';
    assert.deepEqual(plainOf(readYaml(text, 'c.yaml')), parse(text, { merge: true }));
    assert.deepEqual([...(fieldAt(readYaml(text, 'c.yaml'), 'm')?.children().keys() ?? [])].sort(), [
      'x',
      'y',
      'z',
    ]);
    assert.equal(valueOf(text, 'm.z'), 4);
    assert.deepEqual(valueOf('"<<": 1\n', '<<'), 1);
  });

  it('ends soon where aliases stand for billions, or for what they stand in', () => {
    const laughs = Array.from(
      { length: 60 },
      (_, i) => `a${String(i + 1)}: &a${String(i + 1)} [*a${String(i)}, *a${String(i)}]\n`,
    );
    const merges = Array.from(
      { length: 60 },
      (_, i) => `m${String(i + 1)}: &m${String(i + 1)} {<<: [*m${String(i)}, *m${String(i)}]}\n`,
    );
    const start = performance.now();
    const bomb = plainOf(readYaml(`a0: &a0 [x, x]\n${laughs.join('')}`, 'c.yaml'));
    assert.deepEqual(
      [bomb['a1'], bomb['a60']],
      [
        [
          ['x', 'x'],
          ['x', 'x'],
        ],
        null,
      ],
    );
    plainOf(readYaml(`m0: &m0 {x: 1}\n${merges.join('')}`, 'c.yaml'));
    assert.deepEqual(valueOf('a: &a {b: *a, <<: *a, c: [*a]}\n', 'a'), { b: null, c: [null] });
    assert.ok(performance.now() - start < 2000);
  });

  it('takes the first mapping of several documents, and the last of a key', () => {
    assert.equal(valueOf('--- text\n---\na: 1\n...\n---\na: 2\n', 'a'), 1);
    const document = readYaml('a: 1\nb: 2\na: 3\n', 'c.yaml');
    assert.equal(document.fields.get('a')?.value(), 3);
    assert.deepEqual(document.duplicates, ['a']);
  });

  it('reads on after a byte order mark, which is no column, in long texts too', () => {
    for (const [start, rest] of [
      ['a: 1\n', ''],
      ['---\na: 1\n', ''],
      ['a: 1\n', `labels:\n${'- label\n'.repeat(9000)}`],
    ] as const) {
      const text = `\uFEFF${start}b: 2\n${rest}`;
      const { fields } = readYaml(text, 'c.yaml');
      assert.deepEqual([fields.get('a')?.value(), fields.get('b')?.value()], [1, 2]);
      assert.equal(fields.get('a')?.range.offset, text.indexOf('a: 1'));
    }
    assert.deepEqual(valueOf('\uFEFFa:\n- 1\n', 'a'), [1]);
  });

  it('refuses what is no mapping, is broken or too deep, with the place', () => {
    const refusal = (text: string): ConfigError => {
      try {
        readYaml(text, 'c.yaml');
      } catch (error) {
        assert.ok(error instanceof ConfigError, String(error));
        return error;
      }
      assert.fail('accepted');
    };
    assert.match(refusal('- a\n- b\n').message, /not a mapping/);
    assert.match(refusal('a: [1\nb: 2\n').message, /not valid at line 2/);
    for (const opening of ['[', '- ', '? ', '{a: ']) {
      assert.match(refusal(`a:\n  ${opening.repeat(10_000)}`).message, /nested more than 100 deep/);
    }
    assert.match(refusal('a: 1\n&x b: 2\n'.repeat(20_000)).message, /tokens, too many/);
  });

  it('says what is wrong with an entry of a long text when the entry is asked for', () => {
    const text = `good: 1\nbad: "never closed\n${'more:\n  - a longer text than before\n'.repeat(3_000)}`;
    const document = readYaml(
      text.replaceAll(/more/g, (_word, at: number) => `k${String(at)}`),
      'c.yaml',
    );
    assert.equal(document.fields.get('good')?.value(), 1);
    assert.throws(
      () => document.fields.get('bad')?.value(),
      (error: unknown) =>
        error instanceof ConfigError &&
        /entry "bad".*not valid/s.test(error.message) &&
        error.range !== undefined,
    );
  });
});
