import * as vscode from 'vscode';
import { inlayText } from '../../insight/lensTitle';
import { readSettings } from '../settings';
import { documentRange } from '../documentRange';
import type { FailureLog } from './failureLog';
import type { InspectionCache } from './inspectionCache';
import type { Insights } from './insights';
import { lengthFields } from './lengthFields';

/** Writes after each sequence length what it costs, in a few words. */
export class InlayHintsProvider implements vscode.InlayHintsProvider {
  public readonly onDidChangeInlayHints: vscode.Event<void>;

  public constructor(
    private readonly cache: InspectionCache,
    private readonly insights: Insights,
    private readonly failures: FailureLog,
  ) {
    this.onDidChangeInlayHints = insights.onDidChange;
  }

  /** Never rejects. */
  public async provideInlayHints(
    document: vscode.TextDocument,
    range: vscode.Range,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlayHint[] | undefined> {
    return this.failures.attempt('inlay hints', async () => {
      const inspection = await this.cache.get(document, token);
      // The settings last: to read them takes longer than a key may cost, and the editor asks at each.
      if (inspection === undefined || !readSettings(document.uri).inlayHints) return undefined;
      return lengthFields(inspection).flatMap(({ field }) => {
        const end = behindComma(document, documentRange(document, field.valueRange).end);
        const insight = range.contains(end) ? this.insights.of(document.uri, inspection, field) : undefined;
        if (insight === undefined) return [];
        const hint = new vscode.InlayHint(end, inlayText(insight));
        hint.paddingLeft = true;
        return [hint];
      });
    });
  }
}

/** Behind a comma that follows `end`, so that the hint does not read as part of the value. */
function behindComma(document: vscode.TextDocument, end: vscode.Position): vscode.Position {
  const next = end.translate(0, 1);
  return document.getText(new vscode.Range(end, next)) === ',' ? next : end;
}
