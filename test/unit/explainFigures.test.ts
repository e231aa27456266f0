import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../../src/config/configError';
import { readModel } from '../../src/config/readModel';
import type { EstimateOptions } from '../../src/cost/estimate';
import { estimate } from '../../src/cost/estimateModel';
import { explain, type Derivation } from '../../src/explain/explain';
import { figureKeys, figureOf } from '../../src/explain/figureKeys';
import { explanationMarkdown } from '../../src/explain/markdown';
import { symbols, symbolsIn } from '../../src/explain/symbols';
import { explanationText } from '../../src/explain/text';
import type { ModelSpec } from '../../src/model/modelSpec';
import { knownConfigs, llama1b, readText } from '../fixtures/readFixture';

/** Configs of the repository, and the published ones beside it where a developer has them. */
const published = join(__dirname, '..', '..', '..', 'shared', 'configs');

interface NamedText {
  readonly name: string;
  readonly text: string;
}

const own: NamedText[] = knownConfigs.map(({ path }) => ({ name: path, text: readText(path) }));

function publishedTexts(): NamedText[] {
  if (!existsSync(published)) return [];
  const entries = readdirSync(published).map((name) => join(published, name, 'config.json'));
  return entries
    .filter((path) => existsSync(path) && statSync(path).isFile())
    .map((path) => ({
      name: path.slice(published.length + 1),
      text: readFileSync(path, 'utf8'),
    }));
}

