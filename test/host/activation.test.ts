import assert from 'node:assert/strict';
import { extension } from './fixture';

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
});
