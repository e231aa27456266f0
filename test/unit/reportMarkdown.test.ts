import assert from 'node:assert/strict';
import { escapeMarkdown, renderMarkdown } from '../../src/report/markdown';
import { report } from './cliReportFixture';

/** Cells of a table line, split at the pipes that are not escaped. */
function cells(line: string): string[] {
  return line.split(/(?<!\\)\|/).slice(1, -1);
}

describe('renderMarkdown', () => {
  const text = renderMarkdown(report);

  it('makes tables whose rows all have as many cells as their header', () => {
    const blocks = text.split('\n\n').filter((block) => block.startsWith('|'));
    assert.ok(blocks.length >= 6, `${String(blocks.length)} tables`);
    for (const block of blocks) {
      const lines = block.split('\n');
      assert.match(lines[1] ?? '', /^\|( :?---:? \|)+$/);
      const widths = new Set(lines.map((line) => cells(line).length));
      assert.equal(widths.size, 1, block);
    }
  });

  it('states the conditions and whether figures are measured, projected or by formula', () => {
    assert.match(text, /n = 4,096 tokens, batch 1, bfloat16/);
    assert.match(text, /float32 on cpu \(Test CPU, 2 threads\)/);
    assert.match(text, /## Dense attention, measured: full_attention/);
    assert.match(text, /## Memory \(by formula\)/);
    assert.match(text, /\| 4,096 \| 71\.0 ms \|.*\| projected \|/);
    assert.match(text, /\| 1,024 \| 4\.50 ms \|.*\| measured \|/);
    assert.doesNotMatch(text.replaceAll('NaN in row 3', ''), /NaN|undefined|Infinity/);
  });

  it('derives the figures that decide whether a length fits', () => {
    const [, derivations = ''] = text.split('## How the main figures come about');
    assert.match(derivations, /KV cache/);
    assert.match(derivations, /2 · 2 · 1 · 2 · 2 · 16 · 4,096/);
    assert.match(derivations, /Korthikanti et al\. 2022/);
  });

  it('lets no text of the report become markup', () => {
    const named = renderMarkdown({
      ...report,
      source: { name: 'a|b\n# c <img src=x> [d](e)' },
      run: { ...report.run, notes: ['1. *x* | y'] },
    });
    assert.match(named, /^# Attention of a\\\|b # c \\<img src=x\\> \\\[d\\\]\(e\)$/m);
    assert.match(named, /^- 1\\\. \\\*x\\\* \\\| y$/m);
  });
});

describe('escapeMarkdown', () => {
  it('leaves names of keys readable and escapes what would be markup', () => {
    assert.equal(escapeMarkdown('hidden_size'), 'hidden_size');
    assert.equal(escapeMarkdown('_a_ `b` &lt; \\ ~~c~~'), '\\_a\\_ \\`b\\` \\&lt; \\\\ \\~\\~c\\~\\~');
    assert.equal(escapeMarkdown('# a'), '\\# a');
    assert.equal(escapeMarkdown('- a'), '\\- a');
  });
});
