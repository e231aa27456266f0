import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { withEdits } from '../../src/config/editConfig';
import { replaceLiteral } from '../../src/config/edit/replaceLiteral';
import { setField } from '../../src/config/edit/setField';
import { setFields } from '../../src/config/edit/setFields';
import type { ConfigFields } from '../../src/config/document';
import { isConfigError } from '../../src/config/configError';
import { readDocument } from '../../src/config/formats/readDocument';
import { readText } from '../fixtures/readFixture';

type Value = string | number | boolean;

function set(text: string, name: string, path: string, value: Value, near?: string): string {
  return withEdits(text, setField(text, name, path.split('.'), value, near?.split('.')));
}

function refuses(text: string, name: string, path: string, why: RegExp, value: Value = 5): void {
  assert.throws(
    () => setField(text, name, path.split('.'), value),
    (error) => isConfigError(error) && why.test(error.message),
  );
}

describe('setField in place', () => {
  const cases: readonly [
    what: string,
    name: string,
    text: string,
    path: string,
    value: Value,
    wanted: string,
  ][] = [
    ['a YAML comment', 'a.yaml', 'a: 4096  # long\nb: 2\n', 'a', 512, 'a: 512  # long\nb: 2\n'],
    ['YAML quotes', 'a.yaml', 'a: "4096"\nb: \'9\'\n', 'b', 512, 'a: "4096"\nb: \'512\'\n'],
    ['YAML thousands', 'a.yaml', 'a: 16_384\n', 'a', 131072, 'a: 131_072\n'],
    ['an anchor', 'a.yaml', 'x:\n  a: &long 4096\n', 'x.a', 512, 'x:\n  a: &long 512\n'],
    ['Windows line breaks', 'a.yaml', 'a:\r\n  b: 1\r\n  c: 2\r\n', 'a.b', 7, 'a:\r\n  b: 7\r\n  c: 2\r\n'],
    ['a YAML flow mapping', 'a.yaml', 'a: {b: 1, c: 2} # x\n', 'a.b', 7, 'a: {b: 7, c: 2} # x\n'],
    ["Python's words in YAML", 'a.yaml', 'a: False\nb: 1\n', 'a', true, 'a: True\nb: 1\n'],
    ['a key without a value', 'a.yaml', 'a: # to do\nb: 2\n', 'a', 7, 'a: 7 # to do\nb: 2\n'],
    ['null', 'a.yaml', 'a: null\nb: ~\n', 'b', 7, 'a: null\nb: 7\n'],
    [
      'an entry of a list',
      'a.yml',
      '"k": [[["global"], 6]]\n',
      'k.0.0.0',
      'flash',
      '"k": [[["flash"], 6]]\n',
    ],
    ['a YAML text', 'a.yaml', 'a: eager\n', 'a', 'sdpa', 'a: sdpa\n'],
    ['a text that looks like a word', 'a.yaml', 'a: eager\n', 'a', 'off', 'a: "off"\n'],
    ['a text behind a marker', 'a.yaml', '# x\n---\na: 1\n', 'a', 2, '# x\n---\na: 2\n'],
    ['TOML', 't.toml', '[t]\na = 4_096 # x\n[u]\na = 2\n', 't.a', 8192, '[t]\na = 8_192 # x\n[u]\na = 2\n'],
    ['dotted TOML', 't.toml', "t.a = 'none'\nt.b = 1\n", 't.a', 'full', "t.a = 'full'\nt.b = 1\n"],
    ['an inline table', 't.toml', 't = { a = 1, b = 2 }\n', 't.b', 7, 't = { a = 1, b = 7 }\n'],
    [
      'JSON with comments',
      'a.json',
      '{\n  "a": 1, // x\n  "b": {"c": 2}\n}',
      'b.c',
      7,
      '{\n  "a": 1, // x\n  "b": {"c": 7}\n}',
    ],
    ['a JSON list', 'a.json', '{"a": [[["global"], 6]]}', 'a.0.0.0', 'flash', '{"a": [[["flash"], 6]]}'],
    ['JSON beside NaN', 'a.json', '{"x": NaN, "a": 1}', 'a', 2, '{"x": NaN, "a": 2}'],
    [
      'a Python assignment',
      'a.py',
      'block_size = 4 * 1024 # x\n',
      'block_size',
      512,
      'block_size = 512 # x\n',
    ],
    [
      'a dataclass',
      'a.py',
      'class A:\n    n: int = 1_024\n    f: bool = False\n',
      'A.n',
      8192,
      'class A:\n    n: int = 8_192\n    f: bool = False\n',
    ],
    [
      "a dataclass's flag",
      'a.py',
      'class A:\n    f: bool = False\n',
      'A.f',
      true,
      'class A:\n    f: bool = True\n',
    ],
    [
      'an argparse default',
      'a.py',
      "p.add_argument('--seq-len', type=int, default=64)\n",
      'seq_len',
      32,
      "p.add_argument('--seq-len', type=int, default=32)\n",
    ],
    [
      'a Modelfile',
      'Modelfile',
      'FROM x\nPARAMETER num_ctx 4096\n',
      'PARAMETER.num_ctx',
      512,
      'FROM x\nPARAMETER num_ctx 512\n',
    ],
  ];
  for (const [what, name, text, path, value, wanted] of cases) {
    it(`keeps ${what}`, () => {
      assert.equal(set(text, name, path, value), wanted);
    });
  }

  it('gives no edit for what is there already', () => {
    assert.deepEqual(setField('a: 512\n', 'a.yaml', ['a'], 512), []);
  });

  it('edits one entry of a long text', () => {
    const long = Array.from({ length: 4000 }, (_, index) => `k${String(index)}: ${'v'.repeat(20)}\n`).join(
      '',
    );
    const text = `s:\n  a: 1 # x\n${long}`;
    assert.equal(set(text, 'a.yaml', 's.a', 2), `s:\n  a: 2 # x\n${long}`);
    assert.equal(set(text, 'a.yaml', 's.b', 2), `s:\n  a: 1 # x\n  b: 2\n${long}`);
    assert.equal(set(text, 'a.yaml', 't', 2, 's'), `s:\n  a: 1 # x\nt: 2\n${long}`);
  });
});

