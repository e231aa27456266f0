import assert from 'node:assert/strict';
import { profileJson } from '../../src/cli/jsonReport';
import { renderMarkdown } from '../../src/report/markdown';
import {
  cancelledReport,
  failedReport,
  runningReport,
  sampleReport,
  startingReport,
  twoKindReport,
} from '../fixtures/sampleReport';

describe('a report in every state of its run', () => {
  const reports = {
    complete: sampleReport(),
    'two layer kinds': twoKindReport(),
    running: runningReport(),
    starting: startingReport(),
    failed: failedReport(),
    cancelled: cancelledReport(),
  };
  for (const [name, report] of Object.entries(reports)) {
    it(`${name}: is Markdown without holes`, () => {
      const text = renderMarkdown(report);
      assert.doesNotMatch(text, /NaN|undefined|Infinity|\[object/);
      assert.ok(text.includes(`Run ${report.run.state} after`));
      for (const note of report.run.notes) assert.ok(text.includes(note.slice(0, 12)), note);
    });

    it(`${name}: is JSON without undefined or NaN`, () => {
      const json = profileJson(report);
      assert.deepEqual(JSON.parse(JSON.stringify(json)), json);
      assert.equal(json.run.state, report.run.state);
      assert.equal(
        json.dense === null,
        report.layerKinds[0]?.dense.points.length === 0 || report.layerKinds.length === 0,
      );
    });
  }

  it('shows every layer kind', () => {
    const text = renderMarkdown(reports['two layer kinds']);
    for (const kind of reports['two layer kinds'].layerKinds) {
      const beside = kind.window === undefined ? '' : ', for comparison: without the window';
      assert.ok(text.includes(`## Dense attention${beside}, measured: ${kind.name}`), kind.name);
    }
  });
});
