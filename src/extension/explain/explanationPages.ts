import * as vscode from 'vscode';
import { isConfigError } from '../../config/configError';
import { escapeMarkdown } from '../../report/markdown';
import { conditionsOf } from '../../insight/insightSubject';
import { chosenConditions } from '../chosenConditions';
import { openConfigDocument } from '../configDocument';
import { Disposable } from '../disposable';
import { documentRange } from '../documentRange';
import { InputProblem } from '../inputProblem';
import { interpretConfig } from '../interpretConfig';
import { locationUri } from '../locationUri';
import type { Log } from '../log';
import { explanationPage, pageLinks } from './explanationPage';
import { explanationScheme, explanationUri, parseExplanationUri } from './explanationUri';

/** How long a config has to be left alone before its pages are written anew, in ms. */
const SETTLE_MS = 400;

/** Writes the pages of `headroom-explain:`, and writes them anew when their config or the settings change. */
export class ExplanationPages extends Disposable implements vscode.DocumentLinkProvider {
  private readonly changed = this._register(new vscode.EventEmitter<vscode.Uri>());
  public readonly onDidChange = this.changed.event;
  private timer: NodeJS.Timeout | undefined;

  public constructor(
    /** The folder of downloaded configs. */
    private readonly downloads: vscode.Uri,
    private readonly log: Log,
  ) {
    super();
    const selector = { scheme: explanationScheme };
    this._register(vscode.languages.registerDocumentLinkProvider(selector, this));
    this._register(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0 && pagesOf(document.uri).length > 0) this.refreshSoon();
      }),
    );
    this._register(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('headroom')) this.refreshSoon();
      }),
    );
    this._register({
      dispose: () => {
        clearTimeout(this.timer);
      },
    });
  }

  /** The page, or in its place why there is none: a config may be broken while it is typed in. */
  public async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    try {
      return await this.write(uri);
    } catch (error) {
      const known = error instanceof InputProblem || isConfigError(error);
      if (!known) this.log.error('a figure could not be derived', error);
      const reason = error instanceof Error ? error.message : String(error);
      return `${escapeMarkdown(known ? reason : vscode.l10n.t('Headroom failed: {0}', reason))}\n`;
    }
  }

  public provideDocumentLinks(document: vscode.TextDocument): vscode.DocumentLink[] {
    return pageLinks(document.getText()).map(
      (link) => new vscode.DocumentLink(documentRange(document, link), vscode.Uri.parse(link.target)),
    );
  }

  private async write(uri: vscode.Uri): Promise<string> {
    const asked = parseExplanationUri(uri);
    if (asked === undefined) {
      throw new InputProblem(vscode.l10n.t('There is no such figure. Run Explain Estimate anew.'));
    }
    const document = await openConfigDocument(asked.config);
    const { model, reading } = await interpretConfig(document, this.downloads);
    const { name, text } = document;
    const { modelSource, stored } = reading;
    // The shape of a model that a file only names has its places elsewhere.
    const place = modelSource
      ? { elsewhere: { name: modelSource.name, ...placeUri(modelSource.location) } }
      : stored
        ? {}
        : { text };
    return explanationPage(
      {
        name,
        model,
        scenario: conditionsOf({ reading, settings: chosenConditions(document.uri) }),
        key: asked.key,
        ...place,
      },
      {
        place: (line, column) =>
          asked.config.with({ fragment: `L${String(line)},${String(column)}` }).toString(),
        figure: (key) => explanationUri(asked.config, key).toString(),
      },
    );
  }

  private refreshSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      for (const { uri } of vscode.workspace.textDocuments) {
        if (uri.scheme === explanationScheme) this.changed.fire(uri);
      }
    }, SETTLE_MS);
  }
}

/** The open pages about the config at `config`. */
function pagesOf(config: vscode.Uri): vscode.TextDocument[] {
  return vscode.workspace.textDocuments.filter(
    ({ uri }) => parseExplanationUri(uri)?.config.toString() === config.toString(),
  );
}

function placeUri(location: string | undefined): { uri?: string } {
  return location === undefined ? {} : { uri: locationUri(location).toString() };
}
