import * as vscode from 'vscode';
import { registerCommands } from './commands';
import { EditPreview } from './editPreview';
import { exportReport } from './exportReport';
import { FetchConfigCommand } from './fetchConfigCommand';
import { createLogChannel, taggedLog } from './log';
import { sourceUri } from './openSource';
import { PanelActions } from './panelActions';
import { ProfileCommand } from './profileCommand';
import { ProfileSession } from './profileSession';
import { panelViewType } from './panelViewType';
import { ReportPanel } from './reportPanel';
import { endedByReload, ReportStore } from './reportStore';
import { showProblem } from './showProblem';
import { parsePanelState, richerReport } from './storedReport';

/** What other extensions, and the tests, see of this one. */
export interface HeadroomApi {
  /** Process id of the engine's child process while a profile runs. */
  runningWorkerPid(): number | undefined;
}

export function activate(context: vscode.ExtensionContext): HeadroomApi {
  const channel = createLogChannel();
  const log = taggedLog(channel, 'command');
  const session = new ProfileSession(context.asAbsolutePath('dist/worker.js'), taggedLog(channel, 'engine'));
  const panel = new ReportPanel(context.extensionUri, taggedLog(channel, 'panel'));
  const store = new ReportStore(context.storageUri ?? context.globalStorageUri, taggedLog(channel, 'store'));
  const downloads = vscode.Uri.joinPath(context.globalStorageUri, 'models');
  const command = new ProfileCommand(context.extensionPath, downloads, session, panel, log);
  const fetching = new FetchConfigCommand(downloads, log);
  const preview = new EditPreview();
  const actions = new PanelActions(context.extensionUri, session, command, preview, log);

  const commands = registerCommands(vscode.commands, {
    profileAttention: (argument) => command.profile(argument),
    profileAtLength: (argument) => command.profileAtLength(argument),
    openPanel: () => {
      if (session.report) panel.show(session.report);
    },
    exportReport: async () => {
      if (!session.report) return;
      try {
        await exportReport(context.extensionUri, session.report, log);
      } catch (error) {
        showProblem(error, sourceUri(session.report), log);
      }
    },
    fetchModelConfig: (argument) => fetching.fetch(argument),
    showLog: () => {
      channel.show();
    },
  });

  let hasReport = false;
  context.subscriptions.push(
    channel,
    store,
    session,
    panel,
    preview,
    ...commands,
    panel.onDidReceiveMessage((message) => actions.handle(message)),
    session.onDidChangeReport((report) => {
      panel.update(report);
      if (!hasReport) void vscode.commands.executeCommand('setContext', 'headroom.hasReport', true);
      hasReport = true;
      store.keep(report);
    }),
    vscode.window.registerWebviewPanelSerializer(panelViewType, {
      deserializeWebviewPanel: async (restored, state: unknown) => {
        // The panel's own state may be ahead of the file, or behind it.
        const shown = parsePanelState(state);
        const report = richerReport(await store.load(), shown);
        panel.adopt(restored);
        if (report && !session.report) session.publish(endedByReload(report));
      },
    }),
  );
  return { runningWorkerPid: () => session.workerPid };
}
