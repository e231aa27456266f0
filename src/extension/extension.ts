import * as vscode from 'vscode';
import { registerCommands } from './commands';
import { parseConfigArgument } from './configArgument';
import { DeviceService } from './device/deviceService';
import { DeviceStatusBar } from './device/deviceStatusBar';
import { registerEditorFeatures } from './editor/registerEditorFeatures';
import { EditPreview } from './editPreview';
import { FetchConfigCommand } from './fetchConfigCommand';
import { loadOnRequest } from './loadOnRequest';
import { createLogChannel, taggedLog } from './log';
import { sourceUri } from './openSource';
import { PanelActions } from './panelActions';
import { ProfileCommand } from './profileCommand';
import { ProfileSession } from './profileSession';
import { panelViewType } from './panelViewType';
import { clearProfiles } from './profiles/clearProfiles';
import { ProfileLibrary } from './profiles/profileLibrary';
import { SavedProfileEditor } from './profiles/savedProfileEditor';
import { ReportPanel } from './reportPanel';
import { endedByReload, ReportStore } from './reportStore';
import { RequestedFeatures } from './requestedFeatures';
import { showProblem } from './showProblem';
import { parsePanelState, richerReport } from './storedReport';
import { useEditorLanguage } from './translations';

/** What other extensions, and the tests, see of this one. */
export interface HeadroomApi {
  /** Process id of the engine's child process while a profile runs. */
  runningWorkerPid(): number | undefined;
  /** What the editor's hover asks. */
  readonly hover: vscode.HoverProvider;
}

export function activate(context: vscode.ExtensionContext): HeadroomApi {
  useEditorLanguage();
  const channel = createLogChannel();
  const log = taggedLog(channel, 'command');
  const workerPath = context.asAbsolutePath('dist/worker.js');
  const session = new ProfileSession(workerPath, taggedLog(channel, 'engine'));
  const device = new DeviceService(
    context.asAbsolutePath('dist/graphicsWorker.js'),
    context.globalState,
    taggedLog(channel, 'device'),
  );
  const panel = new ReportPanel(context.extensionUri, device, taggedLog(channel, 'panel'));
  const store = new ReportStore(context.storageUri ?? context.globalStorageUri, taggedLog(channel, 'store'));
  const downloads = vscode.Uri.joinPath(context.globalStorageUri, 'models');
  const command = new ProfileCommand(context.extensionPath, downloads, session, panel, log);
  const fetching = new FetchConfigCommand(downloads, log);
  const preview = new EditPreview();
  const actions = new PanelActions(context.extensionUri, session, command, preview, log);
  const statusBar = new DeviceStatusBar(device);
  const profiles = new ProfileLibrary(
    vscode.Uri.joinPath(context.globalStorageUri, 'profiles'),
    taggedLog(channel, 'profiles'),
  );
  const savedProfiles = new SavedProfileEditor(
    context.extensionUri,
    actions,
    device,
    taggedLog(channel, 'saved profile'),
  );
  const { extensionUri, extensionPath } = context;
  const requested = new RequestedFeatures({
    extensionUri,
    extensionPath,
    workerPath,
    downloads,
    session,
    device,
    channel,
  });
  const editor = registerEditorFeatures({ downloads, device, profiles, log: taggedLog(channel, 'editor') });

  const commands = registerCommands(vscode.commands, {
    profileAttention: (argument) => command.profile(argument),
    profileAtLength: (argument) => command.profileAtLength(argument),
    openPanel: (argument) => {
      // A link in a hover is about a config, whose profile an earlier window may have made.
      const { uri } = parseConfigArgument(argument);
      const isShown = uri?.toString() === sourceUri(session.report)?.toString();
      const kept = uri && !isShown && !session.isRunning ? editor.reportAt(uri) : undefined;
      if (kept && kept !== session.report) session.publish(kept);
      if (session.report) panel.show(session.report);
    },
    exportReport: async () => {
      if (!session.report) return;
      try {
        const { exportReport } = await loadOnRequest();
        await exportReport(context.extensionUri, session.report, log);
      } catch (error) {
        showProblem(error, sourceUri(session.report), log);
      }
    },
    fetchModelConfig: async (argument) => {
      const stored = await fetching.fetch(argument);
      if (stored) editor.refresh();
      return stored;
    },
    compareConfigs: (argument, selection) => requested.compare(argument, selection),
    chooseDevice: () => device.choose(),
    clearProfiles: () => clearProfiles(profiles, log),
    explainEstimate: (argument) => requested.explain(argument),
    installCudaRuntime: () => requested.installCuda(),
    showLog: () => {
      channel.show();
    },
  });

  void vscode.commands.executeCommand('setContext', 'headroom.isActive', true);
  const canHaveCuda = process.platform === 'linux' && process.arch === 'x64';
  void vscode.commands.executeCommand('setContext', 'headroom.cudaInstallable', canHaveCuda);

  let hasReport = false;
  context.subscriptions.push(
    channel,
    store,
    session,
    panel,
    preview,
    device,
    statusBar,
    profiles,
    requested,
    editor,
    savedProfiles.register(),
    ...commands,
    editor.onDidChangeActive((isConfig) => {
      statusBar.setVisible(isConfig);
      if (isConfig) device.detect();
    }),
    panel.onDidReceiveMessage((message) => actions.handle(message, session.report)),
    session.onDidChangeReport((report) => {
      panel.update(report);
      if (!hasReport) void vscode.commands.executeCommand('setContext', 'headroom.hasReport', true);
      hasReport = true;
      store.keep(report);
      // One of an earlier window says nothing of what profiles run on now.
      if (report.run.state !== 'complete' || !session.isRunning) return;
      device.learn(report);
      profiles.keep(report);
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
  return { runningWorkerPid: () => session.workerPid, hover: editor.hover };
}
