import * as vscode from 'vscode';
import type { ConfigProblem } from '../../insight/configProblem';
import { Disposable } from '../disposable';
import { readSettings } from '../settings';
import type { ConfigWatch, WatchedDocument } from './configWatch';
import { documentRange } from '../documentRange';
import type { FailureLog } from './failureLog';
import type { Insights } from './insights';

/** What the editor shows beside each problem. */
export const diagnosticSource = 'Headroom';

/** Marks what is wrong with the open configs. */
export class Diagnostics extends Disposable {
  private readonly collection = this._register(vscode.languages.createDiagnosticCollection(diagnosticSource));

  public constructor(
    watch: ConfigWatch,
    private readonly insights: Insights,
    private readonly failures: FailureLog,
  ) {
    super();
    this._register(watch.onDidInspect((watched) => void this.update(watched)));
    this._register(
      watch.onDidClose(({ uri }) => {
        this.collection.delete(uri);
      }),
    );
    this._register(
      insights.onDidChange(() => {
        for (const watched of watch.configs) void this.update(watched);
      }),
    );
  }

  private async update({ document, version, inspection }: WatchedDocument): Promise<void> {
    const { uri } = document;
    const problems = await this.failures.attempt('diagnostics', () =>
      inspection && isEditable(uri) && readSettings(uri).diagnostics
        ? this.insights.problems(uri, inspection)
        : [],
    );
    // A text that was edited meanwhile is read again soon; the editor has moved the old marks along.
    if (this.isDisposed || document.isClosed || document.version !== version) return;
    this.collection.set(
      uri,
      (problems ?? []).map((problem) => diagnosticOf(document, problem)),
    );
  }
}

/** The diagnostic that stands for `problem` of `document`. */
export function diagnosticOf(document: vscode.TextDocument, problem: ConfigProblem): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(
    documentRange(document, problem.range),
    problem.message,
    severities[problem.severity],
  );
  diagnostic.source = diagnosticSource;
  diagnostic.code = problem.code;
  return diagnostic;
}

const severities: Readonly<Record<ConfigProblem['severity'], vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
};

/** An old version of a file, as a diff shows it, has nothing to be mended. */
function isEditable({ scheme }: vscode.Uri): boolean {
  return scheme === 'untitled' || vscode.workspace.fs.isWritableFileSystem(scheme) === true;
}
