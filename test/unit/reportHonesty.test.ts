import assert from 'node:assert/strict';
import { profileJson } from '../../src/cli/jsonReport';
import { terminalText } from '../../src/cli/terminalText';
import { estimate } from '../../src/cost/estimateModel';
import { renderMarkdown } from '../../src/report/markdown';
import { reportSections } from '../../src/report/reportSections';
import type { LayerKindResult, MechanismResult, Report } from '../../src/report/report';
import { verdictSentences } from '../../src/report/verdict';
import { describeInterval } from '../../webview/model/figures';
import { replacementRows } from '../../webview/model/replacementRows';
import { verdict } from '../../webview/model/verdict';
import { fixture, llama1b } from '../fixtures/readFixture';
import { sampleReport } from '../fixtures/sampleReport';

const GiB = 2 ** 30;

function changed(change: (kind: LayerKindResult) => LayerKindResult): Report {
  const report = sampleReport();
  return { ...report, layerKinds: report.layerKinds.map(change) };
}

function inText(report: Report): string {
  return terminalText(reportSections(report), { width: 2000, bold: (text) => text });
}

describe('intervals', () => {
  function withRange(result: MechanismResult): MechanismResult {
    const points = result.points.map((point) => ({
      ...point,
      ...(point.timing && { timing: { ...point.timing, interval: 'range', repetitions: 3 } as const }),
    }));
    return { ...result, points };
  }
  const report = changed((kind) => ({
    ...kind,
    dense: withRange(kind.dense),
    replacements: kind.replacements.map(withRange),
  }));

  it('of fewer than six runs are called a range, in text and panel, and never a CI of those runs', () => {
    assert.match(inText(report), /range of 3 runs/);
    assert.doesNotMatch(inText(report), /95 % CI, \d+ runs/);
    assert.match(inText(sampleReport()), /95 % CI, \d+ runs/);
    const rows = JSON.stringify(report.layerKinds.map((kind) => replacementRows(kind, report.scenario, [])));
    assert.match(rows, /range of 3 runs/);
    assert.doesNotMatch(rows, /95 % CI/);
  });

  it('of a single run are none', () => {
    const timing = sampleReport().layerKinds[0]?.dense.points[0]?.timing;
    assert.ok(timing);
    assert.equal(describeInterval({ ...timing, interval: 'range', repetitions: 1 }), 'one run: no interval');
  });

  it('are null in the JSON where they are a range, which has keys of its own', () => {
    const dense = profileJson(report).dense;
    assert.ok(dense);
    assert.deepEqual([dense.ciLowMs, dense.ciHighMs, dense.spread], [null, null, null]);
    assert.ok((dense.rangeLowMs ?? NaN) < (dense.medianMs ?? NaN));
    assert.ok((dense.rangeHighMs ?? NaN) > (dense.medianMs ?? NaN));
    const sure = profileJson(sampleReport()).dense;
    assert.deepEqual([sure?.rangeLowMs, sure?.rangeHighMs], [null, null]);
  });
});

describe('layers with a window', () => {
  const report = changed((kind) => ({
    ...kind,
    window: 256,
    dense: { ...kind.dense, current: false },
    replacements: kind.replacements.map((result, index) => ({ ...result, current: index === 0 })),
  }));

  it('have a row for what they compute, without a place, a verdict or an edit', () => {
    const [kind] = report.layerKinds;
    assert.ok(kind);
    const [rival, now, next] = replacementRows(kind, report.scenario, []);
    assert.ok(rival?.status === 'measured');
    assert.equal(rival.ask.value, 'Not offered');
    assert.ok(now?.status === 'measured' && next?.status === 'measured');
    assert.deepEqual([now.rank, next.rank], ['now', '1']);
    assert.deepEqual(now.ask, { value: 'Nothing', notes: ['what these layers compute already'] });
    assert.equal(now.reason, '');
    assert.doesNotMatch(JSON.stringify(now.kind), /changes the result/);
  });

  it('say so in text and Markdown', () => {
    for (const text of [inText(report), renderMarkdown(report)]) {
      assert.match(text, /Dense attention, for comparison: without the window/);
      assert.match(text, /Now Sliding window \(window 256\): This is what these layers compute already/);
      assert.match(text, /1\\?\. BigBird .*the attention of the modelling code has to be replaced/);
      assert.doesNotMatch(text, /use_sliding_window|First: the fastest/);
    }
    assert.equal(profileJson(report).dense?.current, false);
    assert.equal(profileJson(report).replacements[0]?.current, true);
  });

  it('are the exception: otherwise the edit and its reason are printed', () => {
    assert.match(inText(sampleReport()), /In the config: use_sliding_window: true, sliding_window: 256\./);
    assert.match(inText(sampleReport()), /The weights were trained to see every token\./);
  });
});

