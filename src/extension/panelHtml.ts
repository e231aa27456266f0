import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { stringLanguage, translationsTag } from './translations';

/** Folders of the extension that the panel may load from. */
export function panelRoots(extensionUri: vscode.Uri): vscode.Uri[] {
  return [vscode.Uri.joinPath(extensionUri, 'dist')];
}

/**
 * The page of every webview, in the language of the editor where there is a translation. Scripts and one style of
 * ours, nothing else allowed. The nonce is in style-src too, because the toolkit's components add style elements
 * and read the nonce from the `csp-nonce` property.
 */
export function panelHtml(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  const nonce = randomBytes(16).toString('base64');
  const local = (file: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', file)).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource} data:`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${stringLanguage()}">
<head>
  <meta charset="UTF-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta property="csp-nonce" content="${nonce}">
  <meta name="viewport" content="width=device-width, initial-scale=1.0">
  <link rel="stylesheet" href="${local('panel.css')}">
  <title>Headroom</title>
</head>
<body>
  <div id="app"></div>
  ${translationsTag(webview, extensionUri, nonce)}
  <script nonce="${nonce}" src="${local('panel.js')}"></script>
</body>
</html>`;
}
