import assert from 'node:assert/strict';
import { ProgressLine } from '../../src/cli/progressLine';
import { styleFor, terminalText, wrap } from '../../src/cli/terminalText';
import { textTable } from '../../src/cli/textTable';
import { formatMilliseconds, numberColumn, textColumn } from '../../src/report/reportTable';
import { reportSections } from '../../src/report/reportSections';
import { report } from './cliReportFixture';

const plain = { width: 100, bold: (text: string) => text };

describe('textTable', () => {
  const columns = [textColumn('Part'), numberColumn('Time (ms)')];

  it('aligns numbers to the right and text to the left, by characters and not by bytes', () => {
    const table = {
      columns,
      rows: [
        ['QKᵀ', '1.25'],
        ['softmax', '–'],
      ],
    };
    assert.deepEqual(textTable(table, { width: 80, indent: ' ' }), [
      ' Part     Time (ms)',
      ' ───────  ─────────',
      ' QKᵀ           1.25',
      ' softmax          –',
    ]);
  });

  it('sets foldable rows side by side as far as the width goes, and loses none', () => {
    const rows = Array.from({ length: 32 }, (_, i) => [`head ${String(i)}`, String(i * 10)]);
    const wide = textTable({ columns, rows, foldable: true }, { width: 80, indent: '' });
    const narrow = textTable({ columns, rows, foldable: true }, { width: 30, indent: '' });
    assert.equal(wide.length, 2 + 11);
    assert.equal(narrow.length, 2 + 32);
    assert.ok(wide.every((line) => line.length <= 80));
    for (const [name] of rows) assert.match(wide.join('\n'), new RegExp(`${String(name)}\\b`));
  });
});

describe('terminalText', () => {
  it('wraps sentences at the width with a hanging indent', () => {
    assert.deepEqual(wrap('aaa bbb ccc', 8, '', '  '), ['aaa bbb', '  ccc']);
    assert.deepEqual(wrap('a-very-long-word b', 6, ' ', ' '), [' a-very-long-word', ' b']);
    assert.deepEqual(wrap('', 6, ' ', ' '), []);
  });

  it('shows the parts of a report with their units and sources, and no figure that is no number', () => {
    const text = terminalText(reportSections(report), plain);
    for (const expected of [
      /4 heads over 2 key\/value heads \(GQA\)/,
      /n = 4,096 tokens, batch 1, bfloat16/,
      /Inference fits: .* needed at n = 4,096, 8\.00 GiB on cpu \(Test CPU, 2 threads\)/,
      /^ +1,024 +4\.50 +4\.05 +5\.40 +95 % CI, 30 runs /m,
      /Dense attention, for comparison: without the window, measured: sliding_attention/,
      /Fastest of those that were measured\.[^|]*?\(fitted\)\.\s+In the config:\s+sliding_window:\s+256\.\s+A\s+key\s+of\s+the\s+config\./,
      /QKᵀ \(ms\)/,
      /1 {2}Sliding window +1\.50 +1,024 +3\.00×/,
      /1\. Sliding window \(window 256\): Fastest of those/,
      /6\.10 ms projected/,
      /1,024 +4\.50 ms .* measured/,
      /4,096 +71\.0 ms +60\.0 ms +– .* projected/,
      /Linformer was not run: it has no causal form/,
      /Asked for webgpu, which could not be used/,
      /n = 8192 was not run/,
      /Nothing was measured\./,
      /n = 2,048: NaN in row 3 \| head 1; no time is shown/,
    ]) {
      assert.match(text, expected);
    }
    assert.doesNotMatch(text.replace('NaN in row 3', ''), /NaN|undefined|Infinity/);
    assert.doesNotMatch(text, / $/m);
  });

  it('uses bold only on a terminal without NO_COLOR', () => {
    assert.equal(styleFor({ isTTY: true }, undefined).bold('x'), '\u001b[1mx\u001b[22m');
    assert.equal(styleFor({ isTTY: true }, '1').bold('x'), 'x');
    assert.equal(styleFor({}, undefined).bold('x'), 'x');
  });
});

describe('formatMilliseconds', () => {
  it('keeps three significant figures without a unit', () => {
    const figures = [123456.7, 999.6, 123.4, 12.34, 1.234, 0.1234, 0.01234, 0];
    assert.deepEqual(figures.map(formatMilliseconds), [
      '123,457',
      '1,000',
      '123',
      '12.3',
      '1.23',
      '0.123',
      '0.0123',
      '0.000',
    ]);
    assert.equal(formatMilliseconds(undefined), '–');
    assert.equal(formatMilliseconds(NaN), '–');
  });
});

describe('ProgressLine', () => {
  function collect(stream: { isTTY: boolean; columns?: number }): { line: ProgressLine; written: string[] } {
    const written: string[] = [];
    return { line: new ProgressLine({ ...stream, write: (text: string) => written.push(text) }), written };
  }

  it('rewrites one line on a terminal, cut to its width, and removes it', () => {
    const { line, written } = collect({ isTTY: true, columns: 30 });
    line.update({ step: 'Dense at n = 1,024 tokens, repetition 3', fraction: 0.256, elapsedMs: 1234 });
    line.clear();
    line.clear();
    assert.deepEqual(written, ['\r\u001b[K 25 %  1.2 s  Dense at n = 1…', '\r\u001b[K']);
  });

  it('takes a terminal of unknown width for 80 columns', () => {
    const { line, written } = collect({ isTTY: true, columns: 0 });
    line.update({ step: 'x'.repeat(100), fraction: 0, elapsedMs: 0 });
    assert.equal(written[0]?.length, '\r\u001b[K'.length + 79);
  });

  it('writes a line a step elsewhere', () => {
    const { line, written } = collect({ isTTY: false });
    line.update({ step: 'Starting', fraction: 0, elapsedMs: 0 });
    line.update({ step: 'Dense', fraction: 0.1, elapsedMs: 100 });
    line.update({ step: 'Dense', fraction: 0.2, elapsedMs: 200 });
    line.clear();
    assert.deepEqual(written, ['[  0 %, 0.0 s] Starting\n', '[ 10 %, 0.1 s] Dense\n']);
  });
});
