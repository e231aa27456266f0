/** One timed node of one run, as the runtime's profile has it. */
export interface TraceEvent {
  /** The node's name in the graph. */
  readonly node: string;
  readonly durationMs: number;
}

export interface Trace {
  /** Events of each run, in order. On a GPU the device's own kernel times, else the host's node times. */
  readonly runs: readonly (readonly TraceEvent[])[];
  readonly clock: 'cpu' | 'gpu';
  /** Largest number of bytes in use in the runtime's arena; absent where the provider does not say. */
  readonly peakBytes?: number;
}

interface RawEvent {
  readonly cat: string;
  readonly name: string;
  readonly ts: number;
  readonly dur: number;
  readonly peak: number;
}

const NODE_SUFFIX = '_kernel_time';

/**
 * Reads the runtime's profile (Chrome trace JSON). On `cpu` each node is a `Node` event named
 * `<node>_kernel_time`; on `webgpu` those are only the host's enqueue times, and the device's are
 * `Api` events named `<node>&<operator>&<kernel>`, of which one node may have several.
 * Throws SyntaxError when the file was cut off.
 */
export function parseTrace(text: string): Trace {
  const events = rawEvents(JSON.parse(text));
  const runs = events.filter((event) => event.cat === 'Session' && event.name === 'model_run');
  const gpu = events.filter((event) => event.cat === 'Api' && event.name.includes('&'));
  const nodes = events.filter((event) => event.cat === 'Node' && event.name.endsWith(NODE_SUFFIX));
  const source = gpu.length > 0 ? gpu : nodes;
  const nameOf = (event: RawEvent): string =>
    gpu.length > 0 ? event.name.slice(0, event.name.indexOf('&')) : event.name.slice(0, -NODE_SUFFIX.length);
  const peak = Math.max(0, ...nodes.map((event) => event.peak));
  return {
    runs: runs.map((run) =>
      source
        .filter((event) => event.ts >= run.ts && event.ts <= run.ts + run.dur)
        .map((event) => ({ node: nameOf(event), durationMs: event.dur / 1000 })),
    ),
    clock: gpu.length > 0 ? 'gpu' : 'cpu',
    ...(peak > 0 ? { peakBytes: peak } : {}),
  };
}

function rawEvents(parsed: unknown): RawEvent[] {
  if (!Array.isArray(parsed)) throw new SyntaxError('the profile is not a list of events');
  return parsed.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) return [];
    const fields = new Map<string, unknown>(Object.entries(entry));
    const [cat, name, ts, dur, args] = ['cat', 'name', 'ts', 'dur', 'args'].map((key) => fields.get(key));
    if (
      typeof cat !== 'string' ||
      typeof name !== 'string' ||
      typeof ts !== 'number' ||
      typeof dur !== 'number'
    ) {
      return [];
    }
    const peak =
      typeof args === 'object' && args !== null && 'mem_in_use_peak' in args
        ? Number(args.mem_in_use_peak)
        : 0;
    return [{ cat, name, ts, dur, peak: Number.isFinite(peak) ? peak : 0 }];
  });
}
