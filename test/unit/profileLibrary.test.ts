import assert from 'node:assert/strict';
import type { Log } from '../../src/extension/log';
import { attentionShapes } from '../../src/extension/profiles/attentionShapes';
import { ProfileShelf, type ShelfBounds, type ShelfFiles } from '../../src/extension/profiles/profileShelf';
import type { AttentionSpec, ModelSpec } from '../../src/model/modelSpec';
import type { Report } from '../../src/report/report';
import { fixture, llama1b } from '../fixtures/readFixture';
import {
  cancelledReport,
  failedReport,
  runningReport,
  sampleReport,
  startingReport,
} from '../fixtures/sampleReport';

/** A folder in memory. */
class Folder implements ShelfFiles {
  public readonly files = new Map<string, Uint8Array>();
  public reads = 0;
  public full = false;

  public list(): Promise<string[]> {
    return Promise.resolve([...this.files.keys()]);
  }

  public read(name: string, limit: number): Promise<Uint8Array> {
    this.reads++;
    const bytes = this.files.get(name);
    if (!bytes || bytes.byteLength > limit) return Promise.reject(new Error('cannot be read'));
    return Promise.resolve(bytes);
  }

  public write(name: string, bytes: Uint8Array): Promise<void> {
    if (this.full) return Promise.reject(new Error('the disk is full'));
    this.files.set(name, bytes);
    return Promise.resolve();
  }

  public remove(name: string): Promise<void> {
    this.files.delete(name);
    return Promise.resolve();
  }

  public put(name: string, text: string): void {
    this.files.set(name, new TextEncoder().encode(text));
  }
}

class Lines implements Log {
  public readonly warnings: string[] = [];
  public readonly errors: string[] = [];

  public info(): void {
    // Nothing here looks at it.
  }

  public warn(line: string): void {
    this.warnings.push(line);
  }

  public error(line: string): void {
    this.errors.push(line);
  }
}

function shelfOn(folder: Folder, bounds?: ShelfBounds) {
  const log = new Lines();
  const changes = { count: 0 };
  const onChange = () => {
    changes.count++;
  };
  return { shelf: new ProfileShelf(folder, log, onChange, bounds), log, changes };
}

/** A model like Llama 3.2 1B with other attention. */
function model(change: Partial<AttentionSpec>, base: ModelSpec = llama1b()): ModelSpec {
  return {
    ...base,
    stacks: base.stacks.map((stack) => ({
      ...stack,
      layerKinds: stack.layerKinds.map((kind) =>
        kind.attention ? { ...kind, attention: { ...kind.attention, ...change } } : kind,
      ),
    })),
  };
}

function report(second: number, of: ModelSpec = llama1b(), device?: string): Report {
  const sample = sampleReport();
  assert.ok(sample.device);
  return {
    ...sample,
    model: of,
    createdAt: new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString(),
    device: { ...sample.device, ...(device !== undefined && { name: device }) },
  };
}

