import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { extension, panels, until } from './fixture';

describe('activation', () => {
  // The opened folder has configs beside other files; test/e2e opens one that has none.
  it('is brought about by a config in the workspace, before anything of ours is used', async () => {
    await until('the activation', () => (extension().isActive ? true : undefined), 60_000);
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
