import * as vscode from 'vscode';
import { fieldAtOffset } from '../../config/fields/fieldAtOffset';
import { hoverMarkdown } from '../../insight/hoverMarkdown';
import { readSettings } from '../settings';
import { hoverLinks, linkedCommands } from './commandLinks';
import { documentRange } from '../documentRange';
import type { FailureLog } from './failureLog';
import type { InspectionCache } from './inspectionCache';
import type { Insights } from './insights';
import { lengthInQuestion } from './lengthInQuestion';

/** Says what the field below the mouse costs. */
export class HoverProvider implements vscode.HoverProvider {
  public constructor(
    private readonly cache: InspectionCache,
    private readonly insights: Insights,
    private readonly failures: FailureLog,
  ) {}

  /** Never rejects; undefined beside the fields that matter and in every other file. */
  public async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | undefined> {
    if (!readSettings(document.uri).hover) return undefined;
    return this.failures.attempt('hover', async () => {
      const inspection = await this.cache.get(document, token);
      if (inspection?.reading === undefined) return undefined;
      const field = fieldAtOffset(inspection.fields, document.offsetAt(position));
      if (field === undefined) return undefined;
      const insight = this.insights.of(document.uri, inspection, field);
      if (insight === undefined) return undefined;
      const length = lengthInQuestion(field, inspection.reading);
      const isProfiled = this.insights.reportOf(inspection) !== undefined;
      const text = new vscode.MarkdownString(
        hoverMarkdown(insight, hoverLinks(document.uri, length, isProfiled)),
        true,
      );
      text.isTrusted = { enabledCommands: linkedCommands };
      return new vscode.Hover(text, documentRange(document, field.range));
    });
  }
}
