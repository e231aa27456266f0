import assert from 'node:assert/strict';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { isConfigError } from '../../src/config/configError';
import { setField } from '../../src/config/edit/setField';
import { withEdits } from '../../src/config/editConfig';
import { readDocument } from '../../src/config/formats/readDocument';

interface Tree {
  readonly [key: string]: Value;
}
type Value = string | number | boolean | Entries | Tree;
type Entries = readonly (number | string)[];

const key = fc.constantFrom('a', 'b', 'c', 'seq_len', 'max-len', 'on', 'x y', '0');
const leaf = fc.oneof(
  fc.nat(1e6),
  fc.boolean(),
  fc.constantFrom('full', 'none', 'a b', '4_096', '12', 'it’s', 'a: b', '# x', 'true', '', '-'),
);
const entries = fc.oneof(
  fc.array(fc.nat(1e6), { maxLength: 4 }),
  fc.array(fc.constantFrom('full', 'sliding', 'a b', 'on', '# x', '12'), { maxLength: 4 }),
);
const filled = entries.filter((list) => list.length > 0);
const { tree } = fc.letrec<{ tree: Tree; value: Value }>((tie) => ({
  tree: fc.dictionary(key, tie('value'), { maxKeys: 5, noNullPrototype: true }),
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, entries, tie('tree')),
}));
const path = fc.array(key, { minLength: 1, maxLength: 3 });

function isTree(value: Value | undefined): value is Tree {
  return typeof value === 'object' && !Array.isArray(value);
}

/** The same tree with another leaf; undefined where a leaf, a list or a mapping is in the way. */
function withLeaf(
  of: Tree,
  [first = '', ...rest]: readonly string[],
  value: Exclude<Value, Tree> | Entries,
): Tree | undefined {
  const old = of[first];
  if (rest.length === 0) {
    const isReplaced = typeof value === 'object' ? !isTree(old) : typeof old !== 'object';
    return isReplaced ? { ...of, [first]: value } : undefined;
  }
  // An entry of a list has a path too.
  fc.pre(!Array.isArray(old));
  if (old !== undefined && !isTree(old)) return undefined;
  const inner = withLeaf(old ?? {}, rest, value);
  return inner && { ...of, [first]: inner };
}

function plain(text: string, name: string): Record<string, unknown> {
  return Object.fromEntries(
    [...readDocument(text, name).fields].map(([name, field]) => [name, field.value()]),
  );
}

function toml(of: Tree, prefix: readonly string[] = []): string {
  const entries = Object.entries(of);
  const lines = entries
    .filter(([, value]) => !isTree(value))
    .map(([name, value]) => `${JSON.stringify(name)} = ${JSON.stringify(value)} # c\n`);
  const tables = entries.flatMap(([name, value]) => (isTree(value) ? [toml(value, [...prefix, name])] : []));
  const header = prefix.length === 0 ? '' : `[${prefix.map((each) => JSON.stringify(each)).join('.')}]\n`;
  return `${header}${lines.join('')}${tables.join('')}`;
}

const writers: readonly [name: string, write: (of: Tree, indent: number) => string][] = [
  ['a.json', (of, indent) => JSON.stringify(of, null, indent)],
  ['a.yaml', (of, indent) => stringify(of, { indent: Math.max(1, indent) })],
  ['a.yml', (of) => JSON.stringify(of, null, 2)],
  ['flow.yaml', (of) => stringify(of, { collectionStyle: 'flow', lineWidth: 30 })],
  ['a.toml', (of) => toml(of)],
];

describe('setField on any small document', () => {
  for (const [name, write] of writers) {
    it(`sets the one value and nothing else in ${name}`, () => {
      let edited = 0;
      fc.assert(
        fc.property(
          tree,
          path,
          fc.oneof(leaf, filled),
          fc.integer({ min: 0, max: 4 }),
          fc.boolean(),
          fc.option(key, { nil: undefined }),
          (of, at, value, indent, isWindows, beside) => {
            fc.pre(Object.keys(of).length > 0);
            const written = write(of, indent);
            const text = isWindows ? written.replaceAll('\n', '\r\n') : written;
            const wanted = withLeaf(of, at, value);
            const near = beside === undefined ? undefined : [...at.slice(0, -1), beside];
            if (wanted === undefined) {
              assert.throws(() => setField(text, name, at, value, near), isConfigError);
              return;
            }
            const result = withEdits(text, setField(text, name, at, value, near));
            assert.deepEqual(numeric(plain(result, name), at), numeric(wanted, at));
            assert.equal(result.includes('\r'), text.includes('\r'));
            edited++;
          },
        ),
        { numRuns: 400 },
      );
      assert.ok(edited > 100, `${String(edited)} documents edited`);
    });
  }
});

/** A number may take the quotes of the one that it replaces. */
function numeric(of: unknown, [first, ...rest]: readonly string[]): unknown {
  if (first === undefined) {
    if (Array.isArray(of)) return of.map((entry) => numeric(entry, []));
    return typeof of === 'string' && /^[\d_]+$/.test(of) ? Number(of.replaceAll('_', '')) : of;
  }
  if (typeof of !== 'object' || of === null) return of;
  return Object.fromEntries(
    Object.entries(of).map(([name, value]) => [name, name === first ? numeric(value, rest) : value]),
  );
}
