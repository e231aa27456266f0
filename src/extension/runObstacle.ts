import * as vscode from 'vscode';
import type { RunError } from '../report/report';
import { hasRuntime, runtimePlatforms } from './runtimeSupport';

/** Why nothing can be run here, or undefined when it can: the workspace is not trusted, or there is no runtime. */
export async function runObstacle(extensionPath: string): Promise<RunError | undefined> {
  if (!vscode.workspace.isTrusted) {
    return {
      kind: 'not-run',
      message: vscode.l10n.t('This workspace is not trusted, so nothing is run: the figures are estimates.'),
      mend: vscode.l10n.t('Trust the workspace (Workspaces: Manage Workspace Trust), then retry.'),
    };
  }
  if (!(await hasRuntime(extensionPath))) {
    return {
      kind: 'not-run',
      message: vscode.l10n.t(
        'The runtime has no binary for {0}-{1} in this installation, so nothing is run: the figures are estimates.',
        process.platform,
        process.arch,
      ),
      mend: vscode.l10n.t('Install the build of Headroom for one of: {0}.', runtimePlatforms.join(', ')),
    };
  }
  return undefined;
}
