import assert from 'node:assert/strict';
import { isConfigError } from '../../src/config/configError';
import { applyEdits, withEdits } from '../../src/config/editConfig';
import { readDocument } from '../../src/config/formats/readDocument';
import type { ConfigValue } from '../../src/model/configValue';

type Settings = Readonly<Record<string, ConfigValue>>;

function edits(settings: Settings): { path: string[]; value: ConfigValue }[] {
  return Object.entries(settings).map(([path, value]) => ({ path: path.split('.'), value }));
}

function edited(text: string, name: string, settings: Settings): string {
  return withEdits(text, applyEdits(text, edits(settings), name));
}

function plain(text: string, name: string): Record<string, unknown> {
  return Object.fromEntries([...readDocument(text, name).fields].map(([key, field]) => [key, field.value()]));
}

function withSettings(before: Record<string, unknown>, settings: Settings): Record<string, unknown> {
  const after = structuredClone(before);
  for (const { path, value } of edits(settings)) {
    const last = path.pop() ?? '';
    const holder = path.reduce((at, key) => (at[key] ??= {}) as Record<string, unknown>, after);
    holder[last] = value;
  }
  return after;
}

type Case = readonly [what: string, name: string, text: string, settings: Settings, wanted: string];

const yamlCases: readonly Case[] = [
  [
    'a null beside its comment',
    'a.yaml',
    '# A small Mistral.\nmodel_type: mistral\n\nsliding_window: null  # all\nvocab_size: 100\n',
    { sliding_window: 256 },
    '# A small Mistral.\nmodel_type: mistral\n\nsliding_window: 256  # all\nvocab_size: 100\n',
  ],
  [
    'keys that are far apart, by separate edits',
    'a.yaml',
    'a: 1\nuse_sliding_window: False # off\nb: 2\nmax_window_layers: 28\n',
    { use_sliding_window: true, max_window_layers: 0 },
    'a: 1\nuse_sliding_window: True # off\nb: 2\nmax_window_layers: 0\n',
  ],
  [
    'missing keys at the end of the mapping that has the others',
    'a.yaml',
    'model:\n    model_type: qwen3\n    hidden_size: 8 # width\n\n# how\ntraining:\n    lr: 1e-4\n',
    { 'model.use_sliding_window': true, 'model.sliding_window': 64 },
    'model:\n    model_type: qwen3\n    hidden_size: 8 # width\n    use_sliding_window: true\n    sliding_window: 64\n\n# how\ntraining:\n    lr: 1e-4\n',
  ],
  [
    'entries of a list that differ, comments between them kept',
    'a.yaml',
    'layer_types:\n  # lowest\n  - full_attention\n  - sliding_attention # second\n  - "full_attention"\nb: 1\n',
    { layer_types: ['sliding_attention', 'sliding_attention', 'sliding_attention'] },
    'layer_types:\n  # lowest\n  - sliding_attention\n  - sliding_attention # second\n  - "sliding_attention"\nb: 1\n',
  ],
  [
    'entries of a list in brackets over several lines',
    'a.yaml',
    'attention_window: [\n  512, # first\n  1024,\n]\n',
    { attention_window: [256, 2048] },
    'attention_window: [\n  256, # first\n  2048,\n]\n',
  ],
  [
    'a longer list by lines',
    'a.yaml',
    "layer_types:\r\n- 'full'\r\nb: 1\r\n",
    { layer_types: ['sliding', 'sliding'] },
    "layer_types:\r\n- 'sliding'\r\n- 'sliding'\r\nb: 1\r\n",
  ],
  [
    'a shorter list by lines, with the comment of the next key',
    'a.yaml',
    'l:\n    - 1\n    - 2\n    - 3\n# next\nb: 1\n',
    { l: [4, 5] },
    'l:\n    - 4\n    - 5\n# next\nb: 1\n',
  ],
  [
    'another length in brackets, with their blanks',
    'a.yaml',
    'l: [ 1,2 ] # x\nm: [\n  1\n]\nn: []\n',
    { l: [3, 4, 5], m: [2, 3], n: [1, 2] },
    'l: [ 3,4,5 ] # x\nm: [\n  2, 3\n]\nn: [1, 2]\n',
  ],
  [
    'a list by lines in place of null, behind its comment',
    'a.yaml',
    'architectures:\n- A\nlayer_types: null # by rule\nb: 1\n',
    { layer_types: ['full', 'sliding'] },
    'architectures:\n- A\nlayer_types: # by rule\n- full\n- sliding\nb: 1\n',
  ],
  [
    'a list in place of null in a line of its own',
    'a.yaml',
    'l:\n  # x\n  null # y\nm:\n  null\n',
    { l: ['a'], m: [1] },
    'l:\n  # x\n   # y\n  - a\nm:\n  - 1\n',
  ],
  [
    'a list by lines in place of nothing, in a nest',
    'a.yaml',
    'm:\n  x:\n    - 1\n  layer_types:\nb: 1\n',
    { 'm.layer_types': ['full', 'sliding'] },
    'm:\n  x:\n    - 1\n  layer_types:\n    - full\n    - sliding\nb: 1\n',
  ],
  [
    'a list in brackets where the file has them so',
    'a.yaml',
    'architectures: [A]\nlayer_types: ~\nb: 1',
    { layer_types: ['full', 'on'], attn_layers: ['lsh'] },
    'architectures: [A]\nlayer_types: [full, "on"]\nb: 1\nattn_layers: [lsh]',
  ],
  [
    'a missing list with the indentation of the lists of the file',
    'a.yaml',
    'm:\n  types:\n  - a\n  b: 1\n',
    { 'm.layer_types': ['full', 'sliding'] },
    'm:\n  types:\n  - a\n  b: 1\n  layer_types:\n  - full\n  - sliding\n',
  ],
  [
    'the quotes that the file puts around its texts',
    'a.yaml',
    'a: "x"\nb: ["y"]\nattention_type: null\n',
    { attention_type: 'block_sparse', layer_types: ['full'] },
    'a: "x"\nb: ["y"]\nattention_type: "block_sparse"\nlayer_types: ["full"]\n',
  ],
  [
    'single quotes that the file puts around its texts',
    'a.yaml',
    "a: 'x'\nb: 1\n",
    { c: 'full' },
    "a: 'x'\nb: 1\nc: 'full'\n",
  ],
  [
    'a list within braces',
    'a.yaml',
    'm: {a: 1, b: null} # x\n',
    { 'm.b': [1, 2], 'm.c': ['full'] },
    'm: {a: 1, b: [1, 2], c: [full]} # x\n',
  ],
  [
    'a list in JSON by another name',
    'a.yml',
    '{\n  "a": "x",\n  "b": null\n}\n',
    { b: ['full', 'full'], c: true },
    '{\n  "a": "x",\n  "b": ["full", "full"],\n  "c": true\n}\n',
  ],
  [
    'an anchor that nothing refers to',
    'a.yaml',
    'a: &window null\nb: &list [1, 2]\n',
    { a: 256, b: [1, 3] },
    'a: &window 256\nb: &list [1, 3]\n',
  ],
  [
    'keys beside those of a merge',
    'a.yaml',
    'x: &x\n  lr: 1\nm:\n  <<: *x\n  hidden_size: 8\n',
    { 'm.sliding_window': 4 },
    'x: &x\n  lr: 1\nm:\n  <<: *x\n  hidden_size: 8\n  sliding_window: 4\n',
  ],
  ['a text between markers', 'a.yaml', '---\na: 1\n...\n', { a: 2, b: 3 }, '---\na: 2\nb: 3\n...\n'],
];

