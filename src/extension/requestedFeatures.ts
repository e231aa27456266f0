import * as vscode from 'vscode';
import type { DeviceService } from './device/deviceService';
import { Disposable } from './disposable';
import { explanationScheme } from './explain/explanationUri';
import { loadOnRequest } from './loadOnRequest';
import { taggedLog } from './log';
import type { ProfileSession } from './profileSession';
import { sourceUri } from './openSource';
import { comparisonViewType } from './profiles/comparisonViewType';
import { registerTools } from './tools/registerTools';

export interface RequestedFeatureSources {
  readonly extensionUri: vscode.Uri;
  readonly extensionPath: string;
  readonly workerPath: string;
  /** The folder of downloaded configs. */
  readonly downloads: vscode.Uri;
  readonly session: ProfileSession;
  readonly device: DeviceService;
  readonly channel: vscode.LogOutputChannel;
}

/** Registers what `onRequest` holds, and makes each part of it when it is first asked for. */
export class RequestedFeatures extends Disposable {
  private readonly pageChanged = this._register(new vscode.EventEmitter<vscode.Uri>());
  private readonly explanations = once(() => this.makeExplanations());
  private readonly comparisons = once(() => this.makeComparisons());
  private readonly installer = once(() => this.makeInstaller());

  public constructor(private readonly sources: RequestedFeatureSources) {
    super();
    this._register(
      vscode.workspace.registerTextDocumentContentProvider(explanationScheme, {
        onDidChange: this.pageChanged.event,
        provideTextDocumentContent: async (uri) =>
          (await this.explanations()).pages.provideTextDocumentContent(uri),
      }),
    );
    this._register(
      vscode.window.registerWebviewPanelSerializer(comparisonViewType, {
        deserializeWebviewPanel: async (panel, state: unknown) =>
          (await this.comparisons()).panels.deserializeWebviewPanel(panel, state),
      }),
    );
    const { extensionPath, downloads, session, device: devices } = sources;
    for (const tool of registerTools({ extensionPath, downloads, session, devices }, vscode.lm)) {
      this._register(tool);
    }
  }

  /** Derives a figure of the config that `argument` names; see ExplainCommand. */
  public async explain(argument: unknown): Promise<void> {
    await (await this.explanations()).command.explain(argument);
  }

  /** Compares the files that the explorer passes; see CompareCommand. */
  public async compare(clicked: unknown, selected: unknown): Promise<void> {
    await (await this.comparisons()).command.compare(clicked, selected);
  }

  /** Installs what CUDA needs; see InstallCudaCommand. */
  public async installCuda(): Promise<boolean> {
    return (await this.installer()).install();
  }

  private async makeExplanations() {
    const { ExplainCommand, ExplanationPages } = await loadOnRequest();
    const { downloads, session, channel } = this.sources;
    const log = taggedLog(channel, 'explain');
    const pages = this._register(new ExplanationPages(downloads, log));
    this._register(
      pages.onDidChange((uri) => {
        this.pageChanged.fire(uri);
      }),
    );
    return { pages, command: new ExplainCommand(downloads, () => sourceUri(session.report), log) };
  }

  private async makeComparisons() {
    const { CompareCommand, ComparisonPanels } = await loadOnRequest();
    const { extensionUri, downloads, channel } = this.sources;
    const log = taggedLog(channel, 'comparison');
    const panels = this._register(new ComparisonPanels(extensionUri, downloads, log));
    return { panels, command: new CompareCommand(panels, downloads, log) };
  }

  private async makeInstaller() {
    const { InstallCudaCommand } = await loadOnRequest();
    const { extensionPath, workerPath, device, channel } = this.sources;
    const onInstalled = (): void => {
      device.forget();
    };
    return new InstallCudaCommand(extensionPath, workerPath, onInstalled, taggedLog(channel, 'command'));
  }
}

/** `make`, called when its result is first asked for. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
