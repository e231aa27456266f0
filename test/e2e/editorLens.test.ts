import assert from 'node:assert/strict';
import { screenshotOnFailure } from './screenshotOnFailure';
import { sharedWorkbench } from './sharedWorkbench';
import type { Workbench } from './workbench';

const h100 = {
  'headroom.plannedDevice': 'H100 SXM 80GB',
  'headroom.budgetSeconds': 5,
  'headroom.replacements': ['sliding-window'],
};

describe('CodeLens and inlay hints in VS Code', function () {
  this.timeout(180_000);
  let vscode: Workbench;
  before(async () => {
    vscode = await sharedWorkbench();
    await vscode.useSettings(h100);
  });
  after(() => vscode.useSettings({}));
  beforeEach(() => vscode.reset());
  screenshotOnFailure(() => vscode);

  it('stands above the length, with what it costs', async () => {
    await vscode.openFile('llama-3.2-1b/config.json');
    const lens = vscode.codeLenses.filter({
      hasText: /^131,072 tokens · KV 4\.00 GiB · peak 13\.\d GiB · fits$/,
    });
    await lens.waitFor();
    assert.equal(await vscode.codeLenses.count(), 1);
    const line = vscode.page.locator('.view-line').filter({ hasText: '"max_position_embeddings"' }).first();
    const [above, below] = [await lens.boundingBox(), await line.boundingBox()];
    assert.ok(above && below);
    const gap = below.y - above.y;
    assert.ok(gap > 0 && gap < 2 * below.height, `${String(gap)} px above its line`);
    await vscode.screenshot('codeLens');
  });

  it('profiles at its own length when it is clicked', async () => {
    await vscode.openFile('twoLengths/config.json');
    await vscode.codeLenses.filter({ hasText: '384 tokens' }).locator('a').click();
    await vscode.panelTab.waitFor({ timeout: 60_000 });
    await vscode.panelSays(/n\s=\s384/, 60_000);
    await vscode.panelSays('Profile complete', 90_000);
  });

  it('follows the text as it is typed', async () => {
    await vscode.openAt('axolotl/train.yaml', '192  # tokens');
    await vscode.codeLenses.filter({ hasText: '8,192 tokens · training peak' }).waitFor();
    // The caret is behind the 1.
    await vscode.page.keyboard.type('1');
    await vscode.codeLenses.filter({ hasText: '81,192 tokens · training peak' }).waitFor();
    // VS Code in a browser saves by itself: the tests to come need the file as it was.
    await vscode.page.keyboard.press('Control+Z');
    await vscode.codeLenses.filter({ hasText: /^8,192 tokens/ }).waitFor();
  });

  it('goes when its setting is turned off, and inlay hints come when theirs is turned on', async () => {
    await vscode.openFile('llama-3.2-1b/config.json');
    await vscode.codeLenses.first().waitFor();
    const hint = vscode.page
      .locator('.editor-instance .view-line')
      .filter({ hasText: /"max_position_embeddings":\s131072,\s*KV\s4\.00\sGiB\s·\sfits/ });
    assert.equal(await hint.count(), 0);
    await vscode.useSettings({
      ...h100,
      'headroom.codeLens.enabled': false,
      'headroom.inlayHints.enabled': true,
    });
    await hint.waitFor();
    await vscode.codeLenses.first().waitFor({ state: 'detached' });
    await vscode.screenshot('inlayHint');
    await vscode.useSettings(h100);
    await vscode.codeLenses.first().waitFor();
    await hint.waitFor({ state: 'detached' });
  });
});
