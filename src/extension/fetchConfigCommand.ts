import * as vscode from 'vscode';
import { isConfigError } from '../config/configError';
import type { Repository } from '../config/fetch/repository';
import { commandIds } from './commands';
import { openConfigDocument } from './configDocument';
import { loadConfigReader, type ConfigReader } from './loadConfigReader';
import type { Log } from './log';
import { readContextOf } from './readContext';
import { readSettings } from './settings';
import { showProblem } from './showProblem';

/** What is to be downloaded, as far as it is known before the user is asked. */
interface Wanted {
  readonly model?: Repository;
  /** The config that names the model. */
  readonly config?: vscode.Uri;
}

interface Download extends Repository {
  readonly endpoint: string | undefined;
  readonly token: string | undefined;
  readonly folder: string;
}

/** The one command of the extension that uses a network, and only after it has named the address. */
export class FetchConfigCommand {
  public constructor(
    private readonly downloads: vscode.Uri,
    private readonly log: Log,
  ) {}

  /**
   * Asks which model and whether it may be downloaded, downloads its config.json, and offers to profile it.
   * `argument` is the missing model of a config, the Uri of a config, or nothing: the active editor's. Resolves
   * with the Uri of the stored config; undefined where there is none, which the user knows.
   */
  public async fetch(argument: unknown): Promise<vscode.Uri | undefined> {
    try {
      const reader = await loadConfigReader();
      const wanted = isMissingModel(argument) ? wantedOf(argument) : await this.wantedBy(argument, reader);
      const repository = await askRepository(wanted.model, reader);
      if (repository === undefined) return undefined;
      const download: Download = {
        ...repository,
        endpoint: process.env['HF_ENDPOINT'],
        token: process.env['HF_TOKEN'],
        folder: this.downloads.fsPath,
      };
      if (!(await mayDownload(download, reader))) return undefined;
      return await this.download(download, wanted.config, reader);
    } catch (error) {
      showProblem(error, undefined, this.log);
      return undefined;
    }
  }

  private async download(
    request: Download,
    config: vscode.Uri | undefined,
    { fetchModelConfig }: ConfigReader,
  ): Promise<vscode.Uri | undefined> {
    const abort = new AbortController();
    try {
      const { path, source } = await withCancel(request.repository, abort, () =>
        fetchModelConfig({ ...request, signal: abort.signal }),
      );
      this.log.info(`downloaded ${source.url} to ${path}`);
      const stored = vscode.Uri.file(path);
      void this.offerProfile(request.repository, config ?? stored);
      return stored;
    } catch (error) {
      if (abort.signal.aborted) return undefined;
      throw error;
    }
  }

  /** What the config at `argument`, or of the active editor, names and does not find; no config, no wish. */
  private async wantedBy(argument: unknown, { readConfig }: ConfigReader): Promise<Wanted> {
    let config: vscode.Uri | undefined;
    try {
      const document = await openConfigDocument(argument);
      config = document.uri;
      const { models } = readSettings(config);
      await readConfig(document.text, document.name, readContextOf(config, models, this.downloads));
    } catch (error) {
      const model = isConfigError(error) ? error.missingModel : undefined;
      if (config !== undefined && model !== undefined) return { model, config };
    }
    return {};
  }

  private async offerProfile(repository: string, config: vscode.Uri): Promise<void> {
    try {
      const profile = vscode.l10n.t('Profile Attention');
      const text = vscode.l10n.t('The config of {0} is now on this computer.', repository);
      if ((await vscode.window.showInformationMessage(text, profile)) !== profile) return;
      await vscode.commands.executeCommand(commandIds.profileAttention, config);
    } catch (error) {
      this.log.error('the downloaded config could not be profiled', error);
    }
  }
}

type MissingModel = Repository & { readonly config?: unknown };

function isMissingModel(argument: unknown): argument is MissingModel {
  if (typeof argument !== 'object' || argument === null || !('repository' in argument)) return false;
  const revision = 'revision' in argument ? argument.revision : undefined;
  return typeof argument.repository === 'string' && (revision === undefined || typeof revision === 'string');
}

function wantedOf({ repository, revision, config }: MissingModel): Wanted {
  return {
    model: { repository, ...(revision !== undefined && { revision }) },
    ...(config instanceof vscode.Uri && { config }),
  };
}

async function askRepository(
  model: Repository | undefined,
  { parseRepository }: ConfigReader,
): Promise<Repository | undefined> {
  const revision = model?.revision === undefined ? '' : `@${model.revision}`;
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Download Model Config from Hugging Face'),
    prompt: vscode.l10n.t('Repository of the model; @ and a branch, tag or commit may follow'),
    placeHolder: 'Qwen/Qwen3-8B',
    value: model === undefined ? '' : `${model.repository}${revision}`,
    ignoreFocusOut: true,
    validateInput: (typed) =>
      parseRepository(typed) === undefined
        ? vscode.l10n.t('Write it as on its page, such as Qwen/Qwen3-8B.')
        : undefined,
  });
  return text === undefined ? undefined : parseRepository(text);
}

/** Asked each time, in a workspace that is trusted as in one that is not: the name may be from a file of it. */
async function mayDownload(request: Download, { configUrl }: ConfigReader): Promise<boolean> {
  const url = configUrl(request);
  const token = (request.token ?? '').trim() !== '';
  const detail = [
    url.href,
    vscode.l10n.t('Only this file is fetched. It is kept in {0}.', request.folder),
    token
      ? vscode.l10n.t('The token in the environment variable HF_TOKEN is sent to {0}.', url.host)
      : vscode.l10n.t('No token and nothing about your files is sent.'),
  ].join('\n\n');
  const download = vscode.l10n.t('Download');
  const question = vscode.l10n.t('Download the config of {0}?', request.repository);
  const choice = await vscode.window.showInformationMessage(question, { modal: true, detail }, download);
  return choice === download;
}

async function withCancel<T>(name: string, abort: AbortController, work: () => Promise<T>): Promise<T> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Downloading the config of {0}', name),
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (_bar, token) => {
    const cancelled = token.onCancellationRequested(() => {
      abort.abort();
    });
    try {
      return await work();
    } finally {
      cancelled.dispose();
    }
  });
}
