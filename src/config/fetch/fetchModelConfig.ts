import * as l10n from '@vscode/l10n';
import { ConfigError, isConfigError } from '../configError';
import { readJson } from '../formats/json';
import { configUrl, type HubRequest } from './configUrl';
import { requestConfig, type ConfigAnswer } from './requestConfig';
import type { SourceNote } from './sourceNote';
import { storeConfig } from './storeConfig';

const DEFAULT_TIMEOUT_MS = 20_000;

export interface FetchRequest extends HubRequest {
  /** Where the downloaded configs lie. */
  readonly folder: string;
  /** The user's token for the hub; absent or empty: none is sent. */
  readonly token?: string | undefined;
  readonly fetch?: typeof globalThis.fetch;
  readonly signal?: AbortSignal;
  /** Milliseconds for the whole transfer; 20 s unless told. */
  readonly timeoutMs?: number;
}

export interface FetchedConfig {
  /** Path of the stored config.json. */
  readonly path: string;
  readonly source: SourceNote;
}

/**
 * Downloads the config.json of a model from a hub, and stores it where `resolveModel` finds it. The one place that
 * uses a network, for commands that the user gave and that named the address.
 * @throws ConfigError for whatever keeps it from being done; the reason of `signal` where that ended it.
 */
export async function fetchModelConfig(request: FetchRequest): Promise<FetchedConfig> {
  const { repository, revision = 'main', signal } = request;
  const url = configUrl(request);
  const { bytes, commit } = await answerOf(request, url);
  refuseOtherThanJson(bytes, repository, url);
  signal?.throwIfAborted();
  const date = new Date().toISOString();
  const source = { repository, revision, ...(commit !== undefined && { commit }), url: url.href, date };
  return { path: await storeConfig(request.folder, bytes, source), source };
}

async function answerOf(request: FetchRequest, url: URL): Promise<ConfigAnswer> {
  const { repository, revision = 'main', timeoutMs = DEFAULT_TIMEOUT_MS } = request;
  request.signal?.throwIfAborted();
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = request.signal === undefined ? timeout : AbortSignal.any([request.signal, timeout]);
  try {
    return await requestConfig({
      url,
      repository,
      revision,
      token: sendableToken(request.token, repository),
      fetch: request.fetch ?? globalThis.fetch,
      signal,
    });
  } catch (error) {
    request.signal?.throwIfAborted();
    if (isConfigError(error)) throw error;
    throw new ConfigError({
      file: repository,
      problem: timeout.aborted
        ? l10n.t('{0} did not give the file within {1} s.', url.host, String(timeoutMs / 1000))
        : l10n.t('{0} cannot be reached: {1}.', url.host, reasonOf(error)),
      mend: l10n.t(
        'Check the connection and its proxy, or copy the config.json of the model beside this file by hand.',
      ),
    });
  }
}

/** A header that cannot be sent would end in an error that quotes it. */
function sendableToken(token: string | undefined, file: string): string | undefined {
  const trimmed = token?.trim() ?? '';
  if (trimmed === '') return undefined;
  if (/^[\u0021-\u007e]+$/.test(trimmed)) return trimmed;
  throw new ConfigError({
    file,
    problem: l10n.t('The token (HF_TOKEN) has characters that no token has.'),
    mend: l10n.t('Copy it anew from the settings of your account, or leave it out.'),
  });
}

/** `fetch` says that it failed; why is in the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
  return cause.message === '' ? (code ?? cause.name) : cause.message.replace(/\.$/, '');
}

function refuseOtherThanJson(bytes: Uint8Array, file: string, url: URL): void {
  try {
    readJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes), file);
  } catch (error) {
    const reason = isConfigError(error) ? error.problem : l10n.t('It is no text in UTF-8.');
    throw new ConfigError({
      file,
      problem: l10n.t('What {0} sent is no config. {1}', url.host, reason),
      mend: l10n.t(
        'Check HF_ENDPOINT and whether your network asks for a sign-in first. Nothing was stored.',
      ),
    });
  }
}
