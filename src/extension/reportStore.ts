import * as vscode from 'vscode';
import type { Report } from '../report/report';
import { Disposable } from './disposable';
import type { Log } from './log';
import { endedRun, parseStoredReport } from './storedReport';

/** Between two writes of a report that still grows, in ms. */
const writeInterval = 1500;

/** Keeps the last report of the workspace on disk, so that the panel survives a reload of the window. */
export class ReportStore extends Disposable {
  private readonly file: vscode.Uri;
  private writing: Promise<void> = Promise.resolve();
  private waiting: Report | undefined;
  private timer: NodeJS.Timeout | undefined;

  public constructor(
    private readonly folder: vscode.Uri,
    private readonly log: Log,
  ) {
    super();
    this.file = vscode.Uri.joinPath(folder, 'lastReport.json');
    this._register({
      dispose: () => {
        this.flush();
      },
    });
  }

  /** Keeps `report`: at once when its run is over, else within 1.5 s, the newest state then. */
  public keep(report: Report): void {
    this.waiting = report;
    if (report.run.state !== 'running') this.flush();
    else
      this.timer ??= setTimeout(() => {
        this.flush();
      }, writeInterval);
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const report = this.waiting;
    this.waiting = undefined;
    // One after the other, so that the newest stays.
    if (report) this.writing = this.writing.then(() => this.write(report));
  }

  /** A full disk is logged, not thrown. */
  private async write(report: Report): Promise<void> {
    try {
      await vscode.workspace.fs.createDirectory(this.folder);
      await vscode.workspace.fs.writeFile(this.file, new TextEncoder().encode(JSON.stringify(report)));
    } catch (error) {
      this.log.error('the report could not be kept for after a reload', error);
    }
  }

  /** The report that was kept last, or undefined. */
  public async load(): Promise<Report | undefined> {
    try {
      const bytes = await vscode.workspace.fs.readFile(this.file);
      return parseStoredReport(JSON.parse(new TextDecoder().decode(bytes)));
    } catch {
      return undefined; // Nothing was kept yet, or the reload cut the writing off.
    }
  }
}

/** `report` as it reads after a reload: a run that was going on then has ended. */
export function endedByReload(report: Report): Report {
  return endedRun(
    report,
    vscode.l10n.t('The window was reloaded while this ran: what had not been measured is missing.'),
  );
}
