import * as vscode from 'vscode';
import { InputProblem } from '../inputProblem';
import type { Log } from '../log';
import { showProblem } from '../showProblem';
import { compareFiles, type FilePair } from './comparedFile';
import type { ComparisonPanels } from './comparisonPanels';
import { pickFile } from './pickFile';

/** From `Compare Configs` to the comparison: takes the two files, or asks for what is missing. */
export class CompareCommand {
  public constructor(
    private readonly panels: ComparisonPanels,
    /** The folder of downloaded configs. */
    private readonly downloads: vscode.Uri,
    private readonly log: Log,
  ) {}

  /**
   * Compares the files that the explorer passes: the one that was clicked, and all that are selected. Asks for
   * the second one, or for both, where there are fewer. What goes wrong is shown, not thrown.
   */
  public async compare(clicked?: unknown, selected?: unknown): Promise<void> {
    try {
      const pair = await askPair(givenFiles(clicked, selected));
      if (!pair) return;
      // Read first: no panel opens for what cannot be compared.
      await this.panels.show(pair, await compareFiles(pair, this.downloads));
    } catch (error) {
      showProblem(error, undefined, this.log);
    }
  }
}

function givenFiles(clicked: unknown, selected: unknown): vscode.Uri[] {
  const files = (Array.isArray(selected) ? selected : []).filter((item) => item instanceof vscode.Uri);
  if (files.length > 1) return files;
  return clicked instanceof vscode.Uri ? [clicked] : files;
}

async function askPair(given: readonly vscode.Uri[]): Promise<FilePair | undefined> {
  if (given.length > 2) throw new InputProblem(vscode.l10n.t('Select two files to compare.'));
  const first = given[0] ?? activeFile() ?? (await pickFile(vscode.l10n.t('Compare: First File'), undefined));
  if (!first) return undefined;
  const second = given[1] ?? (await pickFile(vscode.l10n.t('Compare: Second File'), first));
  return second && [first, second];
}

/** The file in the active tab, where it is one by its name that can be compared. */
function activeFile(): vscode.Uri | undefined {
  const input: unknown = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom
    ? input.uri
    : undefined;
}
