/** What `look` finds; undefined where it throws, since what cannot be read counts as not there. */
export async function orUndefined<T>(look: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await look();
  } catch {
    return undefined;
  }
}
