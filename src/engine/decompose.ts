import * as l10n from '@vscode/l10n';
import { decomposedGraph, parseStageNodeName, stageNodeName, type Stage } from '../attention/decomposed';
import { dense } from '../attention/dense';
import type { AttentionInputs, AttentionShape } from '../attention/mechanism';
import type { DecomposedResult, HeadTiming } from '../report/report';
import { createAttentionSession } from './runtime/session';
import type { Trace, TraceEvent } from './runtime/trace';
import { interquartileRange, median } from './timing';
import { computeReference, verify } from './verify';

/** Runs of the decomposed graph at most; each records every node. */
const MOST_RUNS = 12;

/**
 * Times every head and stage of dense attention at `shape` from the runtime's own profile, for at
 * most `sliceMs`. Rejects with the runtime's error where the graph cannot run.
 */
export async function decompose(
  shape: AttentionShape,
  inputs: AttentionInputs,
  positions: readonly number[],
  provider: string,
  sliceMs: number,
): Promise<DecomposedResult> {
  const session = await createAttentionSession(decomposedGraph(shape), shape, inputs, {
    provider,
    profile: true,
    positions,
  });
  try {
    const start = performance.now();
    let runs = 0;
    // The first run is a warm-up and is dropped from the figures; two more make a median and a spread.
    while (runs < 3 || (runs < MOST_RUNS && performance.now() - start < sliceMs)) {
      await session.run();
      runs++;
    }
    const reference = computeReference(dense, shape, {}, inputs, positions);
    const verification = verify(shape, reference, session.sampledOutput());
    const trace = await session.trace();
    const gap = traceGap(trace, shape, provider);
    if (gap !== undefined) throw new Error(gap);
    return { ...summariseTrace(trace, shape), verification };
  } finally {
    await session.release();
  }
}

/**
 * Why a trace does not tell the stages' times, or undefined where it does. On a device that works
 * asynchronously the host's node events are enqueue times and say nothing.
 */
export function traceGap(trace: Trace, shape: AttentionShape, provider: string): string | undefined {
  if (provider !== 'cpu' && trace.clock !== 'gpu') {
    return l10n.t("the runtime's profile has no device times for {0}", provider);
  }
  for (const events of trace.runs) {
    const seen = new Set(events.map((event) => event.node));
    for (let head = 0; head < shape.heads; head++) {
      const missing = (['qk', 'softmax', 'pv'] as const).find(
        (stage) => !seen.has(stageNodeName(head, stage)),
      );
      if (missing !== undefined)
        return l10n.t("the runtime's profile lacks the {0} stage of head {1}", missing, String(head));
    }
  }
  return undefined;
}

/** Medians by head and stage over the runs of a trace, its first run left out. */
export function summariseTrace(trace: Trace, shape: AttentionShape): Omit<DecomposedResult, 'verification'> {
  const runs = trace.runs.slice(1).map((events) => sumByHead(events, shape.heads));
  const over = (of: (run: RunTimes) => number): number => median(runs.map(of));
  const perHead: HeadTiming[] = Array.from({ length: shape.heads }, (_, head) => ({
    head,
    qkMs: over((run) => stageTime(run, head, 'qk')),
    softmaxMs: over((run) => stageTime(run, head, 'softmax') + stageTime(run, head, 'mask')),
    pvMs: over((run) => stageTime(run, head, 'pv')),
    spreadMs: interquartileRange(runs.map((run) => headTotal(run, head))),
  }));
  return {
    n: shape.n,
    perHead,
    totalMs: over((run) =>
      Array.from({ length: shape.heads }, (_, head) => headTotal(run, head)).reduce(add, 0),
    ),
    sharedMs: over((run) => run.sharedMs),
    repetitions: runs.length,
    clock: trace.clock === 'gpu' ? 'runtime profile, gpu' : 'runtime profile, cpu',
  };
}

interface RunTimes {
  readonly heads: readonly Map<Stage, number>[];
  readonly sharedMs: number;
}

function sumByHead(events: readonly TraceEvent[], heads: number): RunTimes {
  const times = Array.from({ length: heads }, () => new Map<Stage, number>());
  let sharedMs = 0;
  for (const event of events) {
    const place = parseStageNodeName(event.node);
    const head = place === undefined ? undefined : times[place.head];
    if (place === undefined || head === undefined) sharedMs += event.durationMs;
    else head.set(place.stage, (head.get(place.stage) ?? 0) + event.durationMs);
  }
  return { heads: times, sharedMs };
}

function stageTime(run: RunTimes, head: number, stage: Stage): number {
  return run.heads[head]?.get(stage) ?? 0;
}

function headTotal(run: RunTimes, head: number): number {
  return [...(run.heads[head]?.values() ?? [])].reduce(add, 0);
}

function add(a: number, b: number): number {
  return a + b;
}
