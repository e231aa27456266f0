import type { ModelSpec } from '../../src/model/modelSpec';
import { profile } from '../../src/report/profile';
import type { ProfileJob } from '../../src/report/profileJob';
import type { LayerKindResult, Report } from '../../src/report/report';
import { gptStyle } from '../fixtures/gptStyle';
import { workerBundle } from './workerBundle';

export interface ProfileRun {
  readonly report: Report;
  readonly updates: readonly Report[];
  readonly lines: readonly string[];
}

/** One layer of two heads of 16: measured in no time. */
export const tinyModel: ModelSpec = gptStyle(32, 2, 1);

/** Profiles a tiny model with the real worker; `changes` replaces parts of the job. */
export async function profileRun(changes: Partial<ProfileJob> = {}): Promise<ProfileRun> {
  const updates: Report[] = [];
  const lines: string[] = [];
  const report = await profile({
    model: tinyModel,
    source: { name: 'config.json' },
    scenario: { sequenceLength: 128, batch: 1, dtype: 'float32' },
    device: 'cpu',
    budgetSeconds: 4,
    // One, so that a short budget lasts; every one is checked by itself in everyMechanism.test.ts.
    replacements: ['sliding-window'],
    workerPath: await workerBundle(),
    signal: new AbortController().signal,
    log: (line) => lines.push(line),
    ...changes,
    onUpdate: (update) => {
      updates.push(update);
      changes.onUpdate?.(update);
    },
  });
  return { report, updates, lines };
}

/** The only kind of layer of a report. Throws RangeError where there is none. */
export function onlyKind(report: Report): LayerKindResult {
  const [kind] = report.layerKinds;
  if (kind === undefined) throw new RangeError('the report has no kind of layer');
  return kind;
}
