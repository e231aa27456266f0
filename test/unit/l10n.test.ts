import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { compareBundle, findMessages, readBundles } from '../../scripts/l10n.mjs';

/** Chinese texts that rightly have no Chinese character: symbols, and names that the field does not translate. */
const withoutHan = new Set([
  '{0} ↔ {1}',
  ', ',
  '{0}: {1}',
  '{0}: {1}.',
  '{0}.',
  '{0} of {1}',
  'logits',
  '“{0}” {1}.',
  '**{0}** {1}',
  'Performer (FAVOR+)',
  '{0} at n\u00a0=\u00a0{1}',
  '{0} at n = {1}',
  '{0} {1}',
  '{0}: {1}, {2}',
]);

const texts = v.record(v.string(), v.string());

function readTexts(file: string): Record<string, string> {
  return v.parse(texts, JSON.parse(readFileSync(file, 'utf8')));
}

function messagesOf(source: string): ReturnType<typeof findMessages> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-l10n-'));
  const here = process.cwd();
  try {
    mkdirSync(join(folder, 'src'));
    writeFileSync(join(folder, 'src', 'strings.ts'), source);
    process.chdir(folder);
    return findMessages(['src']);
  } finally {
    process.chdir(here);
    rmSync(folder, { recursive: true });
  }
}

describe('strings', () => {
  const { messages, problems } = findMessages();

  it('are literals, with an argument for each placeholder, and wait for the language', () => {
    assert.deepEqual(problems, []);
    assert.ok(messages.size > 500, String(messages.size));
  });

  for (const [language, bundle] of readBundles()) {
    it(`have each a translation into ${language}, with the same placeholders, and none is left over`, () => {
      assert.deepEqual(compareBundle(messages, bundle), { missing: [], unused: [], otherPlaceholders: [] });
    });
  }

  it('are Chinese in the Chinese bundle', () => {
    const bundle = readBundles().get('zh-cn') ?? {};
    const latin = Object.entries(bundle).filter(
      ([key, text]) => !/\p{Script=Han}/u.test(text) && !withoutHan.has(key),
    );
    assert.deepEqual(latin, []);
  });

  it('have no blank between two Chinese characters', () => {
    const bundle = readBundles().get('zh-cn') ?? {};
    const texts = [...Object.values(bundle), ...Object.values(readTexts('package.nls.zh-cn.json'))];
    assert.deepEqual(
      texts.filter((text) => /[\p{Script=Han}，。；：、（）] +[\p{Script=Han}，。；：、（）]/u.test(text)),
      [],
    );
  });

  it('of the manifest are those that it names, in both languages', () => {
    const named = [...readFileSync('package.json', 'utf8').matchAll(/"%([^%"]+)%"/g)].map(([, name]) => name);
    const english = readTexts('package.nls.json');
    const chinese = readTexts('package.nls.zh-cn.json');
    assert.deepEqual(Object.keys(english).sort(), [...new Set(named)].sort());
    assert.deepEqual(Object.keys(chinese).sort(), Object.keys(english).sort());
    for (const [key, text] of Object.entries(chinese)) {
      if (!withoutHan.has(english[key] ?? '')) assert.match(text, /\p{Script=Han}/u, key);
      // Names of settings and keys stay as they are.
      assert.deepEqual(codeIn(text).sort(), codeIn(english[key] ?? '').sort(), key);
    }
  });
});

function codeIn(text: string): string[] {
  return text.match(/(`+)[^`]+\1/g) ?? [];
}

describe('findMessages', () => {
  it('finds the messages of both ways to translate', () => {
    const found = messagesOf(`
      const a = vscode.l10n.t('One');
      const b = () => l10n.t('Two {0}', '2');
    `);
    assert.deepEqual([...found.messages], ['One', 'Two {0}']);
    assert.deepEqual(found.problems, []);
  });

  it('reports what cannot be translated', () => {
    const { problems } = messagesOf(`
      const early = l10n.t('Early');
      const made = () => l10n.t(\`Made of \${part}\`);
      const lacking = () => l10n.t('{0} and {1}', '1');
      const idle = () => l10n.t('None', '1');
    `);
    assert.equal(problems.length, 4);
    assert.match(problems[0] ?? '', /:2: .*before the language is known/);
    assert.match(problems[1] ?? '', /:3: the message is no literal/);
    assert.match(problems[2] ?? '', /:4: a placeholder has no argument/);
    assert.match(problems[3] ?? '', /:5: an argument has no placeholder/);
  });
});

describe('compareBundle', () => {
  it('names what is missing, left over, or has other placeholders', () => {
    const messages = new Set(['new', 'kept {0}', 'twice {0} {0}']);
    assert.deepEqual(
      compareBundle(messages, { 'kept {0}': '留 {1}', old: '旧', 'twice {0} {0}': '两次 {0}' }),
      {
        missing: ['new'],
        unused: ['old'],
        otherPlaceholders: ['kept {0}'],
      },
    );
  });
});
