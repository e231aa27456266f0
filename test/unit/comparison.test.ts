import assert from 'node:assert/strict';
import type { ComparedModel } from '../../src/comparison/comparedModel';
import { compareEstimates } from '../../src/comparison/compareEstimates';
import { comparisonViews } from '../../src/comparison/comparisonViews';
import { distinctNames } from '../../src/comparison/distinctNames';
import { estimate } from '../../src/cost/estimateModel';
import type { ModelSpec } from '../../src/model/modelSpec';
import { formatBytes } from '../../src/model/units';
import type { ReportSection } from '../../src/report/reportTable';
import { fixture, llama1b } from '../fixtures/readFixture';
import { sampleReport } from '../fixtures/sampleReport';

function side(name: string, model: ModelSpec, sequenceLength = model.maxSequenceLength): ComparedModel {
  return { model, scenario: { sequenceLength, batch: 1, dtype: model.dtype }, source: { name } };
}

function rowOf(section: ReportSection | undefined, title: string): readonly string[] {
  const row = section?.table?.rows.find(([first]) => first === title);
  assert.ok(row, `no row ${title}`);
  return row;
}

function textOf(sections: readonly ReportSection[]): string {
  return JSON.stringify(sections);
}

describe('compareEstimates', () => {
  const llama = side('llama', llama1b(), 8192);
  const gpt2 = side('gpt2', fixture('gpt2'), 1024);

  it('gives both figures and the second over the first, each under its own conditions', () => {
    const [figures] = compareEstimates(llama, gpt2);
    assert.deepEqual(rowOf(figures, 'n'), ['n', '8,192', '1,024', '0.13×']);
    const [a, b] = [estimate(llama.model, llama.scenario), estimate(gpt2.model, gpt2.scenario)];
    assert.deepEqual(rowOf(figures, 'KV cache').slice(1, 3), [
      formatBytes(a.memory.kvCache),
      formatBytes(b.memory.kvCache),
    ]);
    assert.match(figures?.lead[0] ?? '', /^llama: n = 8,192 tokens, batch 1, bfloat16;/);
    assert.match(figures?.lead[1] ?? '', /^gpt2: n = 1,024 tokens, batch 1, float32;/);
  });

  it('gives a ratio of one for a config beside itself', () => {
    const [figures] = compareEstimates(llama, llama);
    for (const [title, , , ratio] of figures?.table?.rows.slice(1) ?? []) assert.equal(ratio, '1.00×', title);
  });

  it('takes both at the same length where asked, and says what cannot take it', () => {
    const [figures] = compareEstimates(llama, gpt2, 8192);
    assert.deepEqual(rowOf(figures, 'n'), ['n', '8,192', '8,192', '1.00×']);
    assert.match(figures?.remarks.at(-1) ?? '', /^gpt2 has only 1,024 learned positions.*n = 8,192/);
    const [own] = compareEstimates(llama, gpt2);
    assert.doesNotMatch(textOf(own ? [own] : []), /learned positions/);
  });

  it('lists the attention layers of both', () => {
    const [, layers] = compareEstimates(side('mistral', fixture('mistral-7b')), gpt2);
    assert.deepEqual(layers?.table?.rows, [
      ['mistral', 'sliding_attention', '32', 'GQA', '32', '8', '128', '4,096', 'causal'],
      ['gpt2', 'full_attention', '12', 'MHA', '12', '12', '64', '–', 'causal'],
    ]);
  });
});

describe('comparisonViews', () => {
  it('offers both lengths where they differ', () => {
    const labels = comparisonViews(side('a', llama1b(), 512), side('b', llama1b(), 256)).map(
      ({ label }) => label,
    );
    assert.deepEqual(labels, [
      'Estimates, each at its own conditions',
      'Estimates, both at n = 512',
      'Estimates, both at n = 256',
    ]);
    assert.equal(comparisonViews(side('a', llama1b()), side('b', llama1b())).length, 1);
  });

  it('begins with what was measured where both are saved profiles, not where one is', () => {
    const report = sampleReport();
    const saved = { ...side('saved', report.model), report };
    assert.equal(comparisonViews(saved, saved)[0]?.label, 'Measured');
    assert.equal(comparisonViews(saved, side('config', report.model)).length, 1);
  });
});

describe('distinctNames', () => {
  for (const [first, second, names] of [
    ['/models/llama/config.json', '/models/gpt2/config.json', ['llama/config.json', 'gpt2/config.json']],
    ['/a/llama/config.json', '/b/llama/config.json', ['a/llama/config.json', 'b/llama/config.json']],
    ['/llama/config.json', '/x/llama/config.json', ['llama/config.json', 'x/llama/config.json']],
    ['/a/config.json', '/a/config.json', ['a/config.json', 'a/config.json']],
    ['', '/', ['', '']],
  ] as const) {
    it(`tells ${first} from ${second}`, () => {
      assert.deepEqual(distinctNames(first, second), names);
    });
  }
});
