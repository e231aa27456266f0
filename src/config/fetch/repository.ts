/** A model's repository on a hub, and which state of it. */
export interface Repository {
  /** `Qwen/Qwen3-8B`, or a name without an organisation, such as `gpt2`. */
  readonly repository: string;
  /** A branch, tag or commit; absent: `main`. */
  readonly revision?: string;
}

const ADDRESS = /^(?:https?:\/\/)?(?:www\.)?(?:huggingface\.co|hf\.co)\//i;
const FOLDER_START = 'models--';
const LONGEST_PART = 96;
const LONGEST_REVISION = 200;

/**
 * Reads `ORG/NAME`, `ORG/NAME@REVISION`, or the address of a repository's page. Undefined for anything else: what
 * is returned is harmless as the name of a folder and as a part of an address.
 */
export function parseRepository(text: string): Repository | undefined {
  const trimmed = text.trim();
  const isAddress = ADDRESS.test(trimmed);
  const written = isAddress ? withoutPage(trimmed.replace(ADDRESS, '')) : trimmed;
  const at = written.indexOf('@');
  const repository = at < 0 ? written : written.slice(0, at);
  const revision = at < 0 ? undefined : written.slice(at + 1);
  const parts = repository.split('/');
  if (parts.length > 2 || !parts.every(isPart)) return undefined;
  if (revision === undefined) return { repository };
  return isRevision(revision) ? { repository, revision } : undefined;
}

/** A repository's address on the hub without the page of it that is shown: `/tree/main`, `/discussions/1`. */
export function withoutPage(address: string): string {
  return address
    .replace(/[?#].*$/, '')
    .replace(/\/(?:tree|blob|raw|resolve|commits?|discussions)\/.*$/, '')
    .split('/')
    .slice(0, 2)
    .filter((part) => part !== '')
    .join('/');
}

/** The name of the folder of a repository, in the Hugging Face cache and among the downloads: `models--org--name`. */
export function repositoryFolder(repository: string): string {
  return FOLDER_START + repository.replace('/', '--');
}

/** The repository that a folder is of by its name; undefined for a folder that is named otherwise. */
export function folderRepository(folder: string): string | undefined {
  return folder.startsWith(FOLDER_START) ? folder.slice(FOLDER_START.length).replace('--', '/') : undefined;
}

/** Whether it can be a branch, a tag or a commit: plain parts between slashes. */
export function isRevision(text: string): boolean {
  return (
    text.length <= LONGEST_REVISION &&
    text.split('/').every((part) => /^[\w.+-]+$/.test(part) && !dotted(part))
  );
}

/** `--` separates organisation and name in the names of folders, so that the hub allows it in neither. */
function isPart(part: string): boolean {
  return part.length <= LONGEST_PART && /^\w(?:[\w.-]*\w)?$/.test(part) && !/--|\.\./.test(part);
}

function dotted(part: string): boolean {
  return part.startsWith('.') || part.endsWith('.') || part.includes('..');
}
