import * as l10n from '@vscode/l10n';
import { ConfigError } from '../configError';
import { isRevision, parseRepository, type Repository } from './repository';

const defaultEndpoint = 'https://huggingface.co';

export interface HubRequest extends Repository {
  /** Address of the hub, such as a mirror's; absent or empty: huggingface.co. */
  readonly endpoint?: string | undefined;
}

/**
 * The address of a model's config.json on a hub: `ENDPOINT/ORG/NAME/resolve/REVISION/config.json`.
 * @throws ConfigError for a name, a revision or an endpoint that cannot be one.
 */
export function configUrl({ repository, revision = 'main', endpoint }: HubRequest): URL {
  if (parseRepository(repository)?.repository !== repository) {
    throw new ConfigError({
      file: printable(repository),
      problem: l10n.t('This is no name of a repository.'),
      mend: l10n.t('Write it as on its page, such as "Qwen/Qwen3-8B".'),
    });
  }
  if (!isRevision(revision)) {
    throw new ConfigError({
      file: repository,
      problem: l10n.t('"{0}" is no name of a revision.', printable(revision)),
      mend: l10n.t('Name a branch, a tag or a commit, such as "main".'),
    });
  }
  const base = endpointUrl(endpoint, repository);
  return new URL(`${base}/${repository}/resolve/${encodeURIComponent(revision)}/config.json`);
}

function endpointUrl(endpoint: string | undefined, file: string): string {
  const text = (endpoint ?? '').trim() === '' ? defaultEndpoint : (endpoint ?? '').trim();
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (url === undefined || !isWeb || url.username !== '' || url.password !== '') {
    throw new ConfigError({
      file,
      problem: l10n.t('The endpoint (HF_ENDPOINT) is no address of a hub.'),
      mend: l10n.t('Give it as "{0}", without a user name, or leave it out.', defaultEndpoint),
    });
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- these would break the message
  return text.slice(0, 100).replace(/[\u0000-\u001f\u007f]/g, ' ');
}