const tomlCases: readonly Case[] = [
  [
    'values and missing keys of the root before its tables',
    'a.toml',
    '# Mistral\nmodel_type = "mistral"\nnum_key_value_heads = 8 # all\n\n[training]\nlr = 1e-4\n',
    { num_key_value_heads: 2, sliding_window: 256 },
    '# Mistral\nmodel_type = "mistral"\nnum_key_value_heads = 2 # all\nsliding_window = 256\n\n[training]\nlr = 1e-4\n',
  ],
  [
    'missing keys of a table',
    'a.toml',
    '[model]\r\n  hidden_size = 8 # width\r\n\r\n[training]\r\nlr = 1e-4\r\n',
    { 'model.use_sliding_window': true, 'model.layer_types': ['full', 'full'] },
    '[model]\r\n  hidden_size = 8 # width\r\n  use_sliding_window = true\r\n  layer_types = ["full", "full"]\r\n\r\n[training]\r\nlr = 1e-4\r\n',
  ],
  [
    'entries of a list that differ, comments between them kept',
    'a.toml',
    "l = [\n  'full', # lowest\n  'sliding',\n]\n",
    { l: ['sliding', 'sliding'] },
    "l = [\n  'sliding', # lowest\n  'sliding',\n]\n",
  ],
  [
    'another length, an entry a line',
    'a.toml',
    "l = [\n  'full',\n  'full',\n] # x\na = 1\n",
    { l: ['a', 'b', 'c'] },
    "l = [\n  'a',\n  'b',\n  'c',\n] # x\na = 1\n",
  ],
  [
    'a missing list as the others are, in the quotes of the file',
    'a.toml',
    "a = 'x'\nl = [\n    1,\n    2,\n]\n",
    { m: ['y', 'z'] },
    "a = 'x'\nl = [\n    1,\n    2,\n]\nm = [\n    'y',\n    'z',\n]\n",
  ],
  [
    'a list in place of a value, and of an empty list',
    'a.toml',
    'attention_window = 512 # x\nl = []\n',
    { attention_window: [256, 512], l: [1] },
    'attention_window = [256, 512] # x\nl = [1]\n',
  ],
  [
    'a list in an inline table',
    'a.toml',
    'm = { a = 1 } # x\n',
    { 'm.l': [1, 2] },
    'm = { a = 1, l = [1, 2] } # x\n',
  ],
  ['a byte order mark', 'a.toml', '\uFEFFa = 1\n', { a: 2, b: 'x' }, '\uFEFFa = 2\nb = "x"\n'],
];

