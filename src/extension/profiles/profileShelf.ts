import { createHash } from 'node:crypto';
import type { ModelSpec } from '../../model/modelSpec';
import type { Report } from '../../report/report';
import type { Log } from '../log';
import { parseStoredReport } from '../storedReport';
import { attentionShapes } from './attentionShapes';

/** The folder that profiles are kept in. All of its functions reject with what the file system throws. */
export interface ShelfFiles {
  /** Names of the files; empty where there is no folder yet. */
  list(): Promise<readonly string[]>;
  /** Rejects for files larger than `limit` bytes. */
  read(name: string, limit: number): Promise<Uint8Array>;
  write(name: string, bytes: Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
}

export interface ShelfBounds {
  readonly profiles: number;
  readonly bytes: number;
}

/** The newest 50, and of these no more than 64 MiB. */
const defaultBounds: ShelfBounds = { profiles: 50, bytes: 64 * 1024 * 1024 };

interface Kept {
  readonly name: string;
  readonly shapes: string;
  readonly bytes: number;
  readonly report: Report;
}

/**
 * Finished profiles in a folder, one for the attention shapes of a model on a device: a later one takes the place
 * of an earlier one. Read when they are first asked for. Knows nothing of the editor.
 */
export class ProfileShelf {
  private readonly kept = new Map<string, Kept>();
  private reading: Promise<void> | undefined;
  /** File operations, one after the other. */
  private queue: Promise<unknown> = Promise.resolve();

  public constructor(
    private readonly files: ShelfFiles,
    private readonly log: Log,
    private readonly onChange: () => void,
    private readonly bounds = defaultBounds,
  ) {}

  /**
   * The newest profile of a model with the attention shapes of `model`. Undefined too until the folder has been
   * read, which the first call starts: `onChange` is called then.
   */
  public find(model: Pick<ModelSpec, 'stacks'>): Report | undefined {
    void this.load();
    const shapes = attentionShapes(model);
    if (shapes === '') return undefined;
    return this.newestFirst().find((kept) => kept.shapes === shapes)?.report;
  }

  /** Keeps `report` where its run is complete and measured something; any other report is left alone. */
  public async keep(report: Report): Promise<void> {
    if (!isFinished(report)) return;
    const name = nameOf(report);
    await this.enqueue('a profile could not be kept', async () => {
      const bytes = new TextEncoder().encode(JSON.stringify(report));
      if (bytes.byteLength > this.bounds.bytes) return;
      this.put(name, bytes.byteLength, report);
      await this.files.write(name, bytes);
      await this.prune();
    });
    this.onChange();
  }

  /** Deletes all profiles, those of other windows and files that cannot be read among them. Resolves with how many. */
  public async clear(): Promise<number> {
    let count = 0;
    await this.enqueue('the kept profiles could not be deleted', async () => {
      for (const name of await this.profileFiles()) {
        await this.files.remove(name);
        this.kept.delete(name);
        count++;
      }
      this.kept.clear();
    });
    this.onChange();
    return count;
  }

  /** How many files `clear` would delete. */
  public async count(): Promise<number> {
    let count = 0;
    await this.enqueue('the kept profiles could not be counted', async () => {
      count = (await this.profileFiles()).length;
    });
    return count;
  }

  /** Reads the folder, the first time. Resolves when that is done. */
  public async load(): Promise<void> {
    this.reading ??= this.enqueue('the kept profiles could not be read', async () => {
      for (const name of await this.profileFiles()) await this.readFile(name);
      await this.prune();
    }).then(() => {
      if (this.kept.size > 0) this.onChange();
    });
    await this.reading;
  }

  private async readFile(name: string): Promise<void> {
    if (this.kept.has(name)) return;
    try {
      const bytes = await this.files.read(name, this.bounds.bytes);
      const report = parseStoredReport(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
      // A file that was renamed, or is from another version: no profile of ours.
      if (!report || !isFinished(report) || nameOf(report) !== name) throw new TypeError('no kept profile');
      this.put(name, bytes.byteLength, report);
    } catch (error) {
      this.log.warn(`skipped ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private put(name: string, bytes: number, report: Report): void {
    this.kept.set(name, { name, shapes: attentionShapes(report.model), bytes, report });
  }

  /** Deletes the oldest ones until the bounds hold. */
  private async prune(): Promise<void> {
    let bytes = 0;
    for (const [index, kept] of this.newestFirst().entries()) {
      bytes += kept.bytes;
      if (index < this.bounds.profiles && bytes <= this.bounds.bytes) continue;
      this.kept.delete(kept.name);
      await this.files.remove(kept.name);
    }
  }

  private newestFirst(): Kept[] {
    return [...this.kept.values()].sort((a, b) => b.report.createdAt.localeCompare(a.report.createdAt));
  }

  private async profileFiles(): Promise<readonly string[]> {
    return (await this.files.list()).filter((name) => name.endsWith('.json'));
  }

  /** A full or absent disk is logged, not thrown. */
  private async enqueue(failure: string, act: () => Promise<void>): Promise<void> {
    const done = this.queue.then(act).catch((error: unknown) => {
      this.log.error(failure, error);
    });
    this.queue = done;
    await done;
  }
}

function isFinished({ run, device, layerKinds }: Report): boolean {
  const measured = layerKinds.some(({ dense, replacements }) =>
    [dense, ...replacements].some(({ points }) => points.some(({ timing }) => timing !== undefined)),
  );
  return run.state === 'complete' && device !== undefined && measured;
}

/** The same for all profiles of the same shapes on the same device. */
function nameOf({ model, device }: Report): string {
  const key = [attentionShapes(model), device?.provider, device?.name, device?.precision];
  return `${createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 32)}.json`;
}
