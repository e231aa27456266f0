import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runEngine, type EngineOutcome, type EngineRun } from '../../src/engine/client';
import { isEngineEvent, type EngineEvent, type EngineRequest } from '../../src/engine/protocol';

const request: EngineRequest = {
  type: 'profile',
  layerKinds: [],
  device: 'cpu',
  budgetSeconds: 2,
  seed: 7,
};

const step = "process.send({ type: 'step', step: 'at work', fraction: 0.5 });";
/** Keeps a worker alive that has nothing else to do. */
const linger = 'setInterval(() => {}, 1000);';

interface Recorded {
  readonly outcome: EngineOutcome;
  readonly events: readonly EngineEvent[];
  readonly lines: readonly string[];
  readonly pid: number | undefined;
}

describe('runEngine', function () {
  this.timeout(15_000);
  let folder = '';
  let count = 0;
  const started: number[] = [];

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'headroom-client-'));
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  afterEach('no process is left over', async () => {
    for (const pid of started.splice(0)) await assertGone(pid, 5000);
  });

  /** Runs `code` as the engine. */
  async function runWorker(code: string, options: Partial<EngineRun> = {}): Promise<Recorded> {
    const workerPath = join(folder, `worker${String(count++)}.cjs`);
    writeFileSync(workerPath, code);
    const events: EngineEvent[] = [];
    const lines: string[] = [];
    let pid: number | undefined;
    const { onEvent, onWorker, ...rest } = options;
    const outcome = await runEngine(request, {
      workerPath,
      signal: new AbortController().signal,
      log: (line) => lines.push(line),
      ...rest,
      onEvent: (event) => {
        events.push(event);
        onEvent?.(event);
      },
      onWorker: (id) => {
        pid = id;
        started.push(id);
        onWorker?.(id);
      },
    });
    return { outcome, events, lines, pid };
  }

  it('sends the request, relays the events in order and ends the process', async () => {
    const { outcome, events, pid } = await runWorker(`
      process.once('message', (request) => {
        process.send({ type: 'note', note: JSON.stringify(request) });
        ${step}
        process.send({ type: 'done' });
      });
      ${linger}`);
    assert.deepEqual(outcome, { state: 'complete' });
    assert.deepEqual(events, [
      { type: 'note', note: JSON.stringify(request) },
      { type: 'step', step: 'at work', fraction: 0.5 },
    ]);
    assert.ok(pid !== undefined && pid !== process.pid);
  });

  it('takes what was said last for the outcome, though the process is gone already', async () => {
    const { outcome, events } = await runWorker(
      `process.once('message', () => {
        process.send({ type: 'note', note: 'last' });
        process.send({ type: 'done' }, undefined, undefined, () => process.exit(0));
      });
      ${step}`,
      {
        onEvent: (event) => {
          if (event.type === 'step') block(700);
        },
      },
    );
    assert.deepEqual(outcome, { state: 'complete' });
    assert.equal(events.length, 2);
  });

  it('reads the last words of a process that is gone already', async () => {
    const { outcome } = await runWorker(
      `process.once('message', () => {
        process.stderr.write('std::bad_alloc\\n', () => process.abort());
      });
      ${step}`,
      {
        onEvent: () => {
          block(700);
        },
      },
    );
    assert.equal(errorOf(outcome).kind, 'out-of-memory');
  });

  it('calls an exit code a crash, and quotes the last line of its errors', async () => {
    const { outcome } = await runWorker(`
      process.once('message', () => {
        process.stderr.write('first line\\nvk: device lost\\n', () => process.exit(3));
      });`);
    const error = errorOf(outcome);
    assert.equal(error.kind, 'crash');
    assert.match(error.message, /exit code 3/);
    assert.match(error.message, /vk: device lost/);
    assert.doesNotMatch(error.message, /first line/);
    assert.notEqual(error.mend, '');
  });

  it('calls an end without a result a crash, whatever the exit code', async () => {
    const error = errorOf((await runWorker('process.once("message", () => process.exit(0));')).outcome);
    assert.equal(error.kind, 'crash');
    assert.match(error.message, /exit code 0/);
  });

  it('reports an exception of the engine', async () => {
    const error = errorOf((await runWorker("throw new Error('broken at start');")).outcome);
    assert.equal(error.kind, 'crash');
    assert.match(error.message, /exit code 1/);
  });

  it('knows memory errors in what a dying process wrote', async () => {
    for (const text of [
      "terminate called after throwing an instance of 'std::bad_alloc'",
      'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    ]) {
      const { outcome } = await runWorker(
        `process.stderr.write(${JSON.stringify(text)}, () => process.abort());`,
      );
      assert.equal(errorOf(outcome).kind, 'out-of-memory');
    }
  });

  it('suspects the memory where the system killed the process', async () => {
    const error = errorOf((await runWorker(`process.kill(process.pid, 'SIGKILL'); ${linger}`)).outcome);
    assert.equal(error.kind, 'crash');
    assert.match(error.message, /SIGKILL.*memory/);
    assert.match(error.mend, /shorter length/);
  });

  it('names the signal of another violent end', async () => {
    const error = errorOf((await runWorker(`process.kill(process.pid, 'SIGSEGV'); ${linger}`)).outcome);
    assert.equal(error.kind, 'crash');
    assert.match(error.message, /SIGSEGV/);
  });

  it('ends a process that blocks without a sign of life', async () => {
    const { outcome } = await runWorker('for (;;);', { silenceMs: 700 });
    const error = errorOf(outcome);
    assert.equal(error.kind, 'time-out');
    assert.match(error.message, /no sign of life for 1 s/);
  });

  it('lets a process that keeps reporting work longer than the silence allowed', async () => {
    const { outcome, events } = await runWorker(
      `let told = 0;
      const timer = setInterval(() => {
        ${step}
        if (++told < 14) return;
        clearInterval(timer);
        process.send({ type: 'done' });
      }, 200);`,
      { silenceMs: 2600 },
    );
    assert.deepEqual(outcome, { state: 'complete' });
    assert.equal(events.length, 14);
  });

  for (const kind of ['out-of-memory', 'device', 'runtime'] as const) {
    it(`passes on a failure of the kind ${kind}, with something to do about it`, async () => {
      const { outcome } = await runWorker(
        `process.send(${JSON.stringify({ type: 'failed', kind, message: 'it did not work' })}); ${linger}`,
      );
      const error = errorOf(outcome);
      assert.equal(error.kind, kind);
      assert.equal(error.message, 'it did not work');
      assert.notEqual(error.mend, '');
    });
  }

  it('ignores and logs what it cannot read', async () => {
    const { outcome, events, lines } = await runWorker(`
      for (const message of [null, 7, 'text', [], {}, { type: 'other' }, { type: 'step', step: 5 },
        { type: 'point', layerKind: 'full', mechanism: 'dense', point: null, parameters: {} }]) {
        process.send(message);
      }
      ${step}
      process.send({ type: 'done' });
      ${linger}`);
    assert.deepEqual(outcome, { state: 'complete' });
    assert.equal(events.length, 1);
    assert.equal(lines.filter((line) => line.includes('unreadable')).length, 8);
  });

  it('logs what the engine prints', async () => {
    const { lines } = await runWorker(`
      process.stdout.write('hello from the engine\\n', () => process.send({ type: 'done' }));
      ${linger}`);
    assert.ok(lines.includes('engine: hello from the engine'), lines.join('\n'));
  });

  it('is told of a missing bundle', async () => {
    const error = errorOf(
      await runEngine(request, {
        workerPath: join(folder, 'nothing.js'),
        signal: new AbortController().signal,
        onEvent: () => assert.fail('no event'),
        log: () => undefined,
        onWorker: () => assert.fail('no process'),
      }),
    );
    assert.equal(error.kind, 'runtime');
    assert.match(error.message, /nothing\.js is missing/);
    assert.match(error.mend, /Reinstall/);
  });

  it('is cancelled where the signal is aborted in the same tick as the start', async () => {
    const controller = new AbortController();
    const running = runWorker(linger, { signal: controller.signal });
    controller.abort();
    assert.deepEqual((await running).outcome, { state: 'cancelled' });
  });

  it('starts nothing when it was cancelled before', async () => {
    const { outcome, pid } = await runWorker(linger, { signal: AbortSignal.abort() });
    assert.deepEqual(outcome, { state: 'cancelled' });
    assert.equal(pid, undefined);
  });

  it('ends a busy process at once when it is cancelled', async () => {
    const controller = new AbortController();
    let aborted = Infinity;
    const { outcome, pid } = await runWorker(`${step} setTimeout(() => { for (;;); }, 20);`, {
      signal: controller.signal,
      onEvent: () => {
        setTimeout(() => {
          aborted = performance.now();
          controller.abort();
        }, 100);
      },
    });
    const waited = performance.now() - aborted;
    assert.deepEqual(outcome, { state: 'cancelled' });
    assert.ok(waited < 200, `${String(waited)} ms`);
    assert.ok(pid !== undefined);
    await assertGone(pid, 2000);
  });

  it('relays nothing more once it was cancelled, and leaves no timer behind', async () => {
    const controller = new AbortController();
    // The test's own time-out starts once it has been waited for.
    await Promise.resolve();
    const timers = countTimers();
    const { outcome, events } = await runWorker(
      `for (let i = 0; i < 200; i++) ${step}
      ${linger}`,
      {
        signal: controller.signal,
        // So that all of them are there when the first one is read.
        onWorker: () => {
          block(800);
        },
        onEvent: () => {
          controller.abort();
        },
      },
    );
    assert.deepEqual(outcome, { state: 'cancelled' });
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(events.length, 1);
    assert.equal(countTimers(), timers);
  });

  it('leaves no listener on the signal', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const added: string[] = [];
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      added.push(args[0]);
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      added.splice(added.indexOf(args[0]), 1);
      remove(...args);
    };
    await runWorker(`process.send({ type: 'done' }); ${linger}`, { signal });
    assert.deepEqual(added, []);
  });
});

describe('isEngineEvent', () => {
  const good: readonly EngineEvent[] = [
    { type: 'step', step: 'x', fraction: 0 },
    { type: 'note', note: 'x' },
    { type: 'skipped', layerKind: 'full', mechanism: 'dense', reason: 'x' },
    { type: 'done' },
    { type: 'failed', kind: 'runtime', message: 'x' },
  ];
  for (const event of good) {
    it(`takes a ${event.type}, and not without any of its fields`, () => {
      assert.equal(isEngineEvent(event), true);
      for (const field of Object.keys(event)) {
        const rest = Object.fromEntries(Object.entries(event).filter(([name]) => name !== field));
        assert.equal(isEngineEvent(rest), false, `without ${field}`);
      }
    });
  }
});

/** Keeps this process busy, as an editor may be, while the worker ends. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function errorOf(outcome: EngineOutcome): { kind: string; message: string; mend: string } {
  assert.ok(outcome.state === 'failed', `the state is ${outcome.state}`);
  return outcome.error;
}

function countTimers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
}

async function assertGone(pid: number, patienceMs: number): Promise<void> {
  const end = performance.now() + patienceMs;
  while (isAlive(pid)) {
    assert.ok(performance.now() < end, `the process ${String(pid)} is still there`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