describe('setField of a missing key', () => {
  const cases: readonly [string, string, string, string, Value, string | undefined, string][] = [
    ['after its sibling', 'a.yaml', 'a: 1 # x\nb: 2\n', 'c', true, 'a', 'a: 1 # x\nc: true\nb: 2\n'],
    [
      'at the end',
      'a.yaml',
      'a: 1\nb:\n  - 2\n\n# end\n',
      'c',
      3,
      undefined,
      'a: 1\nb:\n  - 2\nc: 3\n\n# end\n',
    ],
    [
      'at the end of a nest',
      'a.yaml',
      'm:\n    a: 1\n    b: 2\n\nn: 1\n',
      'm.c',
      3,
      undefined,
      'm:\n    a: 1\n    b: 2\n    c: 3\n\nn: 1\n',
    ],
    ['with its mapping', 'a.yaml', 'a: 1', 'm.c', 3, undefined, 'a: 1\nm:\n  c: 3'],
    [
      'with Windows line breaks',
      'a.yaml',
      'm:\r\n  a: 1\r\nn: 1\r\n',
      'm.c',
      3,
      'm.a',
      'm:\r\n  a: 1\r\n  c: 3\r\nn: 1\r\n',
    ],
    [
      'in a flow mapping',
      'a.yaml',
      'm: {a: 1, b: 2} # x\n',
      'm.c',
      'full',
      'm.a',
      'm: {a: 1, c: full, b: 2} # x\n',
    ],
    ['in an empty one', 'a.yaml', 'm: {}\n', 'm.c', 3, undefined, 'm: {c: 3}\n'],
    [
      'in quotes as its siblings',
      'a.yml',
      '{\n  "a": 1, # x\n  "b": "y" # z\n}\n',
      'c',
      true,
      'b',
      '{\n  "a": 1, # x\n  "b": "y", # z\n  "c": true\n}\n',
    ],
    [
      'after a nest',
      'a.yaml',
      'a:\n  - x: 1\n    y: |\n      t\nb: 2\n',
      'c',
      3,
      'a',
      'a:\n  - x: 1\n    y: |\n      t\nc: 3\nb: 2\n',
    ],
    ["with Python's words", 'a.yaml', 'a: True\n', 'c', false, undefined, 'a: True\nc: False\n'],
    [
      'in a list entry',
      'a.yaml',
      'l:\n  - a: 1\n  - a: 2\n',
      'l.0.b',
      3,
      undefined,
      'l:\n  - a: 1\n    b: 3\n  - a: 2\n',
    ],
    ['with hyphens', 'a.yaml', 'M:\n  --a: 1\n', 'M.--c', 'full', 'M.--a', 'M:\n  --a: 1\n  --c: full\n'],
    [
      'in a TOML table',
      't.toml',
      '[t]\n  a = 1 # x\n\n[u]\nb = 2\n',
      't.c',
      'full',
      undefined,
      '[t]\n  a = 1 # x\n  c = "full"\n\n[u]\nb = 2\n',
    ],
    [
      'in an empty TOML table',
      't.toml',
      '[t] # x\n[u]\nb = 2\n',
      't.c',
      3,
      undefined,
      '[t] # x\nc = 3\n[u]\nb = 2\n',
    ],
    [
      'in a TOML table that is missing',
      't.toml',
      '[u]\r\nb = 2',
      't.c',
      3,
      undefined,
      '[u]\r\nb = 2\r\n\r\n[t]\r\nc = 3\r\n',
    ],
    [
      'beside dotted keys',
      't.toml',
      't.a = 1\nb = 2\n[u]\nx = 1\n',
      't.c',
      3,
      undefined,
      't.a = 1\nt.c = 3\nb = 2\n[u]\nx = 1\n',
    ],
    ['at the top of TOML', 't.toml', '[u]\nb = 2\n', 'c', 3, undefined, 'c = 3\n\n[u]\nb = 2\n'],
    [
      'in an inline table',
      't.toml',
      't = { a = 1 } # x\n',
      't.c',
      3,
      undefined,
      't = { a = 1, c = 3 } # x\n',
    ],
    ['in an empty inline table', 't.toml', 't = {}\n', 't.c', 3, undefined, 't = { c = 3 }\n'],
    [
      'in JSON',
      'a.json',
      '{\n\t"a": 1, // x\n\t"b": 2 // y\n}',
      'c',
      3,
      'a',
      '{\n\t"a": 1, // x\n\t"c": 3,\n\t"b": 2 // y\n}',
    ],
    [
      'at the end of JSON',
      'a.json',
      '{\r\n  "a": 1, // x\r\n  "b": 2 // y\r\n}',
      'c',
      3,
      undefined,
      '{\r\n  "a": 1, // x\r\n  "b": 2, // y\r\n  "c": 3\r\n}',
    ],
    ['in JSON on one line', 'a.json', '{"a": 1, "b": 2}', 'c', 3, 'a', '{"a": 1, "c": 3, "b": 2}'],
    [
      'in a nest of JSON',
      'a.json',
      '{"a": {}, "b": 2}',
      'a.x.c',
      3,
      undefined,
      '{"a": {"x": {"c":3}}, "b": 2}',
    ],
  ];
  for (const [what, name, text, path, value, near, wanted] of cases) {
    it(`writes it ${what}`, () => {
      assert.equal(set(text, name, path, value, near), wanted);
    });
  }

  it('writes several as one edit', () => {
    const text = 'a: 1\nb: 2\n';
    const changes = [
      { path: ['c'], value: 'full', near: ['a'] },
      { path: ['d'], value: 1, near: ['c'] },
    ];
    const edits = setFields(text, 'a.yaml', changes);
    assert.equal(edits.length, 1);
    assert.equal(withEdits(text, edits), 'a: 1\nc: full\nd: 1\nb: 2\n');
  });
});