describe('ProfileShelf', () => {
  it('finds a kept profile for any model with the same attention shapes, and for no other', async () => {
    const { shelf, changes } = shelfOn(new Folder());
    const kept = report(1);
    await shelf.keep(kept);
    assert.equal(changes.count, 1);
    assert.equal(shelf.find(llama1b()), kept);
    const renamed: ModelSpec = { ...llama1b(), vocabSize: 7, modelType: 'other' };
    assert.equal(shelf.find(renamed), kept);
    for (const change of [
      { heads: 16 },
      { kvHeads: 4 },
      { headDim: 128 },
      { window: 512 },
      { causal: false },
    ])
      assert.equal(shelf.find(model(change)), undefined, JSON.stringify(change));
    assert.equal(shelf.find({ stacks: [] }), undefined);
  });

  it('keeps only finished runs that measured something', async () => {
    const folder = new Folder();
    const { shelf, changes } = shelfOn(folder);
    const complete = sampleReport();
    const { device, ...withoutDevice } = complete;
    assert.ok(device);
    for (const unfinished of [
      runningReport(),
      startingReport(),
      failedReport(),
      cancelledReport(),
      withoutDevice,
      { ...complete, layerKinds: [] },
    ])
      await shelf.keep(unfinished);
    assert.equal(folder.files.size, 0);
    assert.equal(changes.count, 0);
  });

  it('puts a later profile of the same shapes and device in place of the earlier one', async () => {
    const folder = new Folder();
    const { shelf } = shelfOn(folder);
    await shelf.keep(report(1));
    const later = report(2);
    await shelf.keep(later);
    assert.equal(folder.files.size, 1);
    assert.equal(shelf.find(llama1b()), later);
  });

  it('keeps those of several devices, and gives the newest', async () => {
    const folder = new Folder();
    const { shelf } = shelfOn(folder);
    const newest = report(5, llama1b(), 'GPU');
    await shelf.keep(newest);
    await shelf.keep(report(3, llama1b(), 'CPU'));
    assert.equal(folder.files.size, 2);
    assert.equal(shelf.find(llama1b()), newest);
  });

  it('reads the folder once, when it is first asked, and says when it has', async () => {
    const folder = new Folder();
    const kept = report(1);
    await shelfOn(folder).shelf.keep(kept);
    const { shelf, changes } = shelfOn(folder);
    assert.equal(folder.reads, 0);
    assert.equal(shelf.find(llama1b()), undefined);
    await shelf.load();
    assert.equal(changes.count, 1);
    assert.deepEqual(shelf.find(llama1b()), JSON.parse(JSON.stringify(kept)));
    assert.equal(folder.reads, 1);
  });

  it('skips files that are no profiles, with a line in the log for each', async () => {
    const folder = new Folder();
    await shelfOn(folder).shelf.keep(report(1));
    const [name] = [...folder.files.keys()];
    assert.ok(name !== undefined);
    folder.put('broken.json', '{"schemaVersion":');
    folder.put('other.json', '{"schemaVersion": 1}');
    folder.put('renamed.json', JSON.stringify(report(2)));
    folder.put('notes.txt', 'none of ours');
    const { shelf, log } = shelfOn(folder);
    await shelf.load();
    assert.deepEqual(log.warnings.map((line) => line.split(':')[0]).sort(), [
      'skipped broken.json',
      'skipped other.json',
      'skipped renamed.json',
    ]);
    assert.equal(shelf.find(llama1b())?.createdAt, report(1).createdAt);
  });

  it('deletes the oldest ones beyond the number that is kept', async () => {
    const folder = new Folder();
    const bounds = { profiles: 2, bytes: Infinity };
    const { shelf } = shelfOn(folder, bounds);
    for (const second of [3, 1, 2]) await shelf.keep(report(second, model({ headDim: 64 * second })));
    assert.equal(folder.files.size, 2);
    assert.equal(shelf.find(model({ headDim: 64 })), undefined);
    assert.ok(shelf.find(model({ headDim: 128 })));
    assert.ok(shelf.find(model({ headDim: 192 })));
    // Also those that another window added.
    await shelfOn(folder).shelf.keep(report(9, model({ headDim: 32 })));
    await shelfOn(folder, bounds).shelf.load();
    assert.equal(folder.files.size, 2);
  });

  it('deletes the oldest ones beyond the bytes that are kept, and keeps none that is larger', async () => {
    const folder = new Folder();
    const size = new TextEncoder().encode(JSON.stringify(report(1))).byteLength;
    const { shelf } = shelfOn(folder, { profiles: 50, bytes: size * 2.5 });
    for (const second of [1, 2, 3]) await shelf.keep(report(second, model({ headDim: 64 * second })));
    assert.equal(folder.files.size, 2);
    assert.equal(shelf.find(model({ headDim: 64 })), undefined);
    const small = shelfOn(new Folder(), { profiles: 50, bytes: size / 2 }).shelf;
    await small.keep(report(1));
    assert.equal(small.find(llama1b()), undefined);
  });

  it('clears everything that it counts, what it could not read too', async () => {
    const folder = new Folder();
    const { shelf, changes } = shelfOn(folder);
    await shelf.keep(report(1));
    await shelf.keep(report(2, fixture('gpt2')));
    folder.put('broken.json', '{');
    assert.equal(await shelf.count(), 3);
    const before = changes.count;
    assert.equal(await shelf.clear(), 3);
    assert.equal(changes.count, before + 1);
    assert.equal(folder.files.size, 0);
    assert.equal(shelf.find(llama1b()), undefined);
    assert.equal(await shelf.count(), 0);
  });

  it('logs a full disk and goes on', async () => {
    const folder = new Folder();
    const { shelf, log } = shelfOn(folder);
    folder.full = true;
    await shelf.keep(report(1));
    assert.deepEqual(log.errors, ['a profile could not be kept']);
    folder.full = false;
    await shelf.keep(report(2));
    assert.equal(folder.files.size, 1);
  });
});

describe('attentionShapes', () => {
  it('leaves out names, numbers of layers and the order of the kinds', () => {
    const [stack] = llama1b().stacks;
    const [kind] = stack?.layerKinds ?? [];
    assert.ok(stack && kind?.attention);
    const sliding = { ...kind, name: 'sliding', attention: { ...kind.attention, window: 128 } };
    const one = [{ ...stack, layerKinds: [kind, sliding] }];
    const other = [{ ...stack, layerKinds: [sliding, { ...kind, name: 'full', layers: 3 }] }];
    assert.equal(attentionShapes({ stacks: one }), attentionShapes({ stacks: other }));
    assert.notEqual(attentionShapes({ stacks: one }), attentionShapes({ stacks: [stack] }));
  });
});
