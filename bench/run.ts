import { activationBar } from './activationBar';
import { denseRateBar, slidingWindowBars } from './attentionBars';
import { editorBars } from './editorBars';
import { estimateBars } from './estimateBars';
import { isReached, printBar, type Bar } from './bar';
import { replacementBars } from './replacementBars';
import { scalingBars } from './scalingBars';
import { bundleBars, profileBars } from './profileBars';

/** Prints every figure beside its bar. A missed bar is reported, not an error: machines differ. */
async function main(): Promise<void> {
  const bars: Bar[] = [];
  const add = (more: readonly Bar[]): void => {
    for (const bar of more) printBar(bar);
    bars.push(...more);
  };
  add(estimateBars());
  add([await denseRateBar()]);
  add(await slidingWindowBars());
  add(await replacementBars());
  add(await scalingBars());
  add(await profileBars());
  add([activationBar()]);
  add(await editorBars());
  add(bundleBars());
  const missed = bars.filter((bar) => !isReached(bar));
  console.log(`\n${String(bars.length - missed.length)} of ${String(bars.length)} bars reached`);
}

void main();
