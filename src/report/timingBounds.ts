import type { Timing } from './report';

/** What a timing's low and high are: `95 % CI, 30 runs`, or `range of 3 runs`. */
export function describeBounds({ interval, repetitions }: Timing): string {
  const runs = `${String(repetitions)} ${repetitions === 1 ? 'run' : 'runs'}`;
  return interval === 'confidence' ? `95 % CI, ${runs}` : `range of ${runs}`;
}
