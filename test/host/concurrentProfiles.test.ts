import assert from 'node:assert/strict';
import { closeEditors, profile, setBudget, tinyConfig, workerPid } from './fixture';
import { MessageRecorder } from './messageRecorder';

const anew = 'Cancel it and start anew';
const showRunning = 'Show the running one';

describe('a second profile while one runs', () => {
  let messages: MessageRecorder;
  before(() => {
    messages = new MessageRecorder();
  });
  beforeEach(async () => {
    messages.clear();
    await setBudget(20); // Longer than the question takes: the first one is still running then.
  });
  afterEach(closeEditors);
  after(async () => {
    messages.restore();
    await setBudget(4);
  });

  it('asks, and starts anew when it may: the first one ends as cancelled', async () => {
    const first = profile(await tinyConfig());
    await workerPid();
    messages.answer = anew;
    await setBudget(4); // For the second one: the first has read its own.
    const second = await profile(await tinyConfig());
    assert.equal(messages.only.text, 'A profile is already running.');
    assert.deepEqual(messages.only.buttons, [anew, showRunning]);
    assert.equal((await first)?.run.state, 'cancelled');
    assert.equal(second?.run.state, 'complete', second?.run.error?.message);
  });

  it('leaves the first one alone when the question is dismissed', async () => {
    await setBudget(4);
    const first = profile(await tinyConfig());
    const worker = await workerPid();
    const second = await profile(await tinyConfig());
    assert.equal(second, undefined);
    assert.equal(messages.only.text, 'A profile is already running.');
    assert.equal(await workerPid(), worker);
    assert.equal((await first)?.run.state, 'complete');
  });
});
