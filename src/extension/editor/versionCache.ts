interface Entry<T> {
  readonly version: number;
  readonly value: T;
}

/** One value for each document, that of the version asked for last. The documents asked for last are kept. */
export class VersionCache<T> {
  /** In the order of use, the oldest first. */
  private readonly entries = new Map<string, Entry<T>>();

  /** `capacity`: documents kept. */
  public constructor(private readonly capacity: number) {}

  /** The value of `key` at `version`: the one made before, or that of `make`. What `make` throws goes through. */
  public get(key: string, version: number, make: () => T): T {
    const known = this.entries.get(key);
    const entry = known?.version === version ? known : { version, value: make() };
    this.entries.delete(key);
    this.entries.set(key, entry);
    if (this.entries.size > this.capacity) this.deleteOldest();
    return entry.value;
  }

  /** Whether `get` would have nothing to make. */
  public has(key: string, version: number): boolean {
    return this.entries.get(key)?.version === version;
  }

  public delete(key: string): void {
    this.entries.delete(key);
  }

  /** Forgets every document, or all but `kept`. */
  public clear(kept?: string): void {
    for (const key of [...this.entries.keys()]) if (key !== kept) this.entries.delete(key);
  }

  private deleteOldest(): void {
    const [oldest] = this.entries.keys();
    if (oldest !== undefined) this.entries.delete(oldest);
  }
}
