import assert from 'node:assert/strict';
import fc from 'fast-check';
import { reportSchemaVersion } from '../../src/model/reportSchemaVersion';
import {
  endedRun,
  otherSchemaVersion,
  parsePanelState,
  parseStoredReport,
  richerReport,
} from '../../src/extension/storedReport';
import type { Report } from '../../src/report/report';
import { runningReport, sampleReport, startingReport } from '../fixtures/sampleReport';

const at = (report: Report, createdAt: string): Report => ({ ...report, createdAt });
const noon = '2026-01-01T12:00:00.000Z';
const later = '2026-01-01T12:00:01.000Z';

describe('parseStoredReport', () => {
  it('takes reports in any state, as they come through JSON', () => {
    for (const report of [sampleReport(), runningReport(), startingReport()]) {
      const value: unknown = JSON.parse(JSON.stringify(report));
      assert.equal(parseStoredReport(value), value);
      assert.equal(parsePanelState({ report: value, controls: {} }), value);
    }
  });

  it('refuses what lacks a part of a report, and never throws', () => {
    const report = sampleReport();
    for (const value of [
      undefined,
      {},
      { ...report, schemaVersion: 1 },
      { ...report, source: { name: 1 } },
      { ...report, run: { state: 'complete' } },
      { ...report, layerKinds: [{ name: 'full_attention' }] },
      { ...report, layerKinds: [{ ...report.layerKinds[0], shape: { heads: 32 } }] },
      { ...report, layerKinds: [{ ...report.layerKinds[0], dense: { points: [{ n: 64, timing: {} }] } }] },
      { ...report, device: { name: 'CPU' } },
      { ...report, memoryShare: { of: '85 %', key: 'gpu_memory_utilization' } },
      { ...report, model: { ...report.model, stacks: [7] } },
      { ...report, scenario: { sequenceLength: 64 } },
    ]) {
      assert.equal(parseStoredReport(value), undefined);
      assert.equal(parsePanelState({ report: value }), undefined);
    }
    fc.assert(fc.property(fc.anything(), (value) => parsePanelState(value) === undefined));
  });
});

describe('otherSchemaVersion', () => {
  it('names the version of a report from another version of Headroom, and of nothing else', () => {
    const report = sampleReport();
    const other = reportSchemaVersion + 1;
    assert.equal(otherSchemaVersion({ ...report, schemaVersion: other }), other);
    assert.equal(otherSchemaVersion({ schemaVersion: 1, layerKinds: [] }), 1);
    for (const value of [report, undefined, [], { schemaVersion: 1 }, { ...report, schemaVersion: '1' }])
      assert.equal(otherSchemaVersion(value), undefined);
  });
});

describe('endedRun', () => {
  it('ends a run that was going on, with a note, and leaves any other as it is', () => {
    const ended = endedRun(runningReport(), 'Cut off.');
    assert.equal(ended.run.state, 'cancelled');
    assert.equal(ended.run.notes.at(-1), 'Cut off.');
    const complete = sampleReport();
    assert.equal(endedRun(complete, 'Cut off.'), complete);
  });
});

describe('richerReport', () => {
  it('takes the only one there is', () => {
    const report = sampleReport();
    assert.equal(richerReport(undefined, report), report);
    assert.equal(richerReport(report, undefined), report);
    assert.equal(richerReport(undefined, undefined), undefined);
  });

  it('takes the state of a run in which more was measured', () => {
    const less = at(startingReport(), noon);
    const more = at(runningReport(), noon);
    assert.equal(richerReport(less, more), more);
    assert.equal(richerReport(more, less), more);
  });

  it('takes the state that is over where as much was measured', () => {
    const over = at(sampleReport(), noon);
    const going: Report = { ...over, run: { ...over.run, state: 'running' } };
    assert.equal(richerReport(over, going), over);
    assert.equal(richerReport(going, over), over);
  });

  it('takes the later of two runs, whatever was measured', () => {
    const old = at(sampleReport(), noon);
    const fresh = at(startingReport(), later);
    assert.equal(richerReport(old, fresh), fresh);
    assert.equal(richerReport(fresh, old), fresh);
  });
});
