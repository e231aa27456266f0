import * as vscode from 'vscode';
import { lensTitle } from '../../insight/lensTitle';
import { formatInteger } from '../../model/units';
import { commandIds } from '../commands';
import { readSettings } from '../settings';
import { documentRange } from '../documentRange';
import type { FailureLog } from './failureLog';
import type { InspectionCache } from './inspectionCache';
import type { Insights } from './insights';
import { lengthFields } from './lengthFields';
import { lengthInQuestion } from './lengthInQuestion';

/** Writes above each sequence length what it costs; a click profiles at it. */
export class CodeLensProvider implements vscode.CodeLensProvider {
  public readonly onDidChangeCodeLenses: vscode.Event<void>;

  public constructor(
    private readonly cache: InspectionCache,
    private readonly insights: Insights,
    private readonly failures: FailureLog,
  ) {
    this.onDidChangeCodeLenses = insights.onDidChange;
  }

  /** Never rejects. */
  public async provideCodeLenses(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
  ): Promise<vscode.CodeLens[] | undefined> {
    return this.failures.attempt('CodeLens', async () => {
      const { uri } = document;
      const inspection = await this.cache.get(document, token);
      // The settings last: to read them takes longer than a key may cost, and the editor asks at each.
      if (inspection === undefined || !readSettings(uri).codeLens) return undefined;
      return lengthFields(inspection).flatMap(({ field, reading }) => {
        const insight = this.insights.of(uri, inspection, field);
        if (insight === undefined) return [];
        const sequenceLength = lengthInQuestion(field, reading);
        const command: vscode.Command = {
          command: commandIds.profileAtLength,
          title: lensTitle(insight),
          tooltip:
            insight.kind === 'tower'
              ? vscode.l10n.t(
                  'Profile the attention: that of “{0}” at these {1} tokens, the text at its declared {2}',
                  insight.stack,
                  formatInteger(insight.tokens),
                  formatInteger(sequenceLength),
                )
              : vscode.l10n.t('Profile the attention at this length'),
          arguments: [{ uri: uri.toString(), sequenceLength }],
        };
        return [new vscode.CodeLens(documentRange(document, field.range), command)];
      });
    });
  }
}