function readable({ name, text }: NamedText): ModelSpec | undefined {
  try {
    return readModel(text, name);
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

const plainOptions: EstimateOptions = { sequenceLength: 4096, batch: 1, dtype: 'bfloat16' };

const grid: readonly EstimateOptions[] = [
  plainOptions,
  { ...plainOptions, sequenceLength: 333, batch: 3, dtype: 'float32', sourceLength: 77 },
  { ...plainOptions, dtype: 'int4', cacheDType: 'float8', cacheLayout: 'pages', cachePageTokens: 24 },
  { ...plainOptions, weightFormat: 'nf4-double', training: { optimizer: 'muon', recomputation: 'full' } },
  { ...plainOptions, weightFormat: 'mxfp4', training: { optimizer: 'adafactor', attention: 'naive' } },
  {
    ...plainOptions,
    training: {
      recomputation: 'selective',
      attention: 'naive',
      float32Gradients: true,
      masterWeights: false,
    },
  },
  {
    ...plainOptions,
    training: {
      optimizer: 'adamw8bit',
      recomputation: 'selective',
      lora: { rank: 16, targets: 'all-linear', baseFormat: 'nf4' },
    },
    parallelism: { data: 4, zeroStage: 2, tensor: 2 },
  },
  { ...plainOptions, parallelism: { data: 8, zeroStage: 3, tensor: 2, sequence: true } },
  {
    ...plainOptions,
    batch: 2,
    training: { recomputation: 'full', optimizer: 'adafactor' },
    parallelism: { data: 3, zeroStage: 1, pipeline: 5, context: 2 },
  },
  {
    ...plainOptions,
    training: { attention: 'naive' },
    parallelism: { data: 2, zeroStage: 3, tensor: 4, pipeline: 2, expert: 2 },
  },
];

/** The numbers of a term multiplied and divided again. */
function again(numbers: string): number {
  const [times = '', ...over] = numbers.split(' / ');
  const parse = (text: string): number => {
    assert.match(text, /^-?[\d,]+(\.\d+)?(e[+-]?\d+)?$/, numbers);
    return Number(text.replaceAll(',', ''));
  };
  const product = times.split(' · ').reduce((value, text) => value * parse(text), 1);
  return over.reduce((value, text) => value / parse(text), product);
}

function assertClose(actual: number, expected: number, scale: number, message: string): void {
  assert.ok(
    Math.abs(actual - expected) <= 1e-12 * scale,
    `${message}: ${String(actual)} is not ${String(expected)}`,
  );
}

function check(derivation: Derivation, value: number, text: string, where: string): void {
  const { key, terms, fields, formula } = derivation;
  const at = `${where} ${key}`;
  assert.equal(derivation.value, value, at);
  const sum = terms.reduce((total, term) => total + term.value, 0);
  const scale = terms.reduce((total, term) => total + Math.abs(term.value), 0);
  assertClose(sum, value, Math.max(scale, Math.abs(value)), at);
  assert.ok(terms.length <= 20, `${at} has ${String(terms.length)} terms`);
  for (const term of terms) {
    assertClose(
      again(term.numbers),
      term.value,
      Math.abs(term.value),
      `${at}, ${term.symbolic} = ${term.numbers}`,
    );
    assert.equal(term.numbers.split(/ [·/] /).length, term.symbolic.split(/ [·/] /).length, at);
  }
  const explained = new Set(fields.flatMap(({ symbol }) => [symbol, ...symbolsIn(symbol)]));
  for (const symbol of symbolsIn([formula, ...terms.map(({ symbolic }) => symbolic)].join(' '))) {
    assert.ok(symbol === 'Σ' || explained.has(symbol), `${at}: ${symbol} has no row`);
  }
  for (const { symbol, source, path, value: figure, meaning } of fields) {
    assert.ok(Number.isFinite(figure), `${at} ${symbol}`);
    assert.notEqual(meaning, '');
    if (source === 'condition' || source.kind === 'rule') continue;
    assert.equal(path, source.path);
    assert.ok(source.range.length > 0, `${at} ${symbol}`);
    const last = source.path.split('.').at(-1) ?? '';
    assert.ok(text.slice(source.range.offset, source.range.offset + source.range.length).includes(last), at);
  }
  const rendered = `${explanationText(derivation)}${explanationMarkdown(derivation)}`;
  assert.doesNotMatch(rendered, /\bNaN\b|undefined|\bInfinity\b|[–]/, at);
}

describe('explain: every figure', () => {
  const named = own.map((each) => ({ ...each, model: readModel(each.text, each.name) }));

  for (const { name, text, model } of named) {
    it(`is derived to its value for ${name}`, () => {
      for (const [i, options] of grid.entries()) {
        const figures = estimate(model, options);
        for (const { key } of figureKeys) {
          check(
            explain(model, options, key, figures),
            figureOf(figures, key),
            text,
            `${name} with options ${String(i)}`,
          );
        }
      }
    });
  }

  it('is derived to its value for the published configs', function () {
    this.timeout(120_000);
    const texts = publishedTexts();
    if (texts.length === 0) {
      this.skip();
    }
    let models = 0;
    for (const each of texts) {
      const model = readable(each);
      if (model === undefined) continue;
      models++;
      for (const [i, options] of grid.entries()) {
        // All models under the plain conditions, and each of the others with every third model.
        if (i > 0 && i % 3 !== models % 3) continue;
        const figures = estimate(model, options);
        for (const { key } of figureKeys) {
          check(
            explain(model, options, key, figures),
            figureOf(figures, key),
            each.text,
            `${each.name} with options ${String(i)}`,
          );
        }
      }
    }
    assert.ok(models > 40, `${String(models)} models`);
  });

  it('has a key for every number of an estimate but the conditions', () => {
    const { parameters, flops, memory, perDevice } = estimate(llama1b(), plainOptions);
    const paths = (value: object, prefix: string): string[] =>
      Object.entries(value).flatMap(([name, entry]: [string, unknown]) => {
        if (typeof entry === 'number') return [`${prefix}.${name}`];
        return typeof entry === 'object' && entry !== null ? paths(entry, `${prefix}.${name}`) : [];
      });
    const found = [
      ...paths(parameters, 'parameters'),
      ...paths(flops, 'flops'),
      ...paths(memory, 'memory'),
      ...paths(perDevice, 'perDevice'),
    ];
    assert.deepEqual(found.sort(), figureKeys.map(({ key }) => key).sort());
  });
});

describe('explain: symbols', () => {
  it('has a row for each weight of the configs: no size without a meaning', () => {
    const known = new Set(symbols.map(({ symbol }) => symbol));
    for (const each of [...own, ...publishedTexts()]) {
      const model = readable(each);
      const weights = model?.stacks.flatMap((stack) => [
        ...stack.weights,
        ...stack.layerKinds.flatMap((kind) => kind.weights),
      ]);
      for (const { shape, name } of weights ?? []) {
        for (const symbol of shape.flatMap((factor) => symbolsIn(factor.symbol))) {
          assert.ok(known.has(symbol), `${each.name}, ${name}: ${symbol}`);
        }
      }
    }
  });

  it('is the table of the README of the cost model', () => {
    const table = readText('src/cost/README.md').split('## Conventions')[0] ?? '';
    const rows = [...table.matchAll(/^\| (\S+) +\|/gm)].map(([, symbol]) => symbol);
    const listed = rows.filter((symbol) => symbol !== 'Symbol' && !/^-+$/.test(symbol ?? ''));
    assert.deepEqual([...new Set(listed)].sort(), [...new Set(symbols.map(({ symbol }) => symbol))].sort());
  });
});
