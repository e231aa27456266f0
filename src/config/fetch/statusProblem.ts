import * as l10n from '@vscode/l10n';

/** Why a hub did not give a config, as sentences for the user. */
export interface FetchProblem {
  readonly problem: string;
  readonly mend: string;
}

interface Refusal {
  readonly status: number;
  /** The hub's own word for it, from the header X-Error-Code; null where it sends none. */
  readonly code: string | null;
  readonly repository: string;
  readonly revision: string;
  readonly origin: string;
}

/** What a status other than 200 means. A hub that knows no user answers 401 for what does not exist, too. */
export function statusProblem({ status, code, repository, revision, origin }: Refusal): FetchProblem {
  if (status === 401 || status === 403) {
    const access = l10n.t(
      'open {0}/{1} in a browser, ask for access there, then set the environment variable HF_TOKEN to a token of yours that may read it',
      origin,
      repository,
    );
    return code === 'GatedRepo'
      ? {
          problem: l10n.t(
            'The repository is gated: its owner gives access on request ({0}).',
            String(status),
          ),
          mend: l10n.t('To get access, {0}.', access),
        }
      : {
          problem: l10n.t(
            'The hub does not give it out ({0}): it is gated or private, the token is not valid, or there is no such repository.',
            String(status),
          ),
          mend: l10n.t('Check the spelling. If it is gated, {0}.', access),
        };
  }
  if (status === 404) return missing(code, revision);
  if (status === 429) {
    return {
      problem: l10n.t('The hub has had too many requests from here (429).'),
      mend: l10n.t('Wait some minutes, or set the environment variable HF_TOKEN.'),
    };
  }
  if (status >= 500) {
    return {
      problem: l10n.t('The hub has a fault of its own ({0}).', String(status)),
      mend: l10n.t('Try again later.'),
    };
  }
  return {
    problem: l10n.t('The hub gave an answer that holds no file ({0}).', String(status)),
    mend: l10n.t('Check the name of the repository, and HF_ENDPOINT where it is set.'),
  };
}

function missing(code: string | null, revision: string): FetchProblem {
  if (code === 'EntryNotFound') {
    return {
      problem: l10n.t('The repository has no config.json in revision {0} (404).', revision),
      mend: l10n.t(
        'Name the repository of the original model: adapters and GGUF conversions often have none.',
      ),
    };
  }
  if (code === 'RevisionNotFound') {
    return {
      problem: l10n.t('The repository has no revision {0} (404).', revision),
      mend: l10n.t('Name a branch, a tag or a commit that it has, such as "main".'),
    };
  }
  return {
    problem: l10n.t('There is no such repository, or it has no config.json in revision {0} (404).', revision),
    mend: l10n.t('Check the spelling; it is "organisation/name", as on the page of the model.'),
  };
}
