import * as vscode from 'vscode';
import type { Log } from '../log';
import { showProblem } from '../showProblem';
import type { ProfileLibrary } from './profileLibrary';

/** Deletes the kept profiles after the user agreed to it. What goes wrong is shown, not thrown. */
export async function clearProfiles(library: ProfileLibrary, log: Log): Promise<void> {
  try {
    const count = await library.count();
    if (count === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t('No profiles are kept on this machine.'));
      return;
    }
    const remove = vscode.l10n.t('Delete');
    const question =
      count === 1
        ? vscode.l10n.t('Delete the profile that is kept on this machine?')
        : vscode.l10n.t('Delete the {0} profiles that are kept on this machine?', String(count));
    const detail = vscode.l10n.t(
      'They are the measured times that the editor shows beside configs. Profiles that you saved as files stay.',
    );
    const choice = await vscode.window.showWarningMessage(question, { modal: true, detail }, remove);
    if (choice !== remove) return;
    const deleted = await library.clear();
    log.info(`deleted ${String(deleted)} kept profiles`);
  } catch (error) {
    showProblem(error, undefined, log);
  }
}
