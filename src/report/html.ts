import * as l10n from '@vscode/l10n';
import { randomBytes } from 'node:crypto';
import { renderMarkdown } from './markdown';
import type { Report } from './report';
import { withoutPlace } from './withoutPlace';

/** What the page is made of: the panel's own bundle, embedded whole so that the file needs nothing beside it. */
export interface HtmlAssets {
  /** Text of `dist/panel.js`. */
  readonly script: string;
  /** Texts of `dist/panel.css` and `dist/standalone.css`, joined. */
  readonly styles: string;
  /** The language that the page is in, where that is not English: `zh-cn`, and the text of its `dist/panel.zh-cn.js`. */
  readonly language?: string;
  readonly translations?: string;
}

/**
 * A page that shows `report` in any browser, from anywhere, offline: scripts and styles are embedded and
 * allowed by a nonce, everything else is forbidden by its Content-Security-Policy. Without JavaScript it
 * shows the same figures as text. Where the config lies on this computer stays out of it.
 */
export function renderHtml(report: Report, assets: HtmlAssets): string {
  const nonce = randomBytes(18).toString('base64');
  const title = l10n.t('{0} – Headroom attention report', report.source.name);
  // The panel asks for its language when it is loaded.
  const scripts = [...(assets.translations === undefined ? [] : [assets.translations]), assets.script];
  return `<!DOCTYPE html>
<html lang="${escapeHtml(assets.language ?? 'en')}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(nonce)}">
<meta property="csp-nonce" content="${nonce}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Headroom ${escapeHtml(report.headroomVersion)}">
<title>${escapeHtml(title)}</title>
<style nonce="${nonce}">
${escapeStyle(assets.styles)}
</style>
</head>
<body>
<div id="app"></div>
<noscript>
<p>${escapeHtml(l10n.t('The charts need JavaScript. These are the same figures as text.'))}</p>
<pre>${escapeHtml(renderMarkdown(report))}</pre>
</noscript>
<script type="application/json" id="headroom-report">${escapeJson(withoutPlace(report))}</script>
${scripts.map((script) => scriptElement(nonce, script)).join('\n')}
</body>
</html>
`;
}

function scriptElement(nonce: string, script: string): string {
  return `<script nonce="${nonce}">\n${escapeScript(script)}\n</script>`;
}

function policy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** Text for an element or a quoted attribute. */
export function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/**
 * JSON for a script element. Without a `<` it can neither end the element nor open a comment, and the
 * line separators that JSON allows but older JavaScript did not are escaped too.
 */
export function escapeJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * JavaScript for a script element, without the pointer to a source map that is not beside the page. What would end the element, or make the parser skip its end, is
 * written with an escape. A bundler puts these only inside strings and templates, where it means the same.
 */
function escapeScript(script: string): string {
  return script
    .replace(/^\/\/# sourceMappingURL=.*$/gm, '')
    .trimEnd()
    .replace(/<(?=\/script|!--)/gi, () => '\\x3C');
}

/** CSS for a style element; `\/` is the slash itself in CSS. */
function escapeStyle(styles: string): string {
  return styles.replace(/<\/(?=style)/gi, () => '<\\/');
}
