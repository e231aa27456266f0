import * as vscode from 'vscode';
import type { Report } from '../report/report';
import { InputProblem } from './inputProblem';

/** Where the report's config is, or undefined where the report does not say. */
export function sourceUri(report: Report | undefined): vscode.Uri | undefined {
  return report?.source.uri === undefined ? undefined : parsed(report.source.uri);
}

function parsed(text: string): vscode.Uri | undefined {
  try {
    return vscode.Uri.parse(text, true);
  } catch {
    return undefined; // A restored report may hold any text.
  }
}

/** The document of the report's config. Throws InputProblem when it is gone. */
export async function openSource(report: Report): Promise<vscode.TextDocument> {
  return openOrRefuse(report.source.name, sourceUri(report));
}

/**
 * The document of the model's own config: the report's config, or the one that it names. Throws InputProblem
 * when it is gone, or when the model's shape is from no file.
 */
export async function openModelSource(report: Report): Promise<vscode.TextDocument> {
  const { model, name } = report.source;
  if (model === undefined) return openSource(report);
  if (model.uri === undefined) {
    throw new InputProblem(
      vscode.l10n.t(
        '{0} names {1}, whose config is not on this computer: change the config of the model itself.',
        name,
        model.name,
      ),
    );
  }
  return openOrRefuse(model.name, parsed(model.uri));
}

async function openOrRefuse(name: string, uri: vscode.Uri | undefined): Promise<vscode.TextDocument> {
  const document = await find(uri);
  if (document) return document;
  throw new InputProblem(vscode.l10n.t('{0} is no longer there. Open a config and profile it anew.', name));
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
