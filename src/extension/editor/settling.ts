/** What vscode's CancellationToken has of use here. */
export interface Cancellable {
  readonly isCancellationRequested: boolean;
  onCancellationRequested(listener: () => void): { dispose(): unknown };
}

/** Characters above which a document counts as large. */
const large = 1_000_000;

/** How long a document has to be left alone before it is read, in ms: reading a large one takes longer too. */
export function settleTime(length: number): number {
  return length > large ? 1000 : 250;
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

  /** Time until `key`, a document of `length` characters, has been left alone for long enough, in ms; 0 where it has. */
  public remaining(key: string, length: number): number {
    const changedAt = this.changedAt.get(key);
    return changedAt === undefined ? 0 : Math.max(0, changedAt + settleTime(length) - this.now());
  }

  /** Resolves with true once nobody types in `key` any more, with false as soon as `token` is cancelled. */
  public async settled(key: string, length: number, token: Cancellable): Promise<boolean> {
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
