import * as vscode from 'vscode';
import { joinSentences } from '../../model/phrases';
import { formatInteger } from '../../model/units';
import { InputProblem } from '../inputProblem';
import { interpretConfig } from '../interpretConfig';
import { profileRequest } from '../profileRequest';
import type { ProfileSession } from '../profileSession';
import { runObstacle } from '../runObstacle';
import { readSettings, type Settings } from '../settings';
import { profileText } from './profileText';
import { textResult } from './textResult';
import { openToolFile } from './toolFile';
import { parseProfileInput, type ProfileInput } from './toolInput';

/** `headroom_profile`: measures a config's attention on this machine, which the user has to agree to. */
export class ProfileTool implements vscode.LanguageModelTool<unknown> {
  public constructor(
    private readonly extensionPath: string,
    /** The folder of downloaded configs. */
    private readonly downloads: vscode.Uri,
    private readonly session: ProfileSession,
  ) {}

  /**
   * Rejects with an error whose message tells the model what to mend, or why nothing may run here; with a
   * CancellationError where `token` ended the run.
   */
  public async invoke(
    { input }: Pick<vscode.LanguageModelToolInvocationOptions<unknown>, 'input'>,
    token: vscode.CancellationToken,
  ): Promise<vscode.LanguageModelToolResult> {
    const { file, sequenceLength, budgetSeconds } = parseProfileInput(input);
    const document = await openToolFile(file);
    const obstacle = await runObstacle(this.extensionPath);
    if (obstacle) {
      const { message, mend } = obstacle.error;
      const instead = vscode.l10n.t('An estimate runs nothing: call headroom_estimate.');
      throw new InputProblem(joinSentences([message, mend, instead]));
    }
    const config = await interpretConfig(document, this.downloads);
    if (token.isCancellationRequested) throw new vscode.CancellationError();
    if (this.session.isRunning) {
      throw new InputProblem(
        vscode.l10n.t(
          'A profile is already running, and two would measure each other. Call again when it has ended, or ask the user to cancel it.',
        ),
      );
    }
    const asked = {
      ...(sequenceLength !== undefined && { sequenceLength }),
      ...(budgetSeconds !== undefined && { budgetSeconds }),
    };
    const cancelling = token.onCancellationRequested(() => {
      this.session.cancel();
    });
    try {
      const report = await this.session.start(profileRequest(config, asked));
      // Asked before the run, the token may answer differently now.
      if (isCancelled(token)) throw new vscode.CancellationError();
      return textResult(profileText(report));
    } finally {
      cancelling.dispose();
    }
  }

  public async prepareInvocation({
    input,
  }: vscode.LanguageModelToolInvocationPrepareOptions<unknown>): Promise<vscode.PreparedToolInvocation> {
    let asked: ProfileInput;
    try {
      asked = parseProfileInput(input);
    } catch {
      return {}; // What is wrong with the input, `invoke` says, and runs nothing.
    }
    return {
      invocationMessage: vscode.l10n.t('Profiling the attention of {0}', asked.file),
      confirmationMessages: {
        title: vscode.l10n.t('Profile attention on this machine?'),
        // As plain text: the path is of the model's making.
        message: new vscode.MarkdownString().appendText(confirmation(asked, await settingsFor(asked.file))),
      },
    };
  }
}

function isCancelled(token: vscode.CancellationToken): boolean {
  return token.isCancellationRequested;
}

/** Those of the folder that `file` is in; those of the window where there is no such file, which `invoke` says. */
async function settingsFor(file: string): Promise<Settings> {
  try {
    return readSettings((await openToolFile(file)).uri);
  } catch {
    return readSettings(undefined);
  }
}

function confirmation({ file, sequenceLength, budgetSeconds }: ProfileInput, settings: Settings): string {
  const budget = String(budgetSeconds ?? settings.budgetSeconds);
  return sequenceLength === undefined
    ? vscode.l10n.t(
        'Runs the attention of {0} at the length that it declares, and cheaper mechanisms, on this machine (device: {1}). Measuring takes about {2} s, in which the device is busy.',
        file,
        settings.device,
        budget,
      )
    : vscode.l10n.t(
        'Runs the attention of {0} at up to {1} tokens, and cheaper mechanisms, on this machine (device: {2}). Measuring takes about {3} s, in which the device is busy.',
        file,
        formatInteger(sequenceLength),
        settings.device,
        budget,
      );
}
