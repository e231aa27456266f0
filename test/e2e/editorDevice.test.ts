import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { screenshotOnFailure } from './screenshotOnFailure';
import { sharedWorkbench } from './sharedWorkbench';
import type { Workbench } from './workbench';

describe('the device in VS Code', function () {
  this.timeout(180_000);
  let vscode: Workbench;
  before(async () => {
    vscode = await sharedWorkbench();
  });
  after(async () => {
    await vscode.runCommand('View: Close Panel').catch(() => undefined);
    await vscode.useSettings({});
  });
  beforeEach(() => vscode.reset());
  screenshotOnFailure(() => vscode);

  it('is chosen in the status bar, and the lens, the inlay hint, the hover and the problems follow', async () => {
    await vscode.useSettings({
      'headroom.devices': [{ name: 'Tiny card', memoryGiB: 12 }],
      'headroom.plannedDevice': 'Tiny card',
      'headroom.inlayHints.enabled': true,
    });
    const hint = (verdict: string): Locator =>
      vscode.page
        .locator('.editor-instance .view-line')
        .filter({ hasText: new RegExp(`sequence_len:\\s8192\\s*training\\speak\\s.*·\\s${verdict}`) });
    await vscode.openFile('axolotl/train.yaml');
    await vscode.deviceItem.filter({ hasText: 'Tiny card · 12.0 GiB · planned' }).waitFor();
    await vscode.codeLenses.filter({ hasText: /^8,192 tokens · .*· over, 2,\d{3} tokens fit$/ }).waitFor();
    await hint('over').waitFor();
    const warning = (await vscode.problems()).filter({ hasText: 'does not fit' });
    await warning.waitFor();

    await vscode.deviceItem.click();
    await vscode.quickPick('Tiny card').filter({ hasText: 'chosen' }).waitFor();
    await vscode.screenshot('chooseDevice');
    await vscode.quickInput.fill('H100 SXM');
    await vscode.quickPick('NVIDIA H100 SXM 80GB').first().click();

    await vscode.deviceItem.filter({ hasText: 'H100 SXM 80GB · 80.0 GiB · planned' }).waitFor();
    await vscode.codeLenses.filter({ hasText: /^8,192 tokens · .*· fits$/ }).waitFor();
    await hint('fits').waitFor();
    await warning.waitFor({ state: 'detached' });
    await vscode.openAt('axolotl/train.yaml', 'sequence_len: 8192');
    await vscode.runCommand('Show or Focus Hover');
    await vscode.hover.getByText('Choose device').waitFor();
    assert.match(await vscode.hover.innerText(), /80\.0\sGiB\sof\sNVIDIA\sH100\sSXM\s80GB\s\(planned\)/);
    await vscode.screenshot('deviceFollowed');
  });

  it('is this computer again when that is chosen', async () => {
    await vscode.useSettings({ 'headroom.plannedDevice': 'H100 SXM 80GB' });
    await vscode.openFile('axolotl/train.yaml');
    await vscode.deviceItem.filter({ hasText: 'H100' }).click();
    await vscode.quickPick('Automatic').first().click();
    await vscode.deviceItem.filter({ hasNotText: 'planned' }).waitFor();
    assert.match(await vscode.deviceItem.innerText(), /[\d.]+ GiB/);
  });

  it('is what the verdicts of the open panel are about, and this computer again once that is chosen', async () => {
    // Set for the workspace, so that the choice is made there and ends with it.
    await vscode.useSettings({ 'headroom.plannedDevice': '' });
    await vscode.openFile('tiny/config.json');
    await vscode.runCommand('Headroom: Profile Attention');
    await vscode.panelSays('Profile complete', 90_000);
    const verdicts = vscode.panel.locator('.verdicts');
    const onThisComputer = await verdicts.innerText();
    const measured = await vscode.panel.locator('#timings').innerText();
    assert.doesNotMatch(await vscode.panelText(), /planned/);

    await vscode.deviceItem.click();
    await vscode.quickInput.fill('H100 SXM');
    await vscode.quickPick('NVIDIA H100 SXM 80GB').first().click();
    await verdicts.filter({ hasText: /of the 80\.0\sGiB of NVIDIA H100 SXM 80GB \(planned\)/ }).waitFor();
    await vscode.panel
      .locator('#memory .summary')
      .filter({ hasText: /80\.0\sGiB of NVIDIA H100 SXM 80GB \(planned\)/ })
      .waitFor();
    assert.equal(await vscode.panel.locator('#timings').innerText(), measured);
    await vscode.screenshot('panelPlanned');

    await vscode.deviceItem.click();
    await vscode.quickPick('Automatic').first().click();
    await verdicts.filter({ hasNotText: 'planned' }).waitFor();
    assert.equal(await verdicts.innerText(), onThisComputer);
    assert.doesNotMatch(await vscode.panelText(), /planned/);
  });

  it('is named only while a config is in front', async () => {
    await vscode.openFile('axolotl/train.yaml');
    await vscode.deviceItem.waitFor();
    await vscode.openFile('notes.md');
    await vscode.deviceItem.waitFor({ state: 'detached' });
  });
});
