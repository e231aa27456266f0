import { Session } from 'node:inspector/promises';
import type { Profiler } from 'node:inspector';

/** What code of ours took of the extension host's thread, in ms. */
export interface OwnTime {
  readonly totalMs: number;
  /** The longest for which it let nothing else run. */
  readonly longestMs: number;
}

/** Between two samples, in µs. */
const INTERVAL = 500;

/** Runs `act` with the processor's profile of this thread taken, and gives what the files below `folder` took of it. */
export async function ownTimeDuring(folder: string, act: () => Promise<unknown>): Promise<OwnTime> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: INTERVAL });
    await session.post('Profiler.start');
    await act();
    const { profile } = await session.post('Profiler.stop');
    return ownTime(profile, folder);
  } finally {
    session.disconnect();
  }
}

/** Of the samples in a profile, those with a file below `folder` anywhere on the stack: what we call counts as ours. */
export function ownTime({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile, folder: string): OwnTime {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const own = new Set<number>();
  const mark = (node: Profiler.ProfileNode, isBelowOurs: boolean): void => {
    const isOurs = isBelowOurs || node.callFrame.url.includes(folder);
    if (isOurs) own.add(node.id);
    for (const child of node.children ?? []) {
      const found = byId.get(child);
      if (found) mark(found, isOurs);
    }
  };
  const [root] = nodes;
  if (root) mark(root, false);
  let totalMs = 0;
  let longestMs = 0;
  let heldMs = 0;
  for (const [index, sample] of samples.entries()) {
    // A sample stands for the time until the next one.
    const ms = (timeDeltas[index + 1] ?? 0) / 1000;
    heldMs = own.has(sample) ? heldMs + ms : 0;
    if (own.has(sample)) totalMs += ms;
    longestMs = Math.max(longestMs, heldMs);
  }
  return { totalMs, longestMs };
}
