import type { ConfigPlace } from '../model/configPlace';
import type { MemoryShare } from '../model/memoryShare';
import type { ModelSpec } from '../model/modelSpec';
import type { Report, ReportSource, Scenario } from './report';

/** One profile run, as the editor or the command line orders it. */
export interface ProfileJob {
  readonly model: ModelSpec;
  readonly source: ReportSource;
  readonly scenario: Scenario;
  /** What the config lets a server take of the device's memory; absent where it sets no bound. */
  readonly memoryShare?: MemoryShare;
  /** Where keys of the model's own config are read; absent where the profiled file is it. */
  readonly configPlace?: ConfigPlace;
  /** What the reader of the report should know beforehand, as sentences. */
  readonly notes?: readonly string[];
  /** `auto`, or the execution provider that the user chose. */
  readonly device: DeviceChoice;
  /** Wall time that the measurements may take. */
  readonly budgetSeconds: number;
  /** Ids of the replacements to run, so that the budget reaches longer lengths; all where absent. */
  readonly replacements?: readonly string[];
  /** Path of the engine worker's bundle, `dist/worker.js`. */
  readonly workerPath: string;
  /** Ends the run (and its process) at once when aborted. */
  readonly signal: AbortSignal;
  /** Called with a whole report whenever something new is known; the last call has the final state. */
  readonly onUpdate: (report: Report) => void;
  readonly log: (line: string) => void;
  /** Called with the process id of each engine worker that is started. */
  readonly onWorker?: (pid: number) => void;
}

/** The budget where nobody chose one; the manifest declares the same for `headroom.budgetSeconds`. */
export const defaultBudgetSeconds = 12;

export const deviceChoices = ['auto', 'cuda', 'dml', 'coreml', 'webgpu', 'cpu'] as const;

export type DeviceChoice = (typeof deviceChoices)[number];
