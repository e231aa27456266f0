import assert from 'node:assert/strict';
import { assertNoBrokenFigures } from './panelText';
import { screenshotOnFailure } from './screenshotOnFailure';
import { Workbench } from './workbench';
import { workerProcesses } from './workerProcesses';
import { makeWorkspace } from './workspace';

describe('a workspace that is not trusted', function () {
  this.timeout(120_000);
  let vscode: Workbench;
  before(async () => {
    vscode = await Workbench.open(await makeWorkspace(), {
      trusted: false,
      settings: { 'headroom.inlayHints.enabled': true },
    });
    await vscode.page.getByRole('button', { name: 'No, I don' }).click();
  });
  after(() => vscode.close());
  screenshotOnFailure(() => vscode);

  it('gets the lens, the inlay hint, the hover, the device and the problems, and nothing is run', async () => {
    await vscode.openAt('llama-3.2-1b/config.json', '"max_position_embeddings": 131072');
    await vscode.codeLenses.filter({ hasText: /^131,072 tokens · KV 4\.00 GiB · peak / }).waitFor();
    await vscode.page
      .locator('.editor-instance .view-line')
      .filter({ hasText: /131072,?\s*KV\s4\.00\sGiB/ })
      .waitFor();
    await vscode.deviceItem.filter({ hasText: /[GM]iB/ }).waitFor();
    await vscode.runCommand('Show or Focus Hover');
    await vscode.hover.getByText('Choose device').waitFor();
    assert.match(await vscode.hover.innerText(), /KV\scache:\s4\.00\sGiB\sat\sn\s=\s131,072\stokens/);
    await vscode.openFile('indivisible/config.json');
    await (await vscode.problems()).filter({ hasText: 'does not divide' }).waitFor();
    assert.deepEqual(await workerProcesses(vscode.home), []);
  });

  it('gets estimates and the reason why nothing is run', async () => {
    await vscode.openFile('llama-3.2-1b/config.json');
    await vscode.runCommand('Headroom: Profile Attention');
    await vscode.notification('This workspace is not trusted, so nothing is run').waitFor();
    await vscode.panelSays('This workspace is not trusted');
    const text = await vscode.panelText();
    assertNoBrokenFigures(text);
    assert.match(text, /1\.24 B parameters/);
    assert.deepEqual(await workerProcesses(vscode.home), []);
    await vscode.screenshot('restrictedMode');
  });
});
