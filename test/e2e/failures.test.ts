import assert from 'node:assert/strict';
import { assertNoBrokenFigures } from './panelText';
import { screenshotOnFailure } from './screenshotOnFailure';
import { sharedWorkbench } from './sharedWorkbench';
import type { Workbench } from './workbench';
import { awaitWorkers } from './workerProcesses';

/** A bad input, and what the message about it has to say. */
const inputs: readonly [file: string, says: RegExp][] = [
  ['truncated/config.json', /truncated\/config\.json.*(JSON|end)/],
  ['noModel/package.json', /noModel\/package\.json.*not a model config.*model_type/],
  ['empty/config.json', /empty\/config\.json.*empty/],
  ['negative/config.json', /negative\/config\.json.*num_attention_heads/],
  ['binary/config.json', /binary\/config\.json is a binary file/],
];

describe('what goes wrong in VS Code', function () {
  this.timeout(180_000);
  let vscode: Workbench;
  before(async () => {
    vscode = await sharedWorkbench();
  });
  beforeEach(() => vscode.reset());
  screenshotOnFailure(() => vscode);

  it('without an open editor: one message that says what to open', async () => {
    await vscode.runCommand('Headroom: Profile Attention');
    await vscode.notification('No file is open. Open a model’s config.json').waitFor();
    assert.equal(await vscode.notification(/./).count(), 1);
  });

  for (const [file, says] of inputs) {
    it(`with ${file}: a message that says ${says.source}`, async () => {
      await vscode.openFile(file);
      await vscode.runCommand('Headroom: Profile Attention');
      await vscode.notification(says).waitFor();
      assert.equal(await vscode.notification(/./).count(), 1);
      assert.equal(await vscode.panelTab.count(), 0, 'no panel opens');
    });
  }

  it('leads from the message to the fault in the file', async () => {
    await vscode.openFile('negative/config.json');
    await vscode.runCommand('Headroom: Profile Attention');
    await vscode.notification('num_attention_heads').getByRole('button', { name: 'Open File' }).click();
    await vscode.page
      .locator('.statusbar-item')
      .filter({ hasText: /Ln 5, Col \d+ \(\d+ selected\)/ })
      .waitFor();
  });

  it('when the worker dies: says so, offers Retry, and Retry works', async () => {
    await vscode.openFile('tiny/config.json');
    await vscode.runCommand('Headroom: Profile Attention');
    const worker = await awaitWorkers(vscode.home, 1);
    assert.ok(worker);
    process.kill(worker, 'SIGKILL');
    await vscode.panelSays('The engine ended unexpectedly');
    assertNoBrokenFigures(await vscode.panelText());
    await vscode.screenshot('workerDied');
    await vscode.panel.getByRole('button', { name: 'Retry' }).first().click();
    await vscode.panelSays('Profile complete', 90_000);
  });
});