describe('per-head times that did not verify', () => {
  const report = changed((kind) => ({
    ...kind,
    ...(kind.decomposed && {
      decomposed: {
        ...kind.decomposed,
        verification: { passed: false, maxError: 0.2, tolerance: 1e-4, rows: 8, message: 'Head 3 differs.' },
      },
    }),
  }));

  it('are shown nowhere', () => {
    const text = inText(report);
    assert.match(text, /The output did not verify \(max error 2\.0e-1\): Head 3 differs; no time is shown\./);
    assert.doesNotMatch(text, /QKᵀ \(ms\)|All heads and stages/);
    const json = profileJson(report);
    assert.deepEqual(json.dense?.perHead, []);
    const [decomposed] = json.decomposed;
    assert.deepEqual([decomposed?.verified, decomposed?.totalMs, decomposed?.sharedMs], [false, null, null]);
    assert.ok((profileJson(sampleReport()).dense?.perHead.length ?? 0) > 0);
  });
});

describe('learned positions', () => {
  const gpt2 = fixture('gpt2');
  const limit = { bytes: 64 * GiB, of: 'this computer' };
  const at = (n: number) => estimate(gpt2, { sequenceLength: n, batch: 1, dtype: 'float32' });

  function reportAt(n: number): Report {
    const scenario = { sequenceLength: n, batch: 1, dtype: 'float32' } as const;
    return { ...sampleReport(), model: gpt2, scenario, estimate: at(n) };
  }

  it('end what the model can take, whatever the memory', () => {
    const sentences = verdictSentences(gpt2, at(4096), limit).join(' ');
    assert.match(sentences, /cannot take n = 4,096: it has only 1,024 learned positions/);
    assert.match(sentences, /Every length that the model has positions for fits: up to n = 1,024/);
    assert.doesNotMatch(sentences, /longest that fits is/);
    assert.match(verdictSentences(gpt2, at(4096), { ...limit, bytes: 0 }).join(' '), /cannot take n = 4,096/);
    assert.doesNotMatch(verdictSentences(gpt2, at(1024), limit).join(' '), /cannot take/);
    const found = verdict(reportAt(4096), 'inference');
    assert.deepEqual([found.state, found.longest, found.positions], ['impossible', 'positions', 1024]);
    assert.equal(verdict(reportAt(1024), 'inference').state, 'fits');
  });

  it('do not hide that memory ends before them', () => {
    const small = { bytes: 2 * GiB, of: 'this computer' };
    assert.match(verdictSentences(gpt2, at(1024), small).join(' '), /Training does not fit/);
    assert.match(
      verdictSentences(gpt2, at(1024), small).join(' '),
      /No length fits|longest that fits is n = /,
    );
  });

  it('are not what rotary positions have', () => {
    const n = 1_000_000;
    const model = llama1b();
    const options = { sequenceLength: n, batch: 1, dtype: 'bfloat16' } as const;
    assert.doesNotMatch(verdictSentences(model, estimate(model, options), limit).join(' '), /positions/);
    assert.equal(profileJson({ ...sampleReport(), model }).model.learnedPositions, null);
    assert.equal(profileJson(reportAt(1024)).model.learnedPositions, 1024);
  });
});
