import assert from 'node:assert/strict';
import fc from 'fast-check';
import { getStaticTOMLValue, parseTOML } from 'toml-eslint-parser';
import { ConfigError } from '../../src/config/configError';
import { fieldAt, type ConfigDocument } from '../../src/config/document';
import { readJson } from '../../src/config/formats/json';
import { readModelfile } from '../../src/config/formats/modelfile';
import { readPython } from '../../src/config/formats/python';
import { readToml } from '../../src/config/formats/toml';
import { allFields, checkPlaces, plainOf, writtenField, writtenValue } from '../fixtures/fieldChecks';

function written(document: ConfigDocument, text: string, path: string): [string, string] {
  const field = fieldAt(document, path) ?? assert.fail(path);
  return [writtenField(text, field), writtenValue(text, field)];
}

describe('config formats: JSON', () => {
  it('refuses the words for no numbers where they touch a number or a sign', () => {
    for (const value of ['1NaN', '--Infinity', '-NaN', '1.Infinity', 'NaNa']) {
      assert.throws(() => readJson(`{"a": ${value}}`, 'c.json'), ConfigError, value);
    }
  });

  it('reads the values that JSON.parse reads, with the place of each', () => {
    const name = fc.stringMatching(/^[a-z_-]{1,9}$/);
    fc.assert(
      fc.property(
        fc.dictionary(name, fc.jsonValue(), { noNullPrototype: true }),
        fc.constantFrom(0, 2),
        (value, indent) => {
          const text = JSON.stringify(value, undefined, indent);
          const document = readJson(text, 'c.json');
          assert.deepEqual(plainOf(document), JSON.parse(text));
          for (const field of document.fields.values()) {
            assert.deepEqual(JSON.parse(writtenValue(text, field)), field.value());
            assert.ok(writtenField(text, field).startsWith(JSON.stringify(field.key)));
          }
        },
      ),
    );
  });

  it('reads the words that Python writes, in lists and nested objects too', () => {
    const text =
      '{"a": NaN, // NaN\n "b": [-Infinity, {"c": NaN}], "d": "NaN -Infinity", "e": {"f": Infinity,},}';
    const document = readJson(text, 'c.json');
    assert.deepEqual(plainOf(document), {
      a: NaN,
      b: [-Infinity, { c: NaN }],
      d: 'NaN -Infinity',
      e: { f: Infinity },
    });
    assert.equal(fieldAt(document, 'e.f')?.value(), Infinity);
    assert.deepEqual(written(document, text, 'e.f'), ['"f": Infinity', 'Infinity']);
    assert.throws(() => readJson('{"a": -NaN}', 'c.json'), ConfigError);
    assert.throws(() => readJson('{"a": NaNs}', 'c.json'), ConfigError);
  });

  it('gives the places of nested keys in the whole file', () => {
    const text = '\uFEFF{"a": 1, "text": {"inner": {"size": 7}}}';
    const document = readJson(text, 'c.json');
    assert.deepEqual(written(document, text, 'text.inner.size'), ['"size": 7', '7']);
    checkPlaces(document, text);
  });
});

const toml = `title = "x" # note
size = 9_007
[model]
name.first = 'a'
point = { x = 1, "y z" = [1, 2] }
day = 1979-05-27
[[data]]
path = "p"
[data.more]
deep = true
[[data]]
path = """q
[not a table]"""
`;

describe('config formats: TOML', () => {
  it('reads tables, dotted keys, inline tables, lists of tables and dates', () => {
    for (const text of [toml, toml.replace(/\n/g, '\r\n')]) {
      const document = readToml(text, 'c.toml');
      const { model, data, ...rest } = plainOf(document);
      const expected = getStaticTOMLValue(parseTOML(text)) as Record<string, Record<string, unknown>>;
      assert.deepEqual({ ...rest, data }, { title: 'x', size: 9007, data: expected['data'] });
      assert.deepEqual(model, { ...expected['model'], day: '1979-05-27' });
      checkPlaces(document, text);
      assert.deepEqual(written(document, text, 'model.point.x'), ['x = 1', '1']);
      assert.deepEqual(written(document, text, 'model.name.first'), ["name.first = 'a'", "'a'"]);
    }
  });

  it('refuses repeated keys, deep nesting, and what is long, soon', () => {
    const long = `a = [${'1,'.repeat(500_000)}]`;
    const cases: [string, RegExp][] = [
      ['a = 1\na = 2\n', /not valid at line 2/],
      [`a = ${'['.repeat(5000)}${']'.repeat(5000)}`, /nested more than 100/],
      [`a${'.a'.repeat(5000)} = 1`, /nested more than 100/],
      [`[a${'.a'.repeat(5000)}]\nb = 1`, /nested more than 100/],
      [long, /larger than 128 KiB/],
    ];
    for (const [text, expected] of cases) {
      const start = performance.now();
      assert.throws(
        () => readToml(text, 'c.toml'),
        (error) => error instanceof ConfigError && expected.test(error.message),
      );
      assert.ok(performance.now() - start < 1000);
    }
    assert.equal(readToml(`a = "${'['.repeat(200)}" # ${'['.repeat(200)}`, 'c.toml').fields.size, 1);
  });
});

