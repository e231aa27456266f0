import * as vscode from 'vscode';
import { readModel } from '../config/readModel';
import type { ModelSpec } from '../model/modelSpec';
import type { Report } from '../report/report';
import { openConfigDocument } from './configDocument';
import type { ConfigDocument } from './configDocument';
import { estimateReport } from './estimateReport';
import type { Log } from './log';
import type { ProfileRequest, ProfileSession } from './profileSession';
import type { ReportPanel } from './reportPanel';
import { runObstacle } from './runObstacle';
import { parseSequenceLength } from './sequenceLength';
import { readSettings } from './settings';
import { showProblem } from './showProblem';

/** From `Profile Attention` to the report: reads the config, opens the panel, runs. */
export class ProfileCommand {
  public constructor(
    private readonly extensionPath: string,
    private readonly session: ProfileSession,
    private readonly panel: ReportPanel,
    private readonly log: Log,
  ) {}

  /**
   * Profiles the config that `argument` (a Uri) or the active editor names, at `sequenceLength` tokens, or at
   * the length that the config declares. Resolves with the final report; undefined when there was none to
   * make, which the user has been told.
   */
  public async profile(argument: unknown, sequenceLength?: number): Promise<Report | undefined> {
    return this.attempt(argument, (document, model) =>
      this.run(document, model, sequenceLength ?? model.maxSequenceLength),
    );
  }

  /** Asks for the length first. Resolves with undefined when the question was dismissed. */
  public async profileAtLength(argument: unknown): Promise<Report | undefined> {
    return this.attempt(argument, async (document, model) => {
      const length = await askLength(model.maxSequenceLength);
      return length === undefined ? undefined : this.run(document, model, length);
    });
  }

  private async attempt(
    argument: unknown,
    act: (document: ConfigDocument, model: ModelSpec) => Promise<Report | undefined>,
  ): Promise<Report | undefined> {
    let uri: vscode.Uri | undefined;
    try {
      const document = await openConfigDocument(argument);
      uri = document.uri;
      return await act(document, readModel(document.text, document.name));
    } catch (error) {
      showProblem(error, uri, this.log);
      return undefined;
    }
  }

  private async run(
    document: ConfigDocument,
    model: ModelSpec,
    sequenceLength: number,
  ): Promise<Report | undefined> {
    const settings = readSettings(document.uri);
    const dtype = settings.dtype === 'config' ? model.dtype : settings.dtype;
    const request: ProfileRequest = {
      model,
      source: { name: document.name, uri: document.uri.toString() },
      scenario: { sequenceLength, batch: settings.batch, dtype },
      device: settings.device,
      budgetSeconds: settings.budgetSeconds,
    };
    const obstacle = await runObstacle(this.extensionPath);
    if (obstacle) {
      const report = estimateReport(request, obstacle);
      this.session.publish(report);
      this.panel.show(report);
      void vscode.window.showWarningMessage(`${obstacle.message} ${obstacle.mend}`);
      return report;
    }
    // Asked again after each wait: another start may have come first.
    while (this.session.isRunning) if (!(await this.mayReplaceRunning())) return undefined;
    const opening = this.session.onDidChangeReport((report) => {
      opening.dispose();
      this.panel.show(report);
    });
    try {
      const report = await this.session.start(request);
      this.tell(report);
      return report;
    } finally {
      opening.dispose();
    }
  }

  /** One profile at a time: two would measure each other. Whether the new one may start is the user's choice. */
  private async mayReplaceRunning(): Promise<boolean> {
    const anew = vscode.l10n.t('Cancel it and start anew');
    const showRunning = vscode.l10n.t('Show the running one');
    const choice = await vscode.window.showInformationMessage(
      vscode.l10n.t('A profile is already running.'),
      anew,
      showRunning,
    );
    if (choice === showRunning && this.session.report) this.panel.show(this.session.report);
    if (choice !== anew) return false;
    this.session.cancel();
    await this.session.idle();
    return true;
  }

  /** The panel says what went wrong; a notification only where the panel is not in sight. */
  private tell(report: Report): void {
    const { state, error } = report.run;
    if (state === 'failed' && error) this.log.warn(`${error.kind}: ${error.message}`);
    if (state !== 'failed' || !error || this.panel.isVisible) return;
    const open = vscode.l10n.t('Open Panel');
    void vscode.window.showErrorMessage(`${error.message} ${error.mend}`, open).then((choice) => {
      if (choice === open) this.panel.show(report);
    });
  }
}

async function askLength(declared: number): Promise<number | undefined> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Profile Attention at Length'),
    prompt: vscode.l10n.t('Sequence length in tokens, such as 4096 or 32k'),
    value: String(declared),
    validateInput: (typed) =>
      parseSequenceLength(typed) === undefined
        ? vscode.l10n.t('Type a number of tokens from 16 to 16m, such as 4096 or 32k.')
        : undefined,
  });
  return text === undefined ? undefined : parseSequenceLength(text);
}
