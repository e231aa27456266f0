import * as vscode from 'vscode';
import { declaredScenario } from '../config/scenario';
import { joinSentences } from '../model/phrases';
import { parseSequenceLength } from '../model/sequenceLength';
import type { Report } from '../report/report';
import { parseConfigArgument } from './configArgument';
import { openConfigDocument } from './configDocument';
import { estimateReport } from './estimateReport';
import { interpretConfig, type InterpretedConfig } from './interpretConfig';
import type { Log } from './log';
import { sourceUri } from './openSource';
import { profileRequest } from './profileRequest';
import type { ProfileSession } from './profileSession';
import type { ReportPanel } from './reportPanel';
import { runObstacle } from './runObstacle';
import type { RunObstacle } from './runObstacle';
import { showProblem } from './showProblem';

/** From `Profile Attention` to the report: reads the config, opens the panel, runs. */
export class ProfileCommand {
  private readonly toldObstacles = new Set<string>();

  public constructor(
    private readonly extensionPath: string,
    /** The folder of downloaded configs. */
    private readonly downloads: vscode.Uri,
    private readonly session: ProfileSession,
    private readonly panel: ReportPanel,
    private readonly log: Log,
  ) {}

  /**
   * Profiles the config that `argument` (a Uri, or `{ uri }`) or the active editor names, at `sequenceLength` tokens, or at
   * the length that the config declares. Resolves with the final report; undefined when there was none to
   * make, which the user has been told.
   */
  public async profile(argument: unknown, sequenceLength?: number): Promise<Report | undefined> {
    return this.attempt(argument, (config) => this.run(config, sequenceLength));
  }

  /**
   * The same at the length that `argument` names, `{ uri, sequenceLength }`; of any other argument it asks for the
   * length first. Resolves with undefined when the question was dismissed.
   */
  public async profileAtLength(argument: unknown): Promise<Report | undefined> {
    const { sequenceLength } = parseConfigArgument(argument);
    if (sequenceLength !== undefined) return this.profile(argument, sequenceLength);
    return this.attempt(argument, async (config) => {
      const length = await askLength(declaredScenario(config.model, config.reading.recipe).sequenceLength);
      return length === undefined ? undefined : this.run(await this.readAnew(config.document.uri), length);
    });
  }

  private async attempt(
    argument: unknown,
    act: (config: InterpretedConfig) => Promise<Report | undefined>,
  ): Promise<Report | undefined> {
    let uri: vscode.Uri | undefined;
    try {
      const document = await openConfigDocument(
        parseConfigArgument(argument).uri,
        sourceUri(this.session.report),
      );
      uri = document.uri;
      return await act(await interpretConfig(document, this.downloads));
    } catch (error) {
      showProblem(error, uri, this.log);
      return undefined;
    }
  }

  /** `config` is read anew after each question: the user may have edited it meanwhile. */
  private async run(
    config: InterpretedConfig,
    sequenceLength: number | undefined,
  ): Promise<Report | undefined> {
    const asked = sequenceLength === undefined ? {} : { sequenceLength };
    const obstacle = await runObstacle(this.extensionPath);
    if (obstacle) {
      const report = estimateReport(profileRequest(config, asked), obstacle.error);
      this.session.publish(report);
      this.panel.show(report);
      void this.tellObstacle(obstacle);
      return report;
    }
    let current = config;
    // Asked again after each wait: another start may have come first.
    while (this.session.isRunning) {
      if (!(await this.mayReplaceRunning())) return undefined;
      current = await this.readAnew(config.document.uri);
    }
    const opening = this.session.onDidChangeReport((report) => {
      opening.dispose();
      this.panel.show(report);
    });
    try {
      const report = await this.session.start(profileRequest(current, asked));
      this.tell(report);
      return report;
    } finally {
      opening.dispose();
    }
  }

  /** The config at `uri` as it is now. Throws InputProblem and ConfigError. */
  private async readAnew(uri: vscode.Uri): Promise<InterpretedConfig> {
    return interpretConfig(await openConfigDocument(uri), this.downloads);
  }

  /** Once a window: the panel says it each time. */
  private async tellObstacle({ error, remedy }: RunObstacle): Promise<void> {
    if (this.toldObstacles.has(error.message)) return;
    this.toldObstacles.add(error.message);
    const text = joinSentences([error.message, error.mend]);
    try {
      const actions = remedy ? [remedy.title] : [];
      const choice = await vscode.window.showInformationMessage(text, ...actions);
      if (remedy && choice === remedy.title) await vscode.commands.executeCommand(remedy.command);
    } catch (failure) {
      this.log.error('the way to mend it could not be shown', failure);
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
    const text = joinSentences([error.message, error.mend]);
    void vscode.window.showErrorMessage(text, open).then((choice) => {
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
        ? vscode.l10n.t('Type a number of tokens from 1 to 16m, such as 4096 or 32k.')
        : undefined,
  });
  return text === undefined ? undefined : parseSequenceLength(text);
}
