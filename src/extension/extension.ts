import * as vscode from 'vscode';
import { registerCommands } from './commands';
import { EditPreview } from './editPreview';
import { exportReport } from './exportReport';
import { createLogChannel, taggedLog } from './log';
import { PanelActions } from './panelActions';
import { ProfileCommand } from './profileCommand';
import { ProfileSession } from './profileSession';
import { panelViewType, ReportPanel } from './reportPanel';
import { ReportStore } from './reportStore';
import { showProblem } from './showProblem';

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
  const command = new ProfileCommand(context.extensionPath, session, panel, log);
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
        await exportReport(context.extensionUri, session.report);
      } catch (error) {
        showProblem(error, undefined, log);
      }
    },
    showLog: () => {
      channel.show();
    },
  });

  let saved: string | undefined;
  context.subscriptions.push(
    channel,
    session,
    panel,
    preview,
    ...commands,
    panel.onDidReceiveMessage((message) => actions.handle(message)),
    session.onDidChangeReport((report) => {
      panel.update(report);
      void vscode.commands.executeCommand('setContext', 'headroom.hasReport', true);
      // The beginning and the end of a run are kept, not each step of it.
      const stage = `${report.createdAt} ${report.run.state}`;
      if (stage !== saved) void store.save(report);
      saved = stage;
    }),
    vscode.window.registerWebviewPanelSerializer(panelViewType, {
      deserializeWebviewPanel: async (restored) => {
        const report = await store.load();
        panel.adopt(restored);
        if (report && !session.report) session.publish(report);
      },
    }),
  );
  return { runningWorkerPid: () => session.workerPid };
}
