import * as vscode from 'vscode';
import type { RunError } from '../report/report';
import { hasRuntime, runtimePlatforms } from './runtimeSupport';

/** Why nothing can be run here. */
export interface RunObstacle {
  readonly error: RunError;
  /** A command that leads to where the user can mend it. */
  readonly remedy?: { readonly title: string; readonly command: string };
}

/** What keeps from running anything here, or undefined: the workspace is not trusted, or there is no runtime. */
export async function runObstacle(extensionPath: string): Promise<RunObstacle | undefined> {
  if (!vscode.workspace.isTrusted) {
    return {
      error: {
        kind: 'not-run',
        message: vscode.l10n.t(
          'This workspace is not trusted, so nothing is run: the figures are estimates.',
        ),
        mend: vscode.l10n.t('Trust the workspace (Workspaces: Manage Workspace Trust), then retry.'),
      },
      remedy: { title: vscode.l10n.t('Manage Workspace Trust'), command: 'workbench.trust.manage' },
    };
  }
  if (!(await hasRuntime(extensionPath))) {
    return {
      error: {
        kind: 'not-run',
        message: vscode.l10n.t(
          'The runtime has no binary for {0}-{1} in this installation, so nothing is run: the figures are estimates.',
          process.platform,
          process.arch,
        ),
        mend: vscode.l10n.t('Install the build of Headroom for one of: {0}.', runtimePlatforms.join(', ')),
      },
    };
  }
  return undefined;
}
