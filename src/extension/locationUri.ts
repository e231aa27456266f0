import * as vscode from 'vscode';

/** The Uri of a place as the config reader names it: a path of this computer, or the text of a Uri. */
export function locationUri(location: string): vscode.Uri {
  return /^[a-z][\w+.-]+:\//i.test(location) ? vscode.Uri.parse(location) : vscode.Uri.file(location);
}
