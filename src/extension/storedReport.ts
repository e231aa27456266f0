import * as v from 'valibot';
import type { Report } from '../report/report';
import { reportSchemaVersion } from '../model/reportSchemaVersion';

const timing = v.looseObject({
  medianMs: v.number(),
  lowMs: v.number(),
  highMs: v.number(),
  interval: v.picklist(['confidence', 'range']),
  repetitions: v.number(),
});

const mechanism = v.looseObject({
  id: v.string(),
  title: v.string(),
  parameters: v.record(v.string(), v.number()),
  points: v.array(v.looseObject({ n: v.number(), timing: v.optional(timing) })),
  adoption: v.looseObject({ kind: v.string() }),
});

const shape = v.looseObject({
  batch: v.number(),
  heads: v.number(),
  kvHeads: v.number(),
  headDim: v.number(),
  causal: v.boolean(),
  dtype: v.string(),
});

const device = v.looseObject({
  provider: v.string(),
  name: v.string(),
  precision: v.string(),
  runtime: v.string(),
  platform: v.string(),
});

const stack = v.looseObject({
  name: v.string(),
  layerKinds: v.array(v.looseObject({ name: v.string(), layers: v.number() })),
});

/** As much as what reads stored reports depends on; the panel checks the rest before it draws. */
const schema = v.looseObject({
  schemaVersion: v.literal(reportSchemaVersion),
  createdAt: v.string(),
  source: v.looseObject({ name: v.string(), uri: v.optional(v.string()) }),
  model: v.looseObject({ family: v.string(), modelType: v.string(), stacks: v.array(stack) }),
  memoryShare: v.optional(v.looseObject({ of: v.number(), key: v.string() })),
  scenario: v.looseObject({ sequenceLength: v.number(), batch: v.number(), dtype: v.string() }),
  estimate: v.looseObject({}),
  run: v.looseObject({ state: v.string(), notes: v.array(v.string()) }),
  device: v.optional(device),
  layerKinds: v.array(
    v.looseObject({
      name: v.string(),
      layers: v.number(),
      shape,
      dense: mechanism,
      replacements: v.array(mechanism),
    }),
  ),
});

/** `value` as a report that an earlier window kept, or undefined: files and a webview's state are checked. */
export function parseStoredReport(value: unknown): Report | undefined {
  // The schema is a part of Report, the rest is not needed to tell whose value this is.
  return v.is(schema, value) ? (value as unknown as Report) : undefined;
}

/** The schema version that `value` names where it is a report of another version of Headroom, else undefined. */
export function otherSchemaVersion(value: unknown): number | undefined {
  const named = v.safeParse(
    v.looseObject({ schemaVersion: v.number(), layerKinds: v.array(v.unknown()) }),
    value,
  );
  if (!named.success || named.output.schemaVersion === reportSchemaVersion) return undefined;
  return named.output.schemaVersion;
}

/** `report` as it reads once nobody works on it any more: a run that was going on has ended, as `note` says. */
export function endedRun(report: Report, note: string): Report {
  if (report.run.state !== 'running') return report;
  return { ...report, run: { ...report.run, state: 'cancelled', notes: [...report.run.notes, note] } };
}

/** The report in the state that the panel's page keeps over a reload, or undefined. */
export function parsePanelState(state: unknown): Report | undefined {
  const kept = v.safeParse(v.looseObject({ report: v.unknown() }), state);
  return kept.success ? parseStoredReport(kept.output.report) : undefined;
}

/**
 * Which of two reports to go on with: of two runs the later one, of two states of one run the one in which
 * more was measured, and where that is the same the one that is over.
 */
export function richerReport(a: Report | undefined, b: Report | undefined): Report | undefined {
  if (!a || !b) return a ?? b;
  if (a.createdAt !== b.createdAt) return a.createdAt > b.createdAt ? a : b;
  const more = measuredPoints(b) - measuredPoints(a);
  if (more !== 0) return more > 0 ? b : a;
  return a.run.state === 'running' ? b : a;
}

/** Measured points of all mechanisms in all layer kinds, and one for each view by head and stage. */
function measuredPoints({ layerKinds }: Report): number {
  return layerKinds
    .map(({ dense, decomposed, replacements }) =>
      [dense, ...replacements].reduce((sum, { points }) => sum + points.length, decomposed ? 1 : 0),
    )
    .reduce((sum, count) => sum + count, 0);
}
