import assert from 'node:assert/strict';
import { dense } from '../../src/attention/dense';
import { groupedQuery } from '../../src/attention/groupedQuery';
import { linear } from '../../src/attention/linear';
import type { AttentionMechanism } from '../../src/attention/mechanism';
import { performer } from '../../src/attention/performer';
import { slidingWindow } from '../../src/attention/slidingWindow';
import { affordable, type Entered } from '../../src/engine/nextLength';
import { eightHeads } from '../fixtures/attentionShapes';

/** A contender of one kernel: a verified run, two trials, and one for the memory; `otherMs` for its reference and sessions. */
function entered(mechanism: AttentionMechanism, trialMs: number, otherMs: number): Entered {
  const parameters = mechanism === slidingWindow ? { window: 256 } : { features: 256 };
  return {
    contender: { mechanism, parameters },
    trialMs,
    survivorsTrialMs: 4 * trialMs,
    buildMs: 0,
    preparingMs: otherMs,
  };
}

const denseEntry = entered(dense, 10, 10);
const window = entered(slidingWindow, 3, 10);
const features = entered(performer, 2, 500);
const sums = entered(linear, 4, 10);
const all = [denseEntry, window, features, sums];

// At twice the length dense attention does four times the work, ten times over, and its reference twice: 420 ms.
const DENSE_MS = 4 * 10 * 10 + 2 * 10;
const LINEAR_MS = 2 * 4 * 10 + 2 * 10;

describe('who runs at the next length', () => {
  const chosen = (availableMs: number, entries: readonly Entered[] = all): readonly Entered[] =>
    affordable(entries, eightHeads, { next: 2048, asked: 32_768 }, availableMs);

  it('is everybody where there is time', () => {
    assert.deepEqual(chosen(1e6), all);
  });

  it('is nobody where dense attention alone does not end in time, or nothing beside it', () => {
    assert.deepEqual(chosen(DENSE_MS - 1), []);
    assert.deepEqual(chosen(DENSE_MS + 10), []);
  });

  it('is dense attention alone where nothing else was asked for', () => {
    assert.deepEqual(chosen(DENSE_MS, [denseEntry]), [denseEntry]);
    assert.deepEqual(chosen(DENSE_MS - 1, [denseEntry]), []);
  });

  it('is dense attention and those that seem fastest at the asked length, their references counted', () => {
    // The window grows a little faster than n: its first rows see fewer keys.
    assert.deepEqual(chosen(DENSE_MS + 100), [denseEntry, window]);
    // Performer's runs are shortest, and its reference does not fit.
    assert.deepEqual(chosen(DENSE_MS + 100 + LINEAR_MS), [denseEntry, window, sums]);
  });

  it('takes what the layers have now before what seems faster: all else is weighed against it', () => {
    const ahead = { next: 2048, asked: 32_768, present: new Set(['linear']) };
    const chosen = affordable(all, eightHeads, ahead, DENSE_MS + LINEAR_MS);
    assert.deepEqual(chosen, [denseEntry, sums]);
    assert.deepEqual(affordable(all, eightHeads, ahead, DENSE_MS + LINEAR_MS - 1), [denseEntry, window]);
  });

  it('does not count what making the graphs takes as if it grew with the length', () => {
    // 300 ms of constants, and 2·4·10 + 2·10 beside them: at twice the length 400, not 700.
    const built = { ...sums, buildMs: 300 };
    assert.deepEqual(chosen(DENSE_MS + LINEAR_MS + 300, [denseEntry, built]), [denseEntry, built]);
    assert.deepEqual(chosen(DENSE_MS + LINEAR_MS + 299, [denseEntry, built]), []);
  });

  it('is the others alone where dense attention did not run', () => {
    assert.deepEqual(chosen(LINEAR_MS, [sums]), [sums]);
  });

  it('does not take a window that is still as long as the sequence for slow', () => {
    const whole = { ...eightHeads, n: 128, causal: true };
    const [rival, wide, slower] = [entered(dense, 1, 1), entered(slidingWindow, 1, 1), entered(linear, 8, 1)];
    const grouped = {
      ...entered(dense, 0.9, 1),
      contender: { mechanism: groupedQuery, parameters: { kvHeads: 2 } },
    };
    const ahead = { next: 256, asked: 131_072 };
    // Dense attention takes 42 ms at four times the work, and the window 44 at most: its work grows less.
    assert.deepEqual(affordable([rival, grouped, wide, slower], whole, ahead, 90), [rival, wide]);
  });
});
