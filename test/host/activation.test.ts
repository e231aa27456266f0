import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { extension, panels } from './fixture';

describe('activation', () => {
  it('happens on demand only', async () => {
    const { isActive } = extension();
    assert.equal(isActive, false, 'opening a folder must not start the extension');
    await extension().activate();
    assert.equal(extension().isActive, true);
  });

  it('does not load the runtime into the extension host', () => {
    assert.deepEqual(
      Object.keys(require.cache).filter((file) => file.includes('onnxruntime')),
      [],
    );
  });

  it('has no worker process before anything is profiled', async () => {
    const api = await extension().activate();
    assert.equal(api.runningWorkerPid(), undefined);
  });

  // Here, since this file runs first: no test before it has made a report.
  it('leaves the commands that need a report without effect, and without an error', async () => {
    await vscode.commands.executeCommand('headroom.openPanel');
    await vscode.commands.executeCommand('headroom.exportReport');
    assert.deepEqual(panels(), []);
  });
});
