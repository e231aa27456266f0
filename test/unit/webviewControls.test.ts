import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePanelMessage } from '../../src/extension/panelMessageSchema';
import { reportMessage } from '../../src/extension/reportMessage';
import type { MemoryTarget } from '../../src/insight/memoryTarget';
import { longestSequence, shortestSequence } from '../../src/model/sequenceLength';
import { defaultControls, parseBatch, restoreControls } from '../../webview/controls';
import { receiveMessage, receiveReport } from '../../webview/messages';
import {
  cancelledReport,
  failedReport,
  sampleReport,
  startingReport,
  wrongFiguresReport,
} from '../fixtures/sampleReport';

const webview = join(__dirname, '..', '..', 'webview');

describe('webview: controls', () => {
  it('may ask for every length that the editor takes, and for no other', () => {
    for (const sequenceLength of [shortestSequence, longestSequence]) {
      assert.ok(parsePanelMessage({ type: 'profileAt', sequenceLength }));
    }
    for (const sequenceLength of [shortestSequence - 1, longestSequence + 1]) {
      assert.equal(parsePanelMessage({ type: 'profileAt', sequenceLength }), undefined);
    }
  });

  it('read whole batches only', () => {
    assert.deepEqual(['1', '4096', '0', '4097', '2.5', 'x', ''].map(parseBatch), [
      1,
      4096,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('restore what fits and replace what does not', () => {
    const saved = {
      headView: 'bars',
      use: 'selling',
      dtype: 'float8',
      batch: -3,
      hiddenCurves: ['dense', 7],
      stretch: 'yes',
      layerKind: 'full_attention',
    };
    assert.deepEqual(restoreControls(saved), {
      ...defaultControls,
      headView: 'bars',
      dtype: 'float8',
      hiddenCurves: ['dense'],
      layerKind: 'full_attention',
    });
    for (const nothing of [undefined, null, 'text', []]) {
      assert.deepEqual(restoreControls(nothing), defaultControls);
    }
    assert.deepEqual(restoreControls(JSON.parse(JSON.stringify(defaultControls))), defaultControls);
  });
});

describe('webview: messages', () => {
  it('take reports in every state, as they come through JSON', () => {
    for (const report of [
      sampleReport(),
      startingReport(),
      failedReport(),
      cancelledReport(),
      wrongFiguresReport(),
    ]) {
      const parsed: unknown = JSON.parse(JSON.stringify(report));
      const received = receiveMessage({ type: 'report', report: parsed });
      assert.equal(received?.ok, true);
    }
  });

  it('ignore messages of others', () => {
    for (const message of [undefined, null, 'report', { type: 'other' }, [], 7]) {
      assert.equal(receiveMessage(message), undefined);
    }
  });

  it('take a planned device with the report, and none that has no memory', () => {
    const report = sampleReport();
    const target: MemoryTarget = { name: 'H100', memoryBytes: 80 * 2 ** 30, how: 'planned' };
    const receive = (message: unknown) => receiveMessage(JSON.parse(JSON.stringify(message)));
    const received = receive(reportMessage(report, target));
    assert.ok(received?.ok);
    assert.deepEqual(received.planned, { name: 'H100', memoryBytes: 80 * 2 ** 30 });
    const wrong: readonly unknown[] = [
      undefined,
      'H100',
      { name: 'H100' },
      { name: 7, memoryBytes: 1 },
      { name: 'H100', memoryBytes: '80' },
      { name: 'H100', memoryBytes: 0 },
      { name: 'H100', memoryBytes: -1 },
      { name: 'H100', memoryBytes: Infinity },
    ];
    for (const planned of wrong) {
      const without = receive({ type: 'report', report, planned });
      assert.equal(without?.ok, true);
      assert.equal('planned' in without, false, JSON.stringify(planned));
    }
  });

  it('name no planned device while verdicts are about one of this machine', () => {
    const report = sampleReport();
    const detected: MemoryTarget = { name: 'this computer', memoryBytes: 2 ** 35, how: 'detected' };
    for (const target of [detected, undefined]) {
      assert.deepEqual(reportMessage(report, target), { type: 'report', report });
    }
  });

  it('name the version that they cannot read', () => {
    const received = receiveReport({ ...sampleReport(), schemaVersion: 1 });
    assert.ok(!received.ok);
    assert.match(received.problem, /schema version 1/);
  });

  it('refuse what would break a section', () => {
    const report = sampleReport();
    const broken: readonly unknown[] = [
      undefined,
      {},
      { ...report, model: undefined },
      { ...report, run: { ...report.run, notes: 'none' } },
      { ...report, device: 'cpu' },
      { ...report, layerKinds: [{ name: 'full_attention', layers: 16 }] },
      { ...report, layerKinds: report.layerKinds.map((kind) => ({ ...kind, replacements: [{}] })) },
      { ...report, scenario: { ...report.scenario, sequenceLength: '4096' } },
    ];
    for (const [index, value] of broken.entries()) {
      assert.equal(receiveReport(value).ok, false, `case ${String(index)}`);
    }
  });
});

describe('webview: sources', () => {
  const files = readdirSync(webview, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const read = (file: string) => readFileSync(join(webview, file), 'utf8');

  it('name the component library in one module only', () => {
    const naming = files.filter((file) =>
      /webview-ui-toolkit|['"`<]vscode-(?!high-contrast|light|dark)/.test(read(file)),
    );
    assert.deepEqual(naming, ['toolkit.ts']);
  });

  it('never write markup or inline styles', () => {
    const unsafe =
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\.style\.cssText|setAttribute\('style'/;
    assert.deepEqual(
      files.filter((file) => unsafe.test(read(file))),
      [],
    );
  });

  it('take colours from the theme only, save for the stand-ins of an exported page', () => {
    const styles = readdirSync(join(webview, 'styles')).map((file) => join('styles', file));
    for (const file of [...styles, 'panel.css']) {
      assert.doesNotMatch(read(file), /#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(/i, file);
    }
  });
});
