import assert from 'node:assert/strict';
import path from 'node:path';
import { assertNoBrokenFigures } from './panelText';
import { screenshotOnFailure } from './screenshotOnFailure';
import { sharedWorkbench } from './sharedWorkbench';
import type { Workbench } from './workbench';

describe('saved profiles in VS Code', function () {
  this.timeout(240_000);
  let vscode: Workbench;
  /** What the panel said of the first profile, with all of the window's width. */
  let original = '';

  before(async () => {
    vscode = await sharedWorkbench();
    await vscode.reset();
    await vscode.openFile('tiny/config.json');
    await vscode.runCommand('Headroom: Profile Attention');
    await vscode.panelSays('Profile complete', 90_000);
    await save('first.headroom.json');
    await vscode.runCommand('View: Close All Editors');
    await vscode.panelTab.waitFor({ state: 'detached' });
    await vscode.runCommand('Headroom: Open Panel');
    await vscode.panelSays('Profile complete');
    original = await vscode.panelText();

    await vscode.openFile('tiny/config.json');
    await vscode.runCommand('Headroom: Profile Attention at Length…');
    await vscode.quickInput.fill('256');
    await vscode.page.keyboard.press('Enter');
    await vscode.panelSays('n = 256 tokens');
    await vscode.panelSays('Profile complete', 90_000);
    await save('second.headroom.json');
  });
  beforeEach(() => vscode.reset());
  after(() => vscode.useSettings({}));
  screenshotOnFailure(() => vscode);

  /** Exports what the panel shows as JSON, to `name` in the workspace. */
  async function save(name: string): Promise<void> {
    await vscode.panel.getByRole('button', { name: 'Export JSON' }).click();
    const target = path.join(vscode.workspace, name);
    // While it reads the first folder, the dialog puts its own name in place of what is typed; once it has read
    // that of the name typed, which is the workspace, it leaves it alone.
    for (let attempt = 1; attempt <= 10; attempt++) {
      await vscode.quickInput.fill(target);
      await vscode.page.waitForTimeout(700);
      const isRead =
        (await vscode.quickPick('unknownModel.yaml').or(vscode.quickPick('axolotl')).count()) > 0;
      if (isRead && (await vscode.quickInput.inputValue()) === target) break;
    }
    await vscode.page.keyboard.press('Enter');
    await vscode.notification(`Exported ${name}`).waitFor();
  }

  /** The file's row in the explorer. */
  async function row(name: string) {
    await vscode.page.keyboard.press('Control+Shift+E');
    return vscode.page.locator(
      `.explorer-folders-view .monaco-list-row[aria-level="1"][aria-label^="${name}"]`,
    );
  }

  /** Waits for the comparison of the two profiles, and checks what it shows. */
  async function compared(): Promise<void> {
    const tab = vscode.page.locator('.tab.active').filter({ hasText: '↔' });
    await tab.waitFor();
    assert.match(await tab.innerText(), /first\.headroom\.json ↔ .*second\.headroom\.json$/);
    await vscode.panelSays('Measured times: full_attention');
    const text = await vscode.panelText();
    assertNoBrokenFigures(text);
    assert.match(text, /first\.headroom\.json: median \(ms\)/);
    assert.match(text, /\d×\s+(?:overlap|apart)/);
    assert.equal(await vscode.notification(/./).count(), 0);
  }

  it('open as the panel that they were saved from, whose buttons work', async () => {
    await vscode.openFile('first.headroom.json');
    await vscode.panelSays('Profile complete');
    assert.equal(await vscode.panelText(), original);
    await vscode.screenshotPanel('savedProfile');
    await vscode.panel.getByRole('button', { name: 'Open Config' }).first().click();
    await vscode.configTab.waitFor();
    await vscode.page.locator('.view-line').filter({ hasText: '"num_hidden_layers"' }).waitFor();
    assert.equal(await vscode.notification(/./).count(), 0);
  });

  it('give their verdicts on the planned device, while it is planned', async () => {
    await vscode.openFile('first.headroom.json');
    await vscode.panelSays('Profile complete');
    await vscode.useSettings({ 'headroom.plannedDevice': 'H100 SXM 80GB' });
    const verdicts = vscode.panel.locator('.verdicts');
    await verdicts.filter({ hasText: 'of NVIDIA H100 SXM 80GB (planned)' }).waitFor();
    await vscode.useSettings({});
    await verdicts.filter({ hasNotText: 'planned' }).waitFor();
    assert.equal(await vscode.panelText(), original);
  });

  it('are compared from the explorer, where two of them are selected', async () => {
    await (await row('first.headroom.json')).click();
    await vscode.panelSays('Profile complete');
    const second = await row('second.headroom.json');
    await second.click({ modifiers: ['Control'] });
    await second.click({ button: 'right' });
    const entry = vscode.page.locator('.monaco-menu .action-label').filter({ hasText: /^Compare Configs/ });
    await entry.waitFor();
    await vscode.page.waitForTimeout(500); // A menu takes no click in its first moments.
    await entry.click();
    await compared();
    await vscode.screenshotPanel('savedProfilesCompared');
  });

  it('are compared from the palette: the one in front, and another that is open', async () => {
    for (const name of ['second.headroom.json', 'first.headroom.json']) {
      await vscode.openFile(name);
      // A page takes the focus once it is there, and with it the palette that is open then.
      await vscode.panelSays('Profile complete');
      await vscode.page.waitForTimeout(500);
    }
    await vscode.runCommand('Headroom: Compare Configs…');
    await vscode.quickPick('second.headroom.json').first().click();
    await compared();
  });
});
