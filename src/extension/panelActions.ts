import * as vscode from 'vscode';
import type { PanelMessage } from '../report/panelMessages';
import type { Report } from '../report/report';
import { adoptReplacement } from './adoptReplacement';
import type { EditPreview } from './editPreview';
import { InputProblem } from './inputProblem';
import { loadOnRequest } from './loadOnRequest';
import type { Log } from './log';
import { openSource, sourceUri } from './openSource';
import type { ProfileCommand } from './profileCommand';
import type { ProfileSession } from './profileSession';
import { showProblem } from './showProblem';

/** Does what the user asks for in a page that shows a report. */
export class PanelActions {
  public constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly session: ProfileSession,
    private readonly command: ProfileCommand,
    private readonly preview: EditPreview,
    private readonly log: Log,
  ) {}

  /** Carries out `message` from the page that shows `report`; what goes wrong is shown, not thrown. */
  public async handle(message: PanelMessage, report: Report | undefined): Promise<void> {
    try {
      await this.act(message, report);
    } catch (error) {
      showProblem(error, sourceUri(report), this.log);
    }
  }

  private async act(message: PanelMessage, report: Report | undefined): Promise<void> {
    switch (message.type) {
      case 'ready':
        return;
      case 'cancel':
        this.session.cancel();
        return;
      case 'showLog':
        await vscode.commands.executeCommand('headroom.showLog');
        return;
    }
    if (!report) {
      throw new InputProblem(
        vscode.l10n.t(
          'The report in this panel could not be restored. Open its config and run Profile Attention anew.',
        ),
      );
    }
    switch (message.type) {
      case 'retry':
        await this.command.profile((await openSource(report)).uri, report.scenario.sequenceLength);
        return;
      case 'profileAt':
        await this.command.profile((await openSource(report)).uri, message.sequenceLength);
        return;
      case 'apply':
        await adoptReplacement(report, message.layerKind, message.mechanism, this.preview);
        return;
      case 'export':
        await (await loadOnRequest()).exportReport(this.extensionUri, report, this.log, message.format);
        return;
      case 'openConfig':
        await vscode.window.showTextDocument(await openSource(report), { viewColumn: vscode.ViewColumn.One });
    }
  }
}
