import * as v from 'valibot';
import * as vscode from 'vscode';
import type { Report } from '../report/report';
import type { Log } from './log';

/** As much as says that this is a report of ours; the file is written by this class alone. */
const storedReport = v.looseObject({
  schemaVersion: v.literal(1),
  source: v.looseObject({ name: v.string() }),
  model: v.looseObject({ family: v.string(), layerKinds: v.array(v.unknown()) }),
  scenario: v.looseObject({ sequenceLength: v.number() }),
  estimate: v.looseObject({}),
  run: v.looseObject({ state: v.string(), notes: v.array(v.string()) }),
  layerKinds: v.array(v.unknown()),
});

/** Keeps the last report of the workspace on disk, so that the panel survives a reload of the window. */
export class ReportStore {
  private readonly file: vscode.Uri;
  private writing: Promise<void> = Promise.resolve();

  public constructor(
    private readonly folder: vscode.Uri,
    private readonly log: Log,
  ) {
    this.file = vscode.Uri.joinPath(folder, 'lastReport.json');
  }

  /** Writes `report`; one after the other, so that the newest stays. A full disk is logged, not thrown. */
  public async save(report: Report): Promise<void> {
    this.writing = this.writing.then(async () => {
      try {
        await vscode.workspace.fs.createDirectory(this.folder);
        await vscode.workspace.fs.writeFile(this.file, new TextEncoder().encode(JSON.stringify(report)));
      } catch (error) {
        this.log.error('the report could not be kept for after a reload', error);
      }
    });
    return this.writing;
  }

  /** The report that was saved last, or undefined. One that was cut off by the reload reads as cancelled. */
  public async load(): Promise<Report | undefined> {
    try {
      const bytes = await vscode.workspace.fs.readFile(this.file);
      const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
      if (!v.is(storedReport, value)) return undefined;
      // Checked above as far as a file of our own needs it; the panel checks the rest before it draws.
      const report = value as unknown as Report;
      return report.run.state === 'running' ? cutOff(report) : report;
    } catch {
      return undefined; // Nothing was saved yet.
    }
  }
}

function cutOff(report: Report): Report {
  const note = vscode.l10n.t(
    'The window was reloaded while this ran: what had not been measured is missing.',
  );
  return { ...report, run: { ...report.run, state: 'cancelled', notes: [...report.run.notes, note] } };
}