describe('edits of configs in YAML and TOML', () => {
  for (const [what, name, text, settings, wanted] of [...yamlCases, ...tomlCases]) {
    it(`${name.endsWith('toml') ? 'TOML' : 'YAML'}: ${what}`, () => {
      const result = edited(text, name, settings);
      assert.equal(result, wanted);
      assert.deepEqual(plain(result, name), withSettings(plain(text, name), settings), 'read again');
      assert.deepEqual(applyEdits(result, edits(settings), name), [], 'nothing is left to do');
    });
  }

  it('YAML: entries of a text that is read entry by entry', () => {
    const long = Array.from({ length: 4000 }, (_, index) => `k${String(index)}: ${'v'.repeat(20)}\n`).join(
      '',
    );
    const result = edited(`m:\n  l:\n  - 1\n  n: ~ # x\n${long}`, 'a.yaml', {
      'm.n': [2],
      'm.l': [3],
      o: [4, 5],
    });
    assert.equal(result, `m:\n  l:\n  - 3\n  n: # x\n  - 2\n${long}o:\n  - 4\n  - 5\n`);
  });

  it('gives separate edits where they are apart, and one where they touch', () => {
    const text = 'a: 1\nb: 2\nc: 3\n';
    assert.equal(applyEdits(text, edits({ a: 5, c: 6 }), 'a.yaml').length, 2);
    assert.equal(applyEdits(text, edits({ d: 5, e: 6 }), 'a.yaml').length, 1);
  });
});

