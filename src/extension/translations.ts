import * as vscode from 'vscode';
import { useTranslations } from '../model/translations';

/** Has the editor's language used by everything outside `src/extension`, which asks the editor itself. */
export function useEditorLanguage(): void {
  useTranslations(vscode.l10n.bundle ?? {});
}

/** The language of the strings, for a page's `lang`: `zh-cn`, or `en` where there is no translation. */
export function stringLanguage(): string {
  return /bundle\.l10n\.([\w-]+)\.json$/.exec(vscode.l10n.uri?.path ?? '')?.[1] ?? 'en';
}

/**
 * The script in `dist` that gives a page the editor's language, as `scripts/l10n.mjs` writes it; undefined for
 * English. It goes before the page's own script.
 */
export function translationsScript(extensionUri: vscode.Uri): vscode.Uri | undefined {
  const language = stringLanguage();
  return language === 'en' ? undefined : vscode.Uri.joinPath(extensionUri, 'dist', `panel.${language}.js`);
}

/** The element that loads `translationsScript` into `webview`; empty for English. */
export function translationsTag(webview: vscode.Webview, extensionUri: vscode.Uri, nonce: string): string {
  const script = translationsScript(extensionUri);
  return script === undefined
    ? ''
    : `<script nonce="${nonce}" src="${webview.asWebviewUri(script).toString()}"></script>`;
}
