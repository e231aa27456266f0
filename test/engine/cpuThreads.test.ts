import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { dense } from '../../src/attention/dense';
import { makeInputs } from '../../src/engine/inputs';
import { cpuThreads, threadsFor } from '../../src/engine/runtime/cpuThreads';
import { createAttentionSession } from '../../src/engine/runtime/session';
import { eightHeads } from '../fixtures/attentionShapes';

describe('threads on cpu', () => {
  it('are one a physical core, of those that the process may use', () => {
    assert.equal(threadsFor(8, 16), 8);
    assert.equal(threadsFor(64, 2), 2);
    assert.equal(threadsFor(0, 4), 4);
    assert.equal(threadsFor(0, 0), 1);
  });

  it('are as many in a session as the report states', async function () {
    if (process.platform !== 'linux') {
      console.log('      skipped: the threads of a process are counted in /proc');
      this.skip();
    }
    const shape = { ...eightHeads, n: 64, causal: false };
    const [kernel] = dense.kernels(shape, {});
    assert.ok(kernel);
    const running = (): number => readdirSync('/proc/self/task').length;
    const open = async (): Promise<{ release(): Promise<void> }> =>
      createAttentionSession(kernel.graph, shape, makeInputs(shape, 1), {
        provider: 'cpu',
        profile: false,
        positions: [0],
      });
    // The first session starts threads of the process's own beside.
    const first = await open();
    const before = running();
    const second = await open();
    // The caller's thread is one of them.
    assert.equal(running() - before, (await cpuThreads()) - 1);
    await second.release();
    await first.release();
  });
});