describe('edits that YAML and TOML do not take safely', () => {
  const cases: readonly [what: string, name: string, text: string, settings: Settings, why: RegExp][] = [
    ['a key twice', 'a.yaml', 'w: 1\nw: 2\n', { w: 5 }, /"w" cannot be set: .*more than once.* Remove all/],
    ['an alias', 'a.yaml', 'a: &x 1\nw: *x\n', { w: 5 }, /"w" .*its value is a YAML alias\. Write the value/],
    ['what aliases repeat', 'a.yaml', 'w: &x 1\na: *x\n', { w: 5 }, /"w" .*other values would change/],
    [
      'a list that aliases repeat',
      'a.yaml',
      'w: &x [1, 2]\na: *x\n',
      { w: [1, 3] },
      /"w" .*other values would change/,
    ],
    [
      'a merged key',
      'a.yaml',
      'x: &x\n  w: 1\nm:\n  <<: *x\n  b: 2\n',
      { 'm.w': 5 },
      /"m\.w" .*YAML merge\. Write the key into the mapping itself/,
    ],
    [
      'a mapping behind an alias',
      'a.yaml',
      'x: &x {w: 1}\nm: *x\n',
      { 'm.w': 5 },
      /"m\.w" .*behind a YAML alias\. Write the mapping itself at "m"/,
    ],
    [
      'a key into a mapping that is merged elsewhere',
      'a.yaml',
      'm: &x\n  a: 1\nn:\n  <<: *x\n',
      { 'm.w': 5 },
      /"m\.w" .*other values would change/,
    ],
    [
      'entries that are aliases',
      'a.yaml',
      'l: [&f full, *f]\n',
      { l: ['sliding', 'sliding'] },
      /"l" .*entries of it are YAML aliases\. Write the values/,
    ],
    [
      'comments in a list that gets another length',
      'a.yaml',
      'l:\n- 1 # first\n- 2\n',
      { l: [1, 2, 3] },
      /"l" .*another length.* Give the list 3 entries/,
    ],
    [
      'a comment behind the last entry',
      'a.yaml',
      'l:\n- 1\n- 2 # last\n',
      { l: [1, 2, 3] },
      /"l" .*another length/,
    ],
    ['lists in a list', 'a.yaml', 'l: [[1], [2]]\n', { l: [1, 2] }, /"l" .*a list or a mapping/],
    ['a mapping', 'a.yaml', 'l: {a: 1}\n', { l: [1, 2] }, /"l" .*a list or a mapping/],
    ['a list for one value', 'a.yaml', 'l: [1, 2]\n', { l: 1 }, /"l" .*a list or a mapping/],
    ['several documents', 'a.yaml', 'a: 1\n---\nb: 2\n', { a: 5 }, /"a" .*several YAML documents\. Keep/],
    ['a tag', 'a.yaml', 'a: !!null null\n', { a: [1] }, /"a" .*YAML tag of another kind\. Remove/],
    ['a block of text', 'a.yaml', 'a: |\n  x\n', { a: [1] }, /"a" .*block of text/],
    ['a list of tables', 'a.toml', '[[m]]\nw = 1\n', { 'm.w': 5 }, /"m\.w" .*a list of tables/],
    ['a table', 'a.toml', 'm = { w = 1 }\n', { m: [1] }, /"m" .*a list or a mapping/],
    [
      'comments in a TOML list that gets another length',
      'a.toml',
      'l = [\n  1, # first\n]\n',
      { l: [1, 2] },
      /"l" .*another length.* Give the list 2 entries/,
    ],
    ['lists in a TOML list', 'a.toml', 'l = [[1], [2]]\n', { l: [1, 2] }, /"l" .*a list or a mapping/],
    ['a key of Python that is missing', 'a.py', 'a = 1\n', { b: 2 }, /"b" .*does not have it/],
    ['a list in Python', 'a.py', 'a = 1\n', { a: [2] }, /"a" .*no list/],
  ];
  for (const [what, name, text, settings, why] of cases) {
    it(`${name.replace('a.', '')}: ${what}`, () => {
      assert.throws(
        () => applyEdits(text, edits(settings), name),
        (error) =>
          isConfigError(error) &&
          error.file === name &&
          error.key === Object.keys(settings)[0] &&
          error.message.startsWith(`${name}: `) &&
          why.test(error.message),
      );
    });
  }
});
