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
    const access = `open ${origin}/${repository} in a browser, ask for access there, then set the environment variable HF_TOKEN to a token of yours that may read it`;
    return code === 'GatedRepo'
      ? {
          problem: `The repository is gated: its owner gives access on request (${String(status)}).`,
          mend: `To get access, ${access}.`,
        }
      : {
          problem: `The hub does not give it out (${String(status)}): it is gated or private, the token is not valid, or there is no such repository.`,
          mend: `Check the spelling. If it is gated, ${access}.`,
        };
  }
  if (status === 404) return missing(code, revision);
  if (status === 429) {
    return {
      problem: 'The hub has had too many requests from here (429).',
      mend: 'Wait some minutes, or set the environment variable HF_TOKEN.',
    };
  }
  if (status >= 500) {
    return { problem: `The hub has a fault of its own (${String(status)}).`, mend: 'Try again later.' };
  }
  return {
    problem: `The hub gave an answer that holds no file (${String(status)}).`,
    mend: 'Check the name of the repository, and HF_ENDPOINT where it is set.',
  };
}

function missing(code: string | null, revision: string): FetchProblem {
  if (code === 'EntryNotFound') {
    return {
      problem: `The repository has no config.json in revision ${revision} (404).`,
      mend: 'Name the repository of the original model: adapters and GGUF conversions often have none.',
    };
  }
  if (code === 'RevisionNotFound') {
    return {
      problem: `The repository has no revision ${revision} (404).`,
      mend: 'Name a branch, a tag or a commit that it has, such as "main".',
    };
  }
  return {
    problem: `There is no such repository, or it has no config.json in revision ${revision} (404).`,
    mend: 'Check the spelling; it is "organisation/name", as on the page of the model.',
  };
}
