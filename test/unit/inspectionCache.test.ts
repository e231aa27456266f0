import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { FailureLog } from '../../src/extension/editor/failureLog';
import { Settling, settleTime, type Cancellable } from '../../src/extension/editor/settling';
import { VersionCache } from '../../src/extension/editor/versionCache';

describe('VersionCache', () => {
  it('makes the value of a version once, and that of the next anew', () => {
    const cache = new VersionCache<object>(2);
    const first = cache.get('a', 1, () => ({}));
    assert.equal(
      cache.get('a', 1, () => assert.fail('made again')),
      first,
    );
    assert.ok(cache.has('a', 1));
    assert.ok(!cache.has('a', 2));
    assert.notEqual(
      cache.get('a', 2, () => ({})),
      first,
    );
    assert.ok(!cache.has('a', 1));
  });

  it('keeps the documents that were asked for last', () => {
    const cache = new VersionCache<string>(2);
    cache.get('a', 1, () => 'a');
    cache.get('b', 1, () => 'b');
    cache.get('a', 1, () => assert.fail('made again'));
    cache.get('c', 1, () => 'c');
    assert.deepEqual(
      ['a', 'b', 'c'].map((key) => cache.has(key, 1)),
      [true, false, true],
    );
  });

  it('forgets one, all but one, or all', () => {
    const cache = new VersionCache<string>(5);
    const fill = (): void => {
      for (const key of ['a', 'b', 'c']) cache.get(key, 1, () => key);
    };
    const kept = (): string[] => ['a', 'b', 'c'].filter((key) => cache.has(key, 1));
    fill();
    cache.delete('b');
    assert.deepEqual(kept(), ['a', 'c']);
    fill();
    cache.clear('b');
    assert.deepEqual(kept(), ['b']);
    cache.clear();
    assert.deepEqual(kept(), []);
  });

  it('keeps nothing of a value that could not be made', () => {
    const cache = new VersionCache<string>(2);
    assert.throws(() =>
      cache.get('a', 1, () => {
        throw new Error('no');
      }),
    );
    assert.ok(!cache.has('a', 1));
  });
});

describe('Settling', () => {
  it('waits 250 ms after a change, and 1 s where the text is large', () => {
    let now = 5000;
    const settling = new Settling(() => now);
    assert.equal(
      settling.remaining('a', () => 10),
      0,
    );
    settling.changed('a');
    assert.equal(
      settling.remaining('a', () => 10),
      250,
    );
    assert.equal(
      settling.remaining('a', () => 5_000_000),
      250,
      'to look at it again',
    );
    assert.equal(
      settling.remaining('b', () => 10),
      0,
    );
    now += 100;
    assert.equal(
      settling.remaining('a', () => 10),
      150,
    );
    settling.changed('a');
    assert.equal(
      settling.remaining('a', () => 10),
      250,
    );
    now += 400;
    assert.equal(
      settling.remaining('a', () => 10),
      0,
    );
    assert.equal(
      settling.remaining('a', () => 5_000_000),
      600,
    );
    settling.forget('a');
    assert.equal(
      settling.remaining('a', () => 5_000_000),
      0,
    );
  });

  it('asks for no length between two keys: the editor counts all lines for it', async () => {
    let now = 5000;
    const settling = new Settling(() => now);
    let asked = 0;
    const length = (): number => {
      asked++;
      return 5_000_000;
    };
    for (let key = 0; key < 40; key++) {
      settling.changed('a');
      const token = new Token();
      const settled = settling.settled('a', length, token);
      now += 50;
      settling.remaining('a', length);
      token.cancel();
      assert.equal(await settled, false);
    }
    assert.equal(asked, 0);
    now += 500;
    assert.equal(settling.remaining('a', length), 450);
    assert.equal(asked, 1);
  });

  it('goes on at once where nobody types', async () => {
    assert.equal(await new Settling().settled('a', () => 10, new Token()), true);
  });

  it('waits on while somebody types', async () => {
    const settling = new Settling();
    const token = new Token();
    settling.changed('a');
    const begin = performance.now();
    const settled = settling.settled('a', () => 10, token);
    await sleep(150);
    settling.changed('a');
    assert.equal(await settled, true);
    assert.ok(performance.now() - begin >= 150 + settleTime(10) - 5, 'did not wait for the second change');
    assert.equal(token.listeners.size, 0);
  });

  it('ends at once when it is cancelled, also before it began', async () => {
    const settling = new Settling();
    const token = new Token();
    settling.changed('a');
    const begin = performance.now();
    const settled = settling.settled('a', () => 2_000_000, token);
    token.cancel();
    assert.equal(await settled, false);
    assert.equal(await settling.settled('a', () => 2_000_000, token), false);
    assert.equal(await settling.settled('b', () => 10, token), false);
    assert.ok(performance.now() - begin < 200, 'went on waiting');
    assert.equal(token.listeners.size, 0);
  });
});

describe('FailureLog', () => {
  it('gives what succeeds, and logs each failure once', async () => {
    const lines: unknown[][] = [];
    const failures = new FailureLog({
      error: (...line) => {
        lines.push(line);
      },
    });
    assert.equal(await failures.attempt('hover', () => 5), 5);
    const fail = (message: string) => () => Promise.reject<number>(new Error(message));
    for (const message of ['a', 'a', 'b', 'a']) {
      assert.equal(await failures.attempt('hover', fail(message)), undefined);
    }
    assert.equal(await failures.attempt<number>('CodeLens', throwAtOnce), undefined);
    assert.deepEqual(
      lines.map(([line, cause]) => `${String(line)}: ${(cause as Error).message}`),
      ['hover failed: a', 'hover failed: b', 'CodeLens failed: a'],
    );
  });
});

function throwAtOnce(): never {
  throw new Error('a');
}

class Token implements Cancellable {
  public isCancellationRequested = false;
  public readonly listeners = new Set<() => void>();

  public onCancellationRequested(listener: () => void): { dispose(): void } {
    this.listeners.add(listener);
    return {
      dispose: () => {
        this.listeners.delete(listener);
      },
    };
  }

  public cancel(): void {
    this.isCancellationRequested = true;
    for (const listener of this.listeners) listener();
  }
}
