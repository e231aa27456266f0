import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { askGraphics } from '../../src/engine/graphics/askGraphics';
import { isGraphicsDevices } from '../../src/engine/graphics/graphicsDevice';
import { probeProvider } from '../../src/engine/probeProvider';

describe('asking for the GPUs', () => {
  let folder: string;
  const never = new AbortController().signal;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'headroom-graphics-'));
  });

  after(() => rm(folder, { recursive: true, force: true }));

  async function program(code: string): Promise<string> {
    const file = path.join(folder, `${String(Math.random()).slice(2)}.js`);
    await writeFile(file, code);
    return file;
  }

  it('gives the list that the process sends', async () => {
    const devices = [{ name: 'A GPU', vendor: 'NVIDIA', memoryBytes: 8 * 2 ** 30 }];
    const file = await program(`process.send(${JSON.stringify(devices)});`);
    assert.deepEqual(await askGraphics(file, never), { devices });
  });

  it('says why there is none: a crash, a silence, an unreadable answer, a missing program', async () => {
    const crash = await program('process.exit(3);');
    assert.deepEqual(await askGraphics(crash, never), { problem: 'its process ended with exit code 3' });
    const silent = await program('setInterval(() => {}, 1000);');
    assert.deepEqual(await askGraphics(silent, never, 300), { problem: 'no answer within 0.3 s' });
    const wrong = await program('process.send([{ name: 7 }]);');
    assert.deepEqual(await askGraphics(wrong, never), { problem: 'an unreadable answer' });
    assert.ok('problem' in (await askGraphics(path.join(folder, 'missing.js'), never)));
  });

  it('ends at once when it is cancelled', async () => {
    const abort = new AbortController();
    const answer = askGraphics(await program('setInterval(() => {}, 1000);'), abort.signal);
    abort.abort();
    assert.deepEqual(await answer, { problem: 'cancelled' });
    assert.deepEqual(await askGraphics('unused', abort.signal), { problem: 'cancelled' });
  });

  it('takes no list of anything else', () => {
    assert.ok(isGraphicsDevices([]));
    for (const value of [undefined, {}, [7], [{ name: 'x', vendor: '', memoryBytes: -1 }], [{ name: 'x' }]]) {
      assert.ok(!isGraphicsDevices(value));
    }
  });

  it('probes a provider in a process that is told which', async () => {
    const file = await program(
      "process.send({ ok: true, detail: process.argv.slice(2).join(' '), precision: 'float32', flopsPerSecond: 1 });",
    );
    assert.equal((await probeProvider('cuda', file, 3)).detail, 'probe cuda');
    const wrong = await program("process.send('hello');");
    assert.equal((await probeProvider('cuda', wrong, 3)).ok, false);
  });
});
