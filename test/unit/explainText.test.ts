import assert from 'node:assert/strict';
import { explain } from '../../src/explain/explain';
import { figureKeys } from '../../src/explain/figureKeys';
import { explanationMarkdown } from '../../src/explain/markdown';
import { parseFigureKey } from '../../src/explain/parseFigureKey';
import { explanationText, lineCounter } from '../../src/explain/text';
import type { ModelSpec } from '../../src/model/modelSpec';
import { llama1b, readText } from '../fixtures/readFixture';

const options = { sequenceLength: 131_072, batch: 1, dtype: 'bfloat16' } as const;
const text = readText('examples/llama-3.2-1b/config.json');
const place = { file: 'config.json', lineAt: lineCounter(text) };

/** The line of a key in the example, counted from 1. */
function lineOf(key: string): number {
  return text.split('\n').findIndex((line) => line.includes(`"${key}"`)) + 1;
}

describe('explain: the KV cache of Llama 3.2 1B', () => {
  const derivation = explain(llama1b(), options, 'memory.kvCache');

  it('is 2·L·b·e·kv·d·n with the numbers put in', () => {
    assert.equal(derivation.formula, '2 · L · b · e · kv · d · n');
    assert.deepEqual(
      derivation.terms.map(({ symbolic, numbers, text: shown }) => [symbolic, numbers, shown]),
      [['2 · L · b · e · kv · d · n', '2 · 16 · 1 · 2 · 8 · 64 · 131,072', '4.00 GiB']],
    );
  });

  it('names the keys of the config, with their lines, and what was asked for', () => {
    const lines = explanationText(derivation, place).split('\n');
    assert.equal(lines[0], 'KV cache (memory.kvCache): 4.00 GiB (4,294,967,296 B)');
    const rowOf = (symbol: string): string => lines.find((line) => line.startsWith(`  ${symbol} `)) ?? '';
    const line = String(lineOf('num_key_value_heads'));
    assert.ok(rowOf('kv').endsWith(`num_key_value_heads = 8 (config.json:${line})`), rowOf('kv'));
    assert.ok(rowOf('n').endsWith('asked for'));
    assert.ok(lines.every((each) => each === each.trimEnd()));
  });

  it('renders to Markdown tables', () => {
    const markdown = explanationMarkdown(derivation, place);
    assert.match(markdown, /^\*\*KV cache: 4\.00 GiB\*\*\n/);
    assert.match(
      markdown,
      /\| keys and values \| 2 · L · b · e · kv · d · n \| 2 · 16 · 1 · 2 · 8 · 64 · 131,072 \|/,
    );
    assert.match(markdown, /num\\_key\\_value\\_heads = 8 \(config\.json:\d+\)/);
  });
});

describe('explain: drill-down', () => {
  it('names the figures that a sum is made of', () => {
    const { terms } = explain(llama1b(), options, 'memory.inferencePeak');
    assert.deepEqual(
      terms.flatMap(({ children }) => children),
      [
        'memory.weights',
        'memory.kvCache',
        'memory.inferenceParts.activations',
        'memory.inferenceParts.logits',
      ],
    );
  });

  it('takes like weights together', () => {
    const { terms } = explain(llama1b(), options, 'parameters.feedForward');
    assert.deepEqual(
      terms.map(({ symbolic }) => symbolic),
      ['3 · L · f · h'],
    );
  });
});

describe('explain: what a config cannot do', () => {
  const hostile = 'a|b`<img src=x>**[x](y)\u001b[31m\n# title';
  const [stack] = llama1b().stacks;
  const [kind] = stack?.layerKinds ?? [];

  it('write markup or control characters by the name of a layer', () => {
    assert.ok(stack && kind?.attention);
    const windowed = { ...kind.attention, window: 512 };
    const kinds = [
      { ...kind, name: hostile },
      { ...kind, name: 'other', attention: windowed },
    ];
    const model: ModelSpec = { ...llama1b(), stacks: [{ ...stack, layerKinds: kinds }] };
    const derivation = explain(model, options, 'memory.kvCache');
    const markdown = explanationMarkdown(derivation);
    assert.doesNotMatch(markdown, /(?<!\\)[<`]|\n# /);
    assert.ok(!markdown.includes('\u001b'));
    assert.ok(markdown.split('\n').filter((line) => line.includes('img')).length === 1);
    const plain = explanationText(derivation);
    assert.doesNotMatch(plain, /\n# /);
    assert.ok(!plain.includes('\u001b'));
  });
});

describe('explain: keys of figures', () => {
  it('are found as written, in any case, and by a last name that is one figure only', () => {
    for (const { key } of figureKeys) {
      assert.deepEqual(parseFigureKey(key), { kind: 'figure', key });
      assert.deepEqual(parseFigureKey(` ${key.toUpperCase()} `), { kind: 'figure', key });
    }
    assert.deepEqual(parseFigureKey('kvCacheBytesPerToken'), {
      kind: 'figure',
      key: 'memory.kvCacheBytesPerToken',
    });
  });

  it('are suggested for a slip of the pen and for a last name of several', () => {
    const nearest = (asked: string): readonly string[] => {
      const parsed = parseFigureKey(asked);
      assert.equal(parsed.kind, 'unknown');
      return parsed.nearest;
    };
    assert.equal(nearest('memory.kvCahce')[0], 'memory.kvCache');
    assert.equal(nearest('traning.gradients').length, 3);
    assert.deepEqual(nearest('peak'), [
      'memory.training.peak',
      'perDevice.inference.peak',
      'perDevice.training.peak',
    ]);
    assert.equal(nearest('x'.repeat(1e6)).length, 3);
  });

  it('have a line for every offset', () => {
    const lineAt = lineCounter('a\nbc\n\nd');
    assert.deepEqual([0, 1, 2, 4, 5, 6].map(lineAt), [1, 1, 2, 2, 3, 4]);
  });
});