const python = `"""Docs:
block_size = 1
"""
block_size = 1024 # tokens
batch_size = 5 * 8
steps: int = 2**20
rate, other = 1, 2
many = 600_000; more = 1
name = f'{x}'
out = 'a # b'
big = compute(block_size=3)
if True:
    block_size = 2

@dataclass
class Config:
    """n_layer = 1"""
    n_layer: int = 12
    bias: bool = True
    width: int = field(
        default=768,  # hidden size
        metadata={'help': 'default=3'},
    )
    def f(self):
        n_layer = 3

parser.add_argument('--max-len', type=int, default=512, help='default=7')
parser.add_argument(
    '-b', "--batch",
    help="default=9, --other",
    default=(4 *
             2),
)
parser.add_argument('--none', default=make())
top = -1e-3
total = (2 +
         3)
`;

describe('config formats: Python', () => {
  it('reads literals at the top and in classes, and the defaults of arguments', () => {
    for (const text of [python, python.replace(/\n/g, '\r\n')]) {
      const document = readPython(text, 'c.py');
      assert.deepEqual(plainOf(document), {
        block_size: 1024,
        batch_size: 40,
        steps: 2 ** 20,
        out: 'a # b',
        Config: { n_layer: 12, bias: true, width: 768 },
        max_len: 512,
        batch: 8,
        top: -0.001,
        total: 5,
      });
      checkPlaces(document, text);
      assert.deepEqual(written(document, text, 'block_size'), ['block_size = 1024', '1024']);
      assert.equal(written(document, text, 'Config.width')[1], '768');
      assert.equal(written(document, text, 'max_len')[1], '512');
    }
  });

  it('reads the escapes of a text, and leaves rare ones alone', () => {
    const values = plainOf(
      readPython(String.raw`a = 'x\ty\'z'` + '\n' + String.raw`b = '\x41'` + '\nc = "a" "b"\n', 'c.py'),
    );
    assert.deepEqual(values, { a: "x\ty'z" });
  });

  it('counts arithmetic as Python does', () => {
    const text = 'a = -2**2\nb = 7 // -2\nc = -7 % 3\nd = 2**-1\ne = 1 / 0\nf = 1 + 2 * (3 - 1)\n';
    assert.deepEqual(plainOf(readPython(text, 'c.py')), { a: -4, b: -4, c: 2, d: 0.5, f: 5 });
  });
});

describe('config formats: Modelfile', () => {
  const text = `# FROM no
FROM "llama3.2"
PARAMETER num_ctx 4096
  parameter temperature 0.7
PARAMETER stop "<|a|>"
PARAMETER stop "<|b|>"
PARAMETER num_ctx 8192
SYSTEM """
PARAMETER num_ctx 1
"""
`;

  it('reads FROM and the parameters, the last of a name', () => {
    for (const each of [text, text.replace(/\n/g, '\r\n')]) {
      const document = readModelfile(each, 'Modelfile');
      assert.deepEqual(plainOf(document), {
        FROM: 'llama3.2',
        PARAMETER: { num_ctx: 8192, temperature: 0.7, stop: '<|b|>' },
      });
      assert.deepEqual(document.duplicates, ['PARAMETER.num_ctx']);
      assert.deepEqual(written(document, each, 'PARAMETER.num_ctx'), ['num_ctx 8192', '8192']);
      assert.deepEqual(written(document, each, 'FROM'), ['FROM "llama3.2"', '"llama3.2"']);
      assert.equal(allFields(document.fields).length, 5);
      checkPlaces(document, each);
    }
  });
});
