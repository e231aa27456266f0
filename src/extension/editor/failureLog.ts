import type { Log } from '../log';

/** Distinct failures that are logged; later ones are those of a loop. */
const most = 100;

/** Logs each failure of the editor's features once: they are asked anew with every movement of the mouse. */
export class FailureLog {
  private readonly known = new Set<string>();

  public constructor(private readonly log: Pick<Log, 'error'>) {}

  /** What `act` gives; undefined where it throws, which is logged as a failure of `what`. */
  public async attempt<T>(what: string, act: () => Promise<T> | T): Promise<T | undefined> {
    try {
      return await act();
    } catch (error) {
      const message = `${what}: ${error instanceof Error ? error.message : String(error)}`;
      if (!this.known.has(message) && this.known.size < most) {
        this.known.add(message);
        this.log.error(`${what} failed`, error);
      }
      return undefined;
    }
  }
}
