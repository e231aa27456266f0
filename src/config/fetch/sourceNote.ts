/** Where a downloaded config came from; lies beside it. */
export interface SourceNote {
  readonly repository: string;
  readonly revision: string;
  /** The commit, where the hub said it. */
  readonly commit?: string;
  readonly url: string;
  /** When it was downloaded, ISO 8601. */
  readonly date: string;
}

export const sourceNoteName = 'source.json';

/** Reads a note; undefined where the text is none. */
export function parseSourceNote(text: string | undefined): SourceNote | undefined {
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { repository, revision, commit, url, date } = value as Record<string, unknown>;
  if (typeof repository !== 'string' || typeof revision !== 'string') return undefined;
  if (typeof url !== 'string' || typeof date !== 'string') return undefined;
  return { repository, revision, url, date, ...(typeof commit === 'string' && { commit }) };
}
