import * as vscode from 'vscode';
import type { Inspection } from '../../config/fields/inspection';
import { Disposable } from '../disposable';
import { configSelector } from './configSelector';
import type { InspectionCache } from './inspectionCache';

/** An open document, and what it is as a config: `inspection` is absent where it is none. */
export interface WatchedDocument {
  readonly document: vscode.TextDocument;
  /** The version of its text that this is about. */
  readonly version: number;
  readonly inspection?: Inspection;
}

/** Keeps up with what the open documents are, without anybody asking. */
export class ConfigWatch extends Disposable {
  private readonly inspected = this._register(new vscode.EventEmitter<WatchedDocument>());
  /** Fires when it is known what a document is now: after it is opened, or changed and left alone for a moment. */
  public readonly onDidInspect = this.inspected.event;
  private readonly closed = this._register(new vscode.EventEmitter<vscode.TextDocument>());
  public readonly onDidClose = this.closed.event;
  private readonly running = new Map<string, vscode.CancellationTokenSource>();
  private readonly latest = new Map<string, WatchedDocument>();

  public constructor(private readonly cache: InspectionCache) {
    super();
    const { workspace } = vscode;
    this._register(
      workspace.onDidOpenTextDocument((document) => {
        this.inspect(document);
      }),
    );
    this._register(
      // Other line ends change no content, but every offset; where nothing changed the reading is there already.
      workspace.onDidChangeTextDocument(({ document }) => {
        this.inspect(document);
      }),
    );
    this._register(
      workspace.onDidCloseTextDocument((document) => {
        this.forget(document);
      }),
    );
    this._register(
      cache.onDidInvalidate(() => {
        this.inspectAll();
      }),
    );
    this._register({
      dispose: () => {
        for (const source of this.running.values()) source.cancel();
      },
    });
  }

  /** The open documents that are configs, as they were when they were last read. */
  public get configs(): readonly WatchedDocument[] {
    return [...this.latest.values()];
  }

  /** Reads every open document. For the start: from then on it happens by itself. */
  public inspectAll(): void {
    for (const document of vscode.workspace.textDocuments) this.inspect(document);
  }

  private inspect(document: vscode.TextDocument): void {
    if (vscode.languages.match(configSelector, document) > 0) void this.inspectNow(document);
  }

  private async inspectNow(document: vscode.TextDocument): Promise<void> {
    const key = document.uri.toString();
    this.running.get(key)?.cancel();
    const source = new vscode.CancellationTokenSource();
    this.running.set(key, source);
    const { version } = document;
    const inspection = await this.cache.get(document, source.token);
    source.dispose();
    // Whoever cancelled this one has begun another, or the document is closed.
    if (this.running.get(key) !== source || this.isDisposed) return;
    this.running.delete(key);
    const watched: WatchedDocument = { document, version, ...(inspection && { inspection }) };
    if (inspection) this.latest.set(key, watched);
    else this.latest.delete(key);
    this.inspected.fire(watched);
  }

  private forget(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    this.running.get(key)?.cancel();
    this.running.delete(key);
    this.latest.delete(key);
    this.closed.fire(document);
  }
}
