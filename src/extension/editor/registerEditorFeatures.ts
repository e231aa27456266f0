import * as vscode from 'vscode';
import type { Report } from '../../report/report';
import { Disposable } from '../disposable';
import type { Log } from '../log';
import { CodeActionProvider } from './codeActionProvider';
import { CodeLensProvider } from './codeLensProvider';
import { ConfigContext } from './configContext';
import { configSelector } from './configSelector';
import { ConfigWatch } from './configWatch';
import { Diagnostics } from './diagnostics';
import { FailureLog } from './failureLog';
import { HoverProvider } from './hoverProvider';
import { InlayHintsProvider } from './inlayHintsProvider';
import { InspectionCache } from './inspectionCache';
import { Insights, type DeviceSource, type ProfileSource } from './insights';

export interface EditorFeatureSources {
  /** The folder of downloaded configs. */
  readonly downloads: vscode.Uri;
  readonly device: DeviceSource;
  readonly profiles: ProfileSource;
  readonly log: Log;
}

/** What the extension adds to the editor itself: none of it runs anything, or needs the user's trust. */
export class EditorFeatures extends Disposable {
  /** The hover as the editor asks for it: the bench measures it without the way to the window and back. */
  public readonly hover: vscode.HoverProvider;
  private readonly cache: InspectionCache;
  private readonly insights: Insights;
  private readonly watch: ConfigWatch;
  /** Whether the active editor now has a config in it. */
  public readonly onDidChangeActive: vscode.Event<boolean>;

  public constructor({ downloads, device, profiles, log }: EditorFeatureSources) {
    super();
    const failures = new FailureLog(log);
    const cache = this._register(new InspectionCache(downloads, failures));
    const insights = this._register(new Insights(cache, device, profiles));
    const watch = this._register(new ConfigWatch(cache));
    this._register(new Diagnostics(watch, insights, failures));
    this.onDidChangeActive = this._register(new ConfigContext(watch)).onDidChangeActive;
    this.cache = cache;
    this.insights = insights;
    this.watch = watch;

    const { languages } = vscode;
    const lenses = new CodeLensProvider(cache, insights, failures);
    const hints = new InlayHintsProvider(cache, insights, failures);
    const actions = new CodeActionProvider(cache, insights, failures);
    this.hover = new HoverProvider(cache, insights, failures);
    this._register(languages.registerHoverProvider(configSelector, this.hover));
    this._register(languages.registerCodeLensProvider(configSelector, lenses));
    this._register(languages.registerInlayHintsProvider(configSelector, hints));
    this._register(
      languages.registerCodeActionsProvider(configSelector, actions, CodeActionProvider.metadata),
    );
    watch.inspectAll();
  }

  /** The latest profile of the open config at `uri`, on the device that is asked about. */
  public reportAt(uri: vscode.Uri): Report | undefined {
    const key = uri.toString();
    const watched = this.watch.configs.find(({ document }) => document.uri.toString() === key);
    return watched?.inspection && this.insights.reportOf(watched.inspection);
  }

  /** Reads the open configs again: a model that one of them names may be on this computer by now. */
  public refresh(): void {
    this.cache.invalidate();
  }
}

/** Registers hover, CodeLens, inlay hints, diagnostics, quick fixes and the contexts of menus, until disposed. */
export function registerEditorFeatures(sources: EditorFeatureSources): EditorFeatures {
  return new EditorFeatures(sources);
}