describe('setField where the place is not clear', () => {
  const cases: readonly [string, string, string, string, RegExp][] = [
    ['a key twice', 'a.yaml', 'a: 1\na: 2\n', 'a', /more than once/],
    ['a nested key twice', 'a.yaml', 'm:\n  a: 1\n  a: 2\n', 'm.a', /more than once/],
    ['a JSON key twice', 'a.json', '{"m": {"a": 1, "a": 2}}', 'm.a', /more than once/],
    ['a Python name twice', 'a.py', 'a = 1\na = 2\n', 'a', /more than once/],
    ['an alias', 'a.yaml', 'a: &x 1\nb: *x\n', 'b', /alias/],
    ['what aliases repeat', 'a.yaml', 'a: &x 1\nb: *x\n', 'a', /other values/],
    ['a mapping that aliases repeat', 'a.yaml', 'a: &x {c: 1}\nb: *x\n', 'a.c', /other values/],
    ['a path behind an alias', 'a.yaml', 'a: &x {c: 1}\nb: *x\n', 'b.c', /alias/],
    ['a merged key', 'a.yaml', 'x: &x\n  a: 1\nm:\n  <<: *x\n  b: 2\n', 'm.a', /merge/],
    ['several documents', 'a.yaml', 'a: 1\n---\na: 2\n', 'a', /documents/],
    ['a list', 'a.yaml', 'a: [1]\n', 'a', /list or a mapping/],
    ['a mapping in JSON', 'a.json', '{"a": {"b": 1}}', 'a', /mapping/],
    ['a scalar in the way', 'a.json', '{"a": 1}', 'a.b', /no mapping/],
    ['a block of text', 'a.yaml', 'a: |\n  1\n', 'a', /block/],
    ['a list of tables', 't.toml', '[[t]]\na = 1\n', 't.a', /cannot be set/],
    ['a value in the way in TOML', 't.toml', 't = 1\n', 't.a', /"t" is no mapping/],
    ['a missing Python name', 'a.py', 'a = 1\n', 'b', /does not have it/],
    ['text that is no YAML', 'a.yaml', 'a: [1\n', 'a', /not valid/],
    ['text kept to its last line', 'a.yaml', 'a: |+\n  t\n\n\n', 'c', /other values/],
  ];
  for (const [what, name, text, path, why] of cases) {
    it(`refuses ${what}`, () => {
      refuses(text, name, path, why);
    });
  }
});

