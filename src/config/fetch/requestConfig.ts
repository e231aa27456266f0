import * as l10n from '@vscode/l10n';
import { ConfigError } from '../configError';
import { LARGEST_CONFIG } from '../resolve/fileAccess';
import { statusProblem, type FetchProblem } from './statusProblem';

const MOST_REDIRECTS = 5;

export interface ConfigRequest {
  readonly url: URL;
  readonly repository: string;
  readonly revision: string;
  /** Sent to the origin of `url` alone, and no more once a redirect has led away from it. */
  readonly token: string | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly signal: AbortSignal;
}

export interface ConfigAnswer {
  readonly bytes: Uint8Array;
  /** The commit that the hub says the file is from. */
  readonly commit?: string;
}

/**
 * GETs a config. Redirects lead to https, or stay at the origin. Takes at most 8 MiB, as they are after unpacking.
 * @throws ConfigError for a refusal; what `fetch` throws where there is no answer, or where `signal` ends it.
 */
export async function requestConfig(request: ConfigRequest): Promise<ConfigAnswer> {
  const { origin } = request.url;
  let { url, token } = request;
  let commit: string | undefined;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    if (url.origin !== origin) token = undefined;
    const response = await request.fetch(url, {
      redirect: 'manual',
      credentials: 'omit',
      headers: {
        accept: 'application/json, */*',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      signal: request.signal,
    });
    commit ??= commitOf(response);
    const target = redirectOf(response, url);
    if (target === undefined) {
      await refuseStatus(response, request);
      const bytes = await boundedBody(response, request);
      return { bytes, ...(commit !== undefined && { commit }) };
    }
    await response.body?.cancel();
    if (target.protocol !== 'https:' && target.origin !== origin) {
      throw refusal(request, {
        problem: l10n.t('The hub leads to {0}//{1}, which is not encrypted.', target.protocol, target.host),
        mend: l10n.t('Check HF_ENDPOINT and the proxy of your network.'),
      });
    }
    url = target;
  }
  throw refusal(request, {
    problem: l10n.t(
      'The hub leads from one address to the next, more than {0} times.',
      String(MOST_REDIRECTS),
    ),
    mend: l10n.t('Check the name of the repository, and HF_ENDPOINT where it is set.'),
  });
}

function redirectOf(response: Response, from: URL): URL | undefined {
  const location = response.headers.get('location');
  if (![301, 302, 303, 307, 308].includes(response.status) || location === null) return undefined;
  return URL.canParse(location, from.href) ? new URL(location, from) : undefined;
}

/** The header is the hub's word; only what can be a commit is kept. */
function commitOf(response: Response): string | undefined {
  const commit = response.headers.get('x-repo-commit') ?? '';
  return /^[\da-f]{7,64}$/i.test(commit) ? commit.toLowerCase() : undefined;
}

async function refuseStatus(response: Response, request: ConfigRequest): Promise<void> {
  if (response.status === 200) return;
  await response.body?.cancel();
  const { repository, revision, url } = request;
  const code = response.headers.get('x-error-code');
  throw refusal(
    request,
    statusProblem({ status: response.status, code, repository, revision, origin: url.origin }),
  );
}

async function boundedBody(response: Response, request: ConfigRequest): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bodyOf(response)) {
    size += chunk.length;
    if (size > LARGEST_CONFIG) {
      throw refusal(request, {
        problem: l10n.t(
          "The config.json there is larger than {0} MiB, which no model's config is.",
          String(LARGEST_CONFIG / 1024 / 1024),
        ),
        mend: l10n.t('Check the name of the repository.'),
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Leaving the loop over it cancels the transfer. */
function bodyOf(response: Response): AsyncIterable<Uint8Array> | readonly Uint8Array[] {
  return response.body ?? [];
}

function refusal({ repository }: ConfigRequest, problem: FetchProblem): ConfigError {
  return new ConfigError({ file: repository, ...problem });
}
