import assert from 'node:assert/strict';
import type { Profiler } from 'node:inspector';
import { ownTime, ownTimeDuring } from '../../bench/host/ownTime';

function node(id: number, url: string, children: number[]): Profiler.ProfileNode {
  const callFrame = { functionName: '', scriptId: '0', url, lineNumber: 0, columnNumber: 0 };
  return { id, callFrame, children };
}

describe("the bench's time of our own", () => {
  it('counts what has our file on its stack, and finds the longest stretch of it', () => {
    const nodes = [
      node(1, '', [2, 4]),
      node(2, 'file:///ours/dist/extension.js', [3]),
      node(3, 'file:///editor/host.js', []),
      node(4, 'file:///editor/host.js', []),
    ];
    const profile = {
      nodes,
      samples: [4, 2, 3, 4, 3, 1],
      timeDeltas: [0, 1000, 2000, 3000, 4000, 500],
      startTime: 0,
      endTime: 10_500,
    };
    assert.deepEqual(ownTime(profile, '/ours/dist/'), { totalMs: 5.5, longestMs: 5 });
    assert.deepEqual(ownTime(profile, '/others/'), { totalMs: 0, longestMs: 0 });
  });

  it('measures what runs', async () => {
    const busy = (): Promise<void> => {
      const end = performance.now() + 150;
      while (performance.now() < end);
      return Promise.resolve();
    };
    // How much of the time a busy machine lets it have decides nothing.
    const own = await ownTimeDuring('benchOwnTime', busy);
    assert.ok(own.longestMs > 0 && own.totalMs >= own.longestMs, JSON.stringify(own));
    const { totalMs } = await ownTimeDuring('/no/such/folder/', busy);
    assert.equal(totalMs, 0);
  });
});
