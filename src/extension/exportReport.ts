import * as vscode from 'vscode';
import { renderHtml } from '../report/html';
import { renderMarkdown } from '../report/markdown';
import type { Report } from '../report/report';
import { withoutPlace } from '../report/withoutPlace';
import type { Log } from './log';
import { sourceUri } from './openSource';
import { stringLanguage, translationsScript } from './translations';

/**
 * File formats of an exported report: the ending that a name is proposed with, and the endings to choose among.
 * A Headroom profile is the report as JSON under a name that Headroom opens again.
 */
const formats = {
  html: { extension: 'html', endings: () => ({ HTML: ['html'] }) },
  json: {
    extension: 'headroom.json',
    endings: () => ({ [vscode.l10n.t('Headroom Profile')]: ['headroom.json'], JSON: ['json'] }),
  },
  markdown: { extension: 'md', endings: () => ({ Markdown: ['md'] }) },
} as const;

export type ExportFormat = keyof typeof formats;

/**
 * Asks for a place, writes `report` there and offers to open it. Without `format`, the file's ending decides.
 * Throws what the file system throws.
 */
export async function exportReport(
  extensionUri: vscode.Uri,
  report: Report,
  log: Log,
  format?: ExportFormat,
): Promise<void> {
  const defaultUri = defaultTarget(report, format ?? 'html');
  const target = await vscode.window.showSaveDialog({
    ...(defaultUri ? { defaultUri } : {}),
    filters: filtersOf(format),
    title: vscode.l10n.t('Export Report'),
  });
  if (!target) return;
  const text = await render(extensionUri, report, format ?? formatOf(target));
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
  const open = vscode.l10n.t('Open File');
  const name = target.path.split('/').pop() ?? target.path;
  void offerToOpen(vscode.l10n.t('Exported {0}.', name), open, target, log);
}

async function offerToOpen(message: string, open: string, target: vscode.Uri, log: Log): Promise<void> {
  try {
    const choice = await vscode.window.showInformationMessage(message, open);
    if (choice === open) await vscode.commands.executeCommand('vscode.open', target);
  } catch (error) {
    log.error('the exported report could not be opened', error);
  }
}

async function render(extensionUri: vscode.Uri, report: Report, format: ExportFormat): Promise<string> {
  switch (format) {
    case 'json':
      return `${JSON.stringify(withoutPlace(report), undefined, 2)}\n`;
    case 'markdown':
      return renderMarkdown(report);
    case 'html': {
      const [script, panel, standalone] = await Promise.all(
        ['panel.js', 'panel.css', 'standalone.css'].map(async (file) =>
          new TextDecoder().decode(
            await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extensionUri, 'dist', file)),
          ),
        ),
      );
      const language = translationsScript(extensionUri);
      const translations = language && new TextDecoder().decode(await vscode.workspace.fs.readFile(language));
      return renderHtml(report, {
        script: script ?? '',
        styles: `${standalone ?? ''}\n${panel ?? ''}`,
        language: stringLanguage(),
        ...(translations !== undefined && { translations }),
      });
    }
  }
}

function filtersOf(format: ExportFormat | undefined): Record<string, string[]> {
  const chosen = format === undefined ? Object.values(formats) : [formats[format]];
  return Object.assign({}, ...chosen.map(({ endings }) => endings())) as Record<string, string[]>;
}

function formatOf(target: vscode.Uri): ExportFormat {
  if (target.path.endsWith('.json')) return 'json';
  return target.path.endsWith('.md') ? 'markdown' : 'html';
}

/** Beside the config where that is a file, else in the workspace's first folder; the name says what it is about. */
function defaultTarget(report: Report, format: ExportFormat): vscode.Uri | undefined {
  const folder = folderOf(report) ?? vscode.workspace.workspaceFolders?.[0]?.uri;
  if (!folder) return undefined;
  const stem = report.source.name.replace(/\.json$/, '').replace(/[^\w.-]+/g, '-');
  return vscode.Uri.joinPath(folder, `${stem}-attention.${formats[format].extension}`);
}

function folderOf(report: Report): vscode.Uri | undefined {
  const config = sourceUri(report);
  // A document that was never saved lies in no folder.
  return !config || config.scheme === 'untitled' ? undefined : vscode.Uri.joinPath(config, '..');
}
