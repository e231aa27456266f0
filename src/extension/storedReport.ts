import * as v from 'valibot';
import type { Report } from '../report/report';
import { reportSchemaVersion } from '../model/reportSchemaVersion';

const mechanism = v.looseObject({
  id: v.string(),
  title: v.string(),
  points: v.array(v.looseObject({ n: v.number() })),
  adoption: v.looseObject({ kind: v.string() }),
});

/** As much as says that this is a report of ours; the panel checks the rest before it draws. */
const schema = v.looseObject({
  schemaVersion: v.literal(reportSchemaVersion),
  createdAt: v.string(),
  source: v.looseObject({ name: v.string(), uri: v.optional(v.string()) }),
  model: v.looseObject({ family: v.string(), modelType: v.string(), stacks: v.array(v.unknown()) }),
  scenario: v.looseObject({ sequenceLength: v.number() }),
  estimate: v.looseObject({}),
  run: v.looseObject({ state: v.string(), notes: v.array(v.string()) }),
  layerKinds: v.array(
    v.looseObject({ name: v.string(), dense: mechanism, replacements: v.array(mechanism) }),
  ),
});

/** `value` as a report that an earlier window kept, or undefined: files and a webview's state are checked. */
export function parseStoredReport(value: unknown): Report | undefined {
  // The schema is a part of Report, the rest is not needed to tell whose value this is.
  return v.is(schema, value) ? (value as unknown as Report) : undefined;
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
