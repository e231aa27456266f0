import type * as vscode from 'vscode';
import { displayName } from '../configDocument';

const endings: Readonly<Record<string, string>> = {
  json: 'json',
  jsonc: 'json',
  yaml: 'yaml',
  toml: 'toml',
  python: 'py',
  shellscript: 'sh',
};

/** What a document is called in messages. One that has no file yet gets the ending of its language. */
export function documentName({ uri, languageId, isUntitled }: vscode.TextDocument): string {
  const name = displayName(uri);
  const ending = endings[languageId];
  return isUntitled && ending !== undefined && !name.includes('.') ? `${name}.${ending}` : name;
}
