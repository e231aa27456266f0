import * as vscode from 'vscode';
import type { TextRange } from '../model/modelSpec';

/** A range of offsets as one of lines and columns. One beyond the text is drawn into it. */
export function documentRange(document: vscode.TextDocument, { offset, length }: TextRange): vscode.Range {
  return new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
}