/** Paths of the single values of a document, of those that setField can reach. */
function leaves(fields: ConfigFields, prefix: readonly string[] = []): { path: string[]; value: unknown }[] {
  return [...fields.values()].flatMap((field) => {
    const path = [...prefix, field.key];
    const inner = field.children();
    if (inner.size > 0) return leaves(inner, path);
    const value = field.value();
    return typeof value === 'object' ? [] : [{ path, value }];
  });
}

describe('setField on the recipes of the fixtures', () => {
  const folder = 'test/fixtures/recipes';
  for (const file of readdirSync(folder)) {
    it(`changes each value of ${file} and back`, () => {
      const text = readText(`${folder}/${file}`);
      const all = leaves(readDocument(text, file).fields);
      for (const { path, value } of all) {
        if (typeof value !== 'number' || !Number.isSafeInteger(value)) continue;
        const changed = withEdits(text, setField(text, file, path, value + 1));
        assert.notEqual(changed, text);
        const back = setField(changed, file, path, value);
        // Arithmetic in Python is not written again.
        if (!file.endsWith('.py')) assert.equal(withEdits(changed, back), text, path.join('.'));
      }
    });
  }
});

describe('replaceLiteral', () => {
  const field = (offset: number, length: number, isLiteral = true): Parameters<typeof replaceLiteral>[1] => ({
    kind: 'length',
    key: '--max-model-len',
    path: '--max-model-len',
    range: { offset: 0, length: offset + length },
    valueRange: { offset, length },
    state: 'number',
    isLiteral,
  });

  it('writes a flag of a command line', () => {
    const text = 'vllm serve x --max-model-len 32k \\\n';
    const edit = replaceLiteral(text, field(text.indexOf('32k'), 3), 24_576);
    assert.equal(withEdits(text, [edit]), 'vllm serve x --max-model-len 24576 \\\n');
  });

  it('keeps quotes and thousands', () => {
    const text = "n='131_072'";
    assert.equal(withEdits(text, [replaceLiteral(text, field(2, 9), 65_536)]), "n='65_536'");
  });

  it('refuses arithmetic', () => {
    assert.throws(() => replaceLiteral('n=4*2', field(2, 3, false), 1), RangeError);
  });
});
