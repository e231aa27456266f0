import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { dense } from '../../src/attention/dense';
import { slidingWindow } from '../../src/attention/slidingWindow';
import { addChinese, chooseLanguage } from './editorLanguage';
import { assertNoBrokenFigures } from './panelText';
import { screenshotOnFailure } from './screenshotOnFailure';
import { Workbench } from './workbench';
import { makeWorkspace } from './workspace';

const config = 'llama-3.2-1b/config.json';
const field = '"max_position_embeddings": 131072';

describe('the language of VS Code', function () {
  this.timeout(240_000);
  let vscode: Workbench;
  before(async () => {
    vscode = await Workbench.open(await makeWorkspace(), {
      settings: {
        'headroom.budgetSeconds': 5,
        'headroom.replacements': ['sliding-window'],
        'headroom.plannedDevice': 'H100 SXM 80GB',
      },
    });
    await addChinese(vscode.home);
    await chooseLanguage(vscode.home, 'zh-cn');
    await vscode.reload();
    await vscode.openFile(config);
    await vscode.codeLenses.first().waitFor({ timeout: 60_000 });
  });
  after(() => vscode.close());
  screenshotOnFailure(() => vscode);

  it('is that of the commands', async () => {
    const titles = await paletteTitles();
    assert.ok(titles.length >= 8, titles.join('\n'));
    const translated = JSON.parse(await readFile('package.nls.zh-cn.json', 'utf8')) as Record<string, string>;
    for (const title of titles) {
      assert.match(title, /[\u4e00-\u9fff]/);
      assert.ok(Object.values(translated).includes(title.replace('Headroom: ', '')), title);
    }
  });

  it('is that of the lens, the status bar, the hover and the problems', async () => {
    assert.match(
      await vscode.codeLenses.first().innerText(),
      /^131,072 个词元 · KV 缓存 4\.00 GiB · 峰值 13\.\d GiB · 放得下$/,
    );
    await vscode.deviceItem.filter({ hasText: /H100 SXM 80GB · 80\.0 GiB · 计划/ }).waitFor();
    await vscode.openAt(config, field);
    await vscode.runCommand('Show or Focus Hover');
    await vscode.hover.getByText('选择设备').waitFor();
    // VS Code's own links are at its foot, in the language of VS Code.
    const hover = (
      await vscode.hover.locator('.monaco-hover-content .hover-row-contents').allInnerTexts()
    ).join('\n');
    assertChinese(hover);
    assert.match(hover, /KV 缓存：n = 131,072 个词元时为 4\.00 GiB，bfloat16 下每词元 32\.0 KiB。/);
    await vscode.screenshot('chinese-hover');
    const problems = (await vscode.problems()).filter({ hasText: 'FLOPs' });
    await problems.first().waitFor();
    assert.match(await problems.first().innerText(), /在 n = 131,072 个词元时，注意力（QKᵀ 与 PV）占/);
  });

  it('is that of the list of devices', async () => {
    await vscode.runCommand('Headroom: 选择设备…');
    await vscode.quickPick('GiB').first().waitFor();
    const placeholder = await vscode.quickInput.getAttribute('placeholder');
    assert.match(placeholder ?? '', /[\u4e00-\u9fff]/);
    assertChinese((await vscode.quickPick('').allInnerTexts()).join('\n'));
    await vscode.page.keyboard.press('Escape');
  });

  it('is that of the panel, and of its page', async () => {
    await vscode.openFile(config);
    await vscode.runCommand('Headroom: 剖析注意力');
    await vscode.panelSays('剖析完成', 120_000);
    const text = await vscode.panelText();
    assertNoBrokenFigures(text);
    assertChinese(text);
    assert.equal(await vscode.panel.locator('html').getAttribute('lang'), 'zh-cn');
    await vscode.screenshotPanel('chinese');
  });

  it('is English again when it is chosen', async () => {
    await chooseLanguage(vscode.home, 'en');
    await vscode.reload();
    await vscode.openFile(config);
    await vscode.codeLenses
      .filter({ hasText: /^131,072 tokens · KV 4\.00 GiB · peak .+ · fits$/ })
      .waitFor({ timeout: 60_000 });
    for (const title of await paletteTitles()) assert.doesNotMatch(title, /[\u4e00-\u9fff]/);
    assert.doesNotMatch(await vscode.deviceItem.innerText(), /[\u4e00-\u9fff]/);
    // The panel of before would say so at once, of a run whose notes are Chinese.
    await vscode.panelTab.waitFor({ timeout: 60_000 });
    await vscode.runCommand('View: Close All Editors');
    await vscode.panelTab.waitFor({ state: 'detached' });
    await vscode.openFile(config);
    await vscode.runCommand('Headroom: Profile Attention');
    await vscode.panelSays('Profile complete', 120_000);
    assert.equal(await vscode.panel.locator('html').getAttribute('lang'), 'en');
    assert.doesNotMatch(await vscode.panelText(), /[\u4e00-\u9fff]/);
  });

  /** First lines of our commands in the palette: VS Code in another language puts the English title below. */
  async function paletteTitles(): Promise<string[]> {
    await vscode.page.keyboard.press('F1');
    await vscode.quickInput.fill('>Headroom: ');
    await vscode.quickPick('Headroom: ').nth(7).waitFor();
    const rows = await vscode.quickPick('Headroom: ').allInnerTexts();
    await vscode.page.keyboard.press('Escape');
    return rows.map((row) => row.split('\n')[0] ?? '');
  }
});

/** Kernels as the engine names them in every language; which of them is shown, the measurement decides. */
const kernels = new RegExp(kernelIds().join('|'), 'g');

/** Of dense attention and of the one replacement that is run here, none before one that it begins. */
function kernelIds(): string[] {
  const shape = { batch: 1, heads: 1, kvHeads: 1, headDim: 8, n: 64, dtype: 'float32' } as const;
  return [dense, slidingWindow]
    .flatMap((mechanism) =>
      [true, false].flatMap((causal) =>
        mechanism.kernels({ ...shape, causal }, { window: 8 }).map(({ id }) => id),
      ),
    )
    .sort((a, b) => b.length - a.length);
}

/** Fails when `text` has no Chinese, or English words after another: names have capitals, and papers their authors. */
function assertChinese(text: string): void {
  assert.match(text, /[\u4e00-\u9fff]/);
  const named = text.replace(/ et al\b/g, '').replace(kernels, '');
  const english = named.match(/[A-Za-z]{2,}(?:[ ,]+[a-z]{2,})+/g) ?? [];
  assert.deepEqual(english, []);
}
