import assert from 'node:assert/strict';
import fc from 'fast-check';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../../src/config/configError';
import { readDocument } from '../../src/config/formats/readDocument';
import { readModelDocument } from '../../src/config/readModel';
import { readRecipe } from '../../src/config/recipes/registry';

const published = join(__dirname, '..', '..', '..', 'shared', 'configs');
const names = ['config.json', 'config.yaml', 'config.toml', 'config.py', 'Modelfile'];

/** Reads `text` in every way; anything but a result or a ConfigError fails. */
function readEveryWay(text: string, name: string): void {
  try {
    const document = readDocument(text, name);
    readRecipe(document, name);
    readModelDocument(document, name);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    assert.ok(error.message.length < 2000);
    if (error.range)
      assert.ok(error.range.offset >= 0 && error.range.offset + error.range.length <= text.length);
  }
}

/** Processor time in ms, which other processes do not lengthen; of several tries the best, as the collector may hit one. */
function timeOf(text: string, name: string, bar: number): number {
  let best = Infinity;
  for (let tries = 0; tries < 3 && best >= bar; tries++) {
    const start = process.cpuUsage();
    readEveryWay(text, name);
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

const splices = [
  '',
  ':',
  '- ',
  '[',
  ']',
  '{',
  '}',
  '"',
  "'",
  '"""',
  '\n',
  '\n  ',
  '\t',
  '#',
  '&a ',
  '*a',
  '? ',
  '|',
  '<<: ',
  '---\n',
  '\r',
  '\\',
  ',',
  '=',
  '0',
  '1e999',
  'null',
  'NaN',
  '-',
  '**',
  '\uFEFF',
  '\0',
  '__proto__',
];

describe('config formats: any text ends in a document or a ConfigError', () => {
  it('survives any bytes', function () {
    this.timeout(60_000);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(...names), (bytes, name) => {
        readEveryWay(Buffer.from(bytes).toString('utf8'), name);
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...splices, 'a', 'b: ', 'a = ', '"k": ')),
        fc.constantFrom(...names),
        (parts, name) => {
          readEveryWay(parts.join(''), name);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('survives 10,000 mutations of the published configs, each within 100 ms', function () {
    this.timeout(300_000);
    if (!existsSync(published)) {
      console.log('      skipped: ../shared/configs is not there');
      this.skip();
    }
    const files = readdirSync(published, { recursive: true, encoding: 'utf8' }).filter((file) =>
      statSync(join(published, file)).isFile(),
    );
    const texts = files.map((file) => [file, readFileSync(join(published, file), 'utf8')] as const);
    for (const [file, text] of texts) readEveryWay(text, file);
    const splice = fc.tuple(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat(30),
      fc.constantFrom(...splices),
    );
    let slowest = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.array(splice, { minLength: 1, maxLength: 4 }),
        ([file, text], changes) => {
          const mutated = changes.reduce((before, [place, length, put]) => {
            const at = Math.floor(place * before.length);
            return before.slice(0, at) + put + before.slice(at + length);
          }, text);
          const time = timeOf(mutated, file, 100);
          slowest = Math.max(slowest, time);
          assert.ok(time < 100, `${file}: ${time.toFixed(0)} ms`);
        },
      ),
      { numRuns: 10_000 },
    );
    assert.ok(slowest > 0);
  });

  it('takes less than a second for a megabyte of anything', function () {
    this.timeout(300_000);
    const units = [
      '[',
      '{',
      '{a: ',
      '- ',
      '? ',
      '&a ',
      '*a, ',
      '"',
      "'",
      ' ',
      '\t',
      '\n',
      '#',
      '!',
      ',',
      ']',
      '\\',
      '/*',
      '//',
      '%a\n',
      '---\n',
      '--- a\n',
      'a: ',
      'a: 1\n',
      'a: |\n',
      'a: "\n',
      'a: [\n',
      'a=1\n',
      '[a]\n',
      '[[a]]\n',
      'a.',
      '1+',
      '2**',
      '(',
      '"""',
      'NaN,',
      'FROM ',
      'PARAMETER a ',
      'class A:\n  x = 1\n',
      'add_argument(',
      'x: int = field(',
      '\r',
    ];
    const starts = ['', 'a: &a 1\nb: [', 'a = ', '{"a": ['];
    for (const unit of units) {
      for (const start of starts) {
        const text = start + unit.repeat(Math.ceil(2 ** 20 / unit.length));
        for (const name of names) {
          const time = timeOf(text, name, 1000);
          assert.ok(time < 1000, `${JSON.stringify(start + unit)} in ${name}: ${time.toFixed(0)} ms`);
        }
      }
    }
    const steps = Array.from({ length: 1400 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n');
    assert.ok(timeOf(steps, 'config.yaml', 1000) < 1000);
  });
});
