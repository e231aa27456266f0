import * as vscode from 'vscode';
import type { Inspection } from '../../config/fields/inspection';
import { mayBeConfig } from '../../config/fields/mayBeConfig';
import { MAX_CONFIG_SIZE } from '../../config/formats/textGuard';
import { Disposable } from '../disposable';
import { loadConfigReader } from '../loadConfigReader';
import { readContextOf } from '../readContext';
import { readSettings } from '../settings';
import { configSelector } from './configSelector';
import { documentName } from './documentName';
import type { FailureLog } from './failureLog';
import { ModelFileWatch } from './modelFileWatch';
import { Settling } from './settling';
import { VersionCache } from './versionCache';

const keptDocuments = 20;

/** Changes of files that come closer together than this, in ms, are one. */
const together = 100;

/**
 * What the editor's features know of the open documents. Each version of a text is parsed once, when nobody has
 * typed in it for a moment, whoever asks first.
 */
export class InspectionCache extends Disposable {
  private readonly invalidated = this._register(new vscode.EventEmitter<void>());
  /** Fires when documents would read differently though their text is the same. */
  public readonly onDidInvalidate = this.invalidated.event;
  private readonly inspections = new VersionCache<Promise<Inspection | undefined>>(keptDocuments);
  private readonly settling = new Settling();
  private readonly changedFiles = new Map<string, vscode.Uri>();
  private timer: NodeJS.Timeout | undefined;

  public constructor(
    /** The folder of downloaded configs. */
    private readonly downloads: vscode.Uri,
    private readonly failures: FailureLog,
  ) {
    super();
    const { workspace } = vscode;
    // The editor's own saves come from here too, and then those of everybody else, as of a checkout.
    this._register(new ModelFileWatch(downloads)).onDidChange((uri) => {
      this.invalidateSoon(uri);
    });
    this._register({
      dispose: () => {
        clearTimeout(this.timer);
      },
    });
    this._register(
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.settling.changed(document.uri.toString());
      }),
    );
    this._register(
      workspace.onDidCloseTextDocument(({ uri }) => {
        this.settling.forget(uri.toString());
        this.inspections.delete(uri.toString());
      }),
    );
    this._register(
      workspace.onDidSaveTextDocument((document) => {
        if (mayMatter(document)) this.invalidateSoon(document.uri);
      }),
    );
    this._register(
      workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('headroom.models')) this.invalidate();
      }),
    );
    this._register(
      workspace.onDidChangeWorkspaceFolders(() => {
        this.invalidate();
      }),
    );
  }

  /**
   * What `document` is as a config, once nobody types in it; undefined where it is none, `token` is cancelled or
   * the text has changed meanwhile. Never rejects. The same object as long as nothing changes.
   */
  public async get(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
  ): Promise<Inspection | undefined> {
    const { uri, version } = document;
    const key = uri.toString();
    if (!this.inspections.has(key, version)) {
      if (!(await this.settling.settled(key, () => lengthOf(document), token))) return undefined;
      if (document.isClosed || document.version !== version) return undefined;
    }
    const inspection = await this.inspections.get(key, version, () => this.inspect(document));
    return document.version === version && !token.isCancellationRequested ? inspection : undefined;
  }

  /** Files that change close together count as one change: a checkout or a training run writes many. */
  private invalidateSoon(changed: vscode.Uri): void {
    this.changedFiles.set(changed.toString(), changed);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const [only, ...others] = this.changedFiles.values();
      this.changedFiles.clear();
      this.invalidate(others.length === 0 ? only : undefined);
    }, together);
  }

  /** Forgets what was read, since it would read differently now; `saved` itself reads as before. */
  public invalidate(saved?: vscode.Uri): void {
    this.inspections.clear(saved?.toString());
    this.invalidated.fire();
  }

  private async inspect(document: vscode.TextDocument): Promise<Inspection | undefined> {
    return this.failures.attempt('reading a config for the editor', async () => {
      if (lengthOf(document) > MAX_CONFIG_SIZE) return undefined;
      const name = documentName(document);
      const text = document.getText();
      if (!mayBeConfig(name, text)) return undefined;
      const { models } = readSettings(document.uri);
      const { inspectConfig } = await loadConfigReader();
      return inspectConfig(text, name, readContextOf(document.uri, models, this.downloads));
    });
  }
}

/** Characters of the text, without putting it together. */
function lengthOf(document: vscode.TextDocument): number {
  return document.offsetAt(document.lineAt(document.lineCount - 1).range.end);
}

/** Whether another document could have been read with this one's help. */
function mayMatter(document: vscode.TextDocument): boolean {
  return (
    vscode.languages.match(configSelector, document) > 0 &&
    lengthOf(document) <= MAX_CONFIG_SIZE &&
    mayBeConfig(documentName(document), document.getText())
  );
}
