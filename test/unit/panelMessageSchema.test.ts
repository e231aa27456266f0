import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parsePanelMessage } from '../../src/extension/panelMessageSchema';
import type { PanelMessage } from '../../src/report/panelMessages';

const good: readonly PanelMessage[] = [
  { type: 'ready' },
  { type: 'retry' },
  { type: 'cancel' },
  { type: 'profileAt', sequenceLength: 4096 },
  { type: 'apply', layerKind: 'full_attention', mechanism: 'slidingWindow' },
  { type: 'export', format: 'markdown' },
  { type: 'openConfig' },
  { type: 'showLog' },
];

const bad: readonly unknown[] = [
  undefined,
  null,
  'ready',
  {},
  { type: 'format-disk' },
  { type: 'retry', extra: 1 },
  { type: 'profileAt' },
  { type: 'profileAt', sequenceLength: '4096' },
  { type: 'profileAt', sequenceLength: 0 },
  { type: 'profileAt', sequenceLength: 12.5 },
  { type: 'profileAt', sequenceLength: Number.NaN },
  { type: 'profileAt', sequenceLength: 1e12 },
  { type: 'apply', layerKind: 'full_attention' },
  { type: 'apply', layerKind: 'x'.repeat(201), mechanism: 'bigBird' },
  { type: 'export', format: 'exe' },
];

describe('parsePanelMessage', () => {
  for (const message of good) {
    it(`takes ${JSON.stringify(message)}`, () => {
      assert.deepEqual(parsePanelMessage(message), message);
    });
  }

  for (const message of bad) {
    it(`refuses ${JSON.stringify([message]).slice(0, 60)}`, () => {
      assert.equal(parsePanelMessage(message), undefined);
    });
  }

  it('never throws', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        parsePanelMessage(value);
      }),
    );
  });
});
