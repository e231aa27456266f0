/** What vscode's CancellationToken has of use here. */
export interface Cancellable {
  readonly isCancellationRequested: boolean;
  onCancellationRequested(listener: () => void): { dispose(): unknown };
}

/** Characters above which a document counts as large. */
const large = 1_000_000;

/** The least of all settle times, in ms. */
const shortest = 250;

/** How long a document has to be left alone before it is read, in ms: reading a large one takes longer too. */
export function settleTime(length: number): number {
  return length > large ? 1000 : shortest;
}

/** Knows when documents were typed in, so that they are read between the words and not between the letters. */
export class Settling {
  private readonly changedAt = new Map<string, number>();

  /** `now`: the time in ms. */
  public constructor(private readonly now: () => number = Date.now) {}

  public changed(key: string): void {
    this.changedAt.set(key, this.now());
  }

  public forget(key: string): void {
    this.changedAt.delete(key);
  }

  /**
   * Time in ms after which to look at `key` again; 0 where it has been left alone for long enough. `length` gives its
   * characters: the editor counts the lines of the whole text for that, so that it is not asked between two keys.
   */
  public remaining(key: string, length: () => number): number {
    const changedAt = this.changedAt.get(key);
    if (changedAt === undefined) return 0;
    const passed = this.now() - changedAt;
    return passed < shortest ? shortest - passed : Math.max(0, settleTime(length()) - passed);
  }

  /** Resolves with true once nobody types in `key` any more, with false as soon as `token` is cancelled. */
  public async settled(key: string, length: () => number, token: Cancellable): Promise<boolean> {
    while (!token.isCancellationRequested) {
      const remaining = this.remaining(key, length);
      if (remaining === 0) return true;
      await pause(remaining, token);
    }
    return false;
  }
}

/** Resolves after `ms`, or as soon as `token` is cancelled. */
async function pause(ms: number, token: Cancellable): Promise<void> {
  let listener: { dispose(): unknown } | undefined;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    listener = token.onCancellationRequested(() => {
      clearTimeout(timer);
      resolve();
    });
  });
  listener?.dispose();
}
