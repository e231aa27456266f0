import * as vscode from 'vscode';
import type { Report } from '../report/report';
import { InputProblem } from './inputProblem';

/** Where the report's config is, or undefined where the report does not say. */
export function sourceUri(report: Report | undefined): vscode.Uri | undefined {
  if (report?.source.uri === undefined) return undefined;
  try {
    return vscode.Uri.parse(report.source.uri, true);
  } catch {
    return undefined; // A restored report may hold any text.
  }
}

/** The document of the report's config. Throws InputProblem when it is gone. */
export async function openSource(report: Report): Promise<vscode.TextDocument> {
  const document = await find(sourceUri(report));
  if (document) return document;
  throw new InputProblem(
    vscode.l10n.t('{0} is no longer there. Open a config and profile it anew.', report.source.name),
  );
}

async function find(uri: vscode.Uri | undefined): Promise<vscode.TextDocument | undefined> {
  if (!uri) return undefined;
  if (uri.scheme === 'untitled') {
    // To open one that was closed would make a new, empty document of that name.
    return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  }
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch {
    return undefined;
  }
}
