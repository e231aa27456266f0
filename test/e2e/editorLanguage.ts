import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** A string of VS Code itself, by its module and key, that tells whether it runs in Chinese. */
const own = {
  module: 'vs/workbench/contrib/quickaccess/browser/quickAccess.contribution',
  key: 'commandsQuickAccess',
  chinese: '显示并运行命令',
};

/**
 * Puts under `home` what VS Code keeps of an installed language pack for Simplified Chinese. Its own strings stay
 * English, but for one; extensions are given the language all the same. To be done before the language is chosen.
 */
export async function addChinese(home: string): Promise<void> {
  const strings = path.join(home, 'languagePack/vscode.json');
  await mkdir(path.dirname(strings), { recursive: true });
  const contents = { [own.module]: { [own.key]: own.chinese } };
  await writeFile(strings, JSON.stringify({ version: '1.0.0', contents }));
  const pack = {
    hash: 'headroom-tests',
    label: '中文(简体)',
    extensions: [{ extensionIdentifier: { id: 'headroom-tests.language-pack-zh-cn' }, version: '1.0.0' }],
    translations: { vscode: strings },
  };
  await writeFile(path.join(home, 'data/languagepacks.json'), JSON.stringify({ 'zh-cn': pack }));
}

/** Chooses the language of the next window, as `Configure Display Language` does before it starts VS Code again. */
export async function chooseLanguage(home: string, locale: 'en' | 'zh-cn'): Promise<void> {
  await writeFile(path.join(home, 'data/User/argv.json'), JSON.stringify({ locale }));
}
