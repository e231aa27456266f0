import * as vscode from 'vscode';
import type { ProfileJob } from '../report/profileJob';
import type { Report } from '../report/report';
import { Disposable } from './disposable';
import { watchEdits } from './editWatch';
import { loadOnRequest } from './loadOnRequest';
import type { Log } from './log';
import { withProgress } from './progress';

/** What one run is about; the rest of a ProfileJob is the session's own affair. */
export type ProfileRequest = Pick<
  ProfileJob,
  | 'model'
  | 'source'
  | 'scenario'
  | 'memoryShare'
  | 'configPlace'
  | 'device'
  | 'budgetSeconds'
  | 'notes'
  | 'replacements'
>;

interface Running {
  readonly abort: AbortController;
  readonly ended: Promise<Report>;
}

/** Runs profiles, one at a time, and keeps the last report. The panel may come and go meanwhile. */
export class ProfileSession extends Disposable {
  private readonly changed = this._register(new vscode.EventEmitter<Report>());
  /** Fires with a whole report whenever something new is known. */
  public readonly onDidChangeReport = this.changed.event;
  private current: Running | undefined;
  private last: Report | undefined;
  private pid: number | undefined;

  public constructor(
    private readonly workerPath: string,
    private readonly log: Log,
  ) {
    super();
    this._register({
      dispose: () => {
        this.cancel();
      },
    });
  }

  public get isRunning(): boolean {
    return this.current !== undefined;
  }

  public get report(): Report | undefined {
    return this.last;
  }

  /** Process id of the engine's child process, while there is one. */
  public get workerPid(): number | undefined {
    return this.pid;
  }

  /** Makes `report` the last one: from the store after a reload, or one that only has estimates. */
  public publish(report: Report): void {
    this.last = report;
    if (!this.isDisposed) this.changed.fire(report);
  }

  /** Asks the running profile to end; its process is ended at once. */
  public cancel(): void {
    this.current?.abort.abort();
  }

  /** Resolves when nothing runs any more. */
  public async idle(): Promise<void> {
    await this.current?.ended.catch(() => undefined); // Whoever started it hears of the failure.
  }

  /**
   * Profiles with a progress notification until the run is complete, cancelled or failed, and resolves with
   * the final report. Throws Error when a profile is running: ask `isRunning` first.
   */
  public async start(request: ProfileRequest): Promise<Report> {
    if (this.current) throw new Error('A profile is already running.');
    const abort = new AbortController();
    const edits = watchEdits(request.source.uri);
    const ended = withProgress(request.source.name, abort, async (onUpdate) => {
      const { profile } = await loadOnRequest();
      return profile({
        ...request,
        workerPath: this.workerPath,
        signal: abort.signal,
        log: (line) => {
          this.log.info(line);
        },
        onWorker: (pid) => {
          this.pid = pid;
        },
        onUpdate: (report) => {
          onUpdate(report);
          this.publish(edits.annotate(report));
        },
      });
    });
    this.current = { abort, ended };
    this.log.info(`profiling ${request.source.name} at ${String(request.scenario.sequenceLength)} tokens`);
    try {
      const report = edits.annotate(await ended);
      this.log.info(`${report.run.state} after ${(report.run.elapsedMs / 1000).toFixed(1)} s`);
      this.publish(report);
      return report;
    } finally {
      edits.dispose();
      this.current = undefined;
      this.pid = undefined;
    }
  }
}
