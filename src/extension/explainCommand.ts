import * as vscode from 'vscode';
import { estimate } from '../cost/estimateModel';
import type { FigureKey } from '../explain/figureKeys';
import { parseFigureKey } from '../explain/parseFigureKey';
import { conditionsOf } from '../insight/insightSubject';
import { describeConditions } from '../report/conditions';
import { chosenConditions } from './chosenConditions';
import { parseConfigArgument } from './configArgument';
import { openConfigDocument, type ConfigDocument } from './configDocument';
import { explanationUri, parseExplanationUri } from './explain/explanationUri';
import { figureGroups } from './explain/figureGroups';
import { InputProblem } from './inputProblem';
import { interpretConfig } from './interpretConfig';
import type { Log } from './log';
import { showProblem } from './showProblem';

/** `Explain Estimate`: from a config to the page that derives one of its figures. */
export class ExplainCommand {
  public constructor(
    /** The folder of downloaded configs. */
    private readonly downloads: vscode.Uri,
    /** The config of the report in the panel. */
    private readonly shown: () => vscode.Uri | undefined,
    private readonly log: Log,
  ) {}

  /**
   * Opens the page of the figure that `argument` names, `{ uri, figure }`, beside the editor; of any other argument
   * (a Uri, `{ uri }`, or nothing for the config in front) it asks for the figure first. What goes wrong is shown.
   */
  public async explain(argument: unknown): Promise<void> {
    const { uri, figure } = parseConfigArgument(argument);
    let place = uri;
    try {
      const document = await this.open(uri);
      place = document.uri;
      const key = figure === undefined ? await this.ask(document) : figureNamed(figure);
      if (key === undefined) return;
      const page = await vscode.workspace.openTextDocument(explanationUri(document.uri, key));
      await vscode.window.showTextDocument(page, { viewColumn: vscode.ViewColumn.Beside, preview: true });
    } catch (error) {
      showProblem(error, place, this.log);
    }
  }

  /** The config; in front of one of our pages, the one that the page is about. */
  private async open(uri: vscode.Uri | undefined): Promise<ConfigDocument> {
    const document = await openConfigDocument(uri, this.shown());
    const page = parseExplanationUri(document.uri);
    return page === undefined ? document : openConfigDocument(page.config);
  }

  private async ask(document: ConfigDocument): Promise<FigureKey | undefined> {
    const { model, reading } = await interpretConfig(document, this.downloads);
    const scenario = conditionsOf({ reading, settings: chosenConditions(document.uri) });
    const items = figureGroups(estimate(model, scenario)).flatMap(({ title, figures }) => [
      { label: title, kind: vscode.QuickPickItemKind.Separator },
      ...figures.map(({ key, title: label, text }) => ({ label, description: text, key })),
    ]);
    const choice = await vscode.window.showQuickPick<vscode.QuickPickItem & { readonly key?: FigureKey }>(
      items,
      {
        title: vscode.l10n.t('Explain Estimate: {0}', document.name),
        placeHolder: vscode.l10n.t('A figure to derive. Projected at {0}.', describeConditions(scenario)),
        matchOnDescription: true,
      },
    );
    return choice?.key;
  }
}

/** Throws InputProblem for a text that names no figure. */
function figureNamed(text: string): FigureKey {
  const figure = parseFigureKey(text);
  if (figure.kind === 'figure') return figure.key;
  throw new InputProblem(
    vscode.l10n.t(
      'There is no figure “{0}”. Did you mean {1}?',
      text.slice(0, 60),
      figure.nearest.join(', '),
    ),
  );
}
