import assert from 'node:assert/strict';
import { contextOf, found, MemoryFiles, missing, resolve } from './resolveFixture';

const hub = '/home/me/.cache/huggingface/hub';
const folder = `${hub}/models--acme--Own-7B`;
const main = '1234567890abcdef1234567890abcdef12345678';
const older = 'abcdefabcdefabcdefabcdefabcdefabcdefabcd';

/** The files of one repository with two snapshots, with changes; what is changed to null is not there. */
function cached(changes: Readonly<Record<string, string | null>> = {}): Record<string, string> {
  const texts: Record<string, string | null> = {
    [`${folder}/refs/main`]: `${main}\n`,
    [`${folder}/refs/refs/pr/1`]: older,
    [`${folder}/snapshots/${main}/config.json`]: 'main',
    [`${folder}/snapshots/${older}/config.json`]: 'older',
    ...changes,
  };
  return Object.fromEntries(
    Object.entries(texts).flatMap(([path, text]) => (text === null ? [] : [[path, text]])),
  );
}

describe('resolve: the Hugging Face cache', () => {
  it('takes the snapshot of main', async () => {
    const result = found(await resolve('acme/Own-7B', contextOf(cached())));
    assert.deepEqual([result.how, result.text, result.name], ['hf-cache', 'main', 'acme/Own-7B']);
    assert.equal(result.location, `${folder}/snapshots/${main}/config.json`);
    assert.match(result.note, /revision main, snapshot 1234567890ab/);
  });

  it('takes a revision: a branch with slashes, a hash, the start of a hash', async () => {
    for (const revision of ['refs/pr/1', older, older.slice(0, 7), older.slice(0, 7).toUpperCase()]) {
      const result = found(await resolve('acme/Own-7B', contextOf(cached()), revision));
      assert.equal(result.text, 'older', revision);
      assert.match(result.note, new RegExp(`revision ${revision}, `));
    }
  });

  it('takes the newest snapshot where there is no ref, and says so', async () => {
    const texts = cached({ [`${folder}/refs/main`]: null });
    for (const [newest, text] of [
      [main, 'main'],
      [older, 'older'],
    ] as const) {
      const files = new MemoryFiles(texts, { [`${folder}/snapshots/${newest}`]: 5 });
      const result = found(await resolve('acme/Own-7B', contextOf({}, { files })));
      assert.equal(result.text, text);
      assert.match(result.note, /newest snapshot.*revision main is not there/);
    }
  });

  it('falls back from refs that are broken, lead elsewhere or have no config', async () => {
    for (const ref of ['', '../../../../etc', 'not a hash', '9999999', '/etc', main.slice(0, 6)]) {
      const result = found(await resolve('acme/Own-7B', contextOf(cached({ [`${folder}/refs/main`]: ref }))));
      assert.match(result.note, /newest snapshot/, ref);
    }
    const missingRevision = found(await resolve('acme/Own-7B', contextOf(cached()), 'v9'));
    assert.match(missingRevision.note, /revision v9 is not there/);
  });

  it('looks nowhere else for a revision that climbs', async () => {
    const files = new MemoryFiles(cached());
    await resolve('acme/Own-7B', contextOf({}, { files }), '../../../../../etc/passwd');
    assert.ok(files.asked.every((path) => !path.includes('passwd')));
  });

  it('follows the variables of the client, before the usual place', async () => {
    const places: [Record<string, string>, string][] = [
      [{ HF_HUB_CACHE: '/c' }, '/c'],
      [{ HUGGINGFACE_HUB_CACHE: '/c' }, '/c'],
      [{ HF_HOME: '/h' }, '/h/hub'],
      [{ HF_HOME: '~/h' }, '/home/me/h/hub'],
      [{ XDG_CACHE_HOME: '/x' }, '/x/huggingface/hub'],
      [{ TRANSFORMERS_CACHE: '/t' }, '/t'],
      [{ HF_HOME: '', TRANSFORMERS_CACHE: '/t' }, '/t'],
    ];
    for (const [environment, place] of places) {
      const texts = Object.fromEntries(
        Object.entries(cached()).map(([path, text]) => [path.replace(hub, place), text]),
      );
      const result = found(await resolve('acme/Own-7B', contextOf(texts, { environment })));
      assert.ok(result.location?.startsWith(`${place}/models--`), place);
    }
    const own = '/c/models--acme--Own-7B/snapshots/abcdef1/config.json';
    const both = contextOf({ ...cached(), [own]: 'own' }, { environment: { HF_HUB_CACHE: '/c' } });
    assert.equal(found(await resolve('acme/Own-7B', both)).text, 'own');
  });

  it('works without a home folder, and on Windows', async () => {
    const { home, ...homeless } = contextOf(cached());
    assert.equal(home, '/home/me');
    assert.equal((await resolve('acme/Own-7B', homeless)).kind, 'missing');
    const location =
      'C:\\me\\.cache\\huggingface\\hub\\models--acme--Own-7B\\snapshots\\abcdef1\\config.json';
    const files = new MemoryFiles({ [location]: 'x' }, {}, 'win32');
    const context = contextOf({}, { files, platform: 'win32', home: 'C:\\me' });
    assert.equal(found(await resolve('acme/Own-7B', context)).location, location);
  });

  it('takes a repository in another case, and one of another organisation where it is the only one', async () => {
    assert.equal(found(await resolve('ACME/own-7b', contextOf(cached()))).text, 'main');
    assert.equal(found(await resolve('own-7b', contextOf(cached()))).text, 'main');
    const copy = found(await resolve('mirror/Own-7B', contextOf(cached())));
    assert.match(copy.note, /"mirror\/Own-7B" is taken to be a copy/);
    const second = { [`${hub}/models--other--Own-7B/snapshots/abcdef1/config.json`]: 'x' };
    missing(await resolve('mirror/Own-7B', contextOf({ ...cached(), ...second })));
  });

  it('takes the unquantised model where that alone is cached, and says so', async () => {
    const result = found(await resolve('acme/Own-7B-AWQ', contextOf(cached()), 'some-branch'));
    assert.equal(result.text, 'main');
    assert.match(result.note, /"-AWQ"/);
  });

  it('passes over repositories without snapshots', async () => {
    const texts = { [`${folder}/refs/main`]: main };
    missing(await resolve('acme/Own-7B', contextOf(texts)));
    missing(
      await resolve('acme/Own-7B', contextOf({ [`${folder}/snapshots/${main}/model.safetensors`]: '' })),
    );
  });
});
