import assert from 'node:assert/strict';
import { assertNoBrokenFigures } from './panelText';
import { Workbench } from './workbench';
import { workerProcesses } from './workerProcesses';
import { makeWorkspace } from './workspace';

describe('a workspace that is not trusted', function () {
  this.timeout(120_000);
  let vscode: Workbench;
  before(async () => {
    vscode = await Workbench.open(await makeWorkspace(), { trusted: false });
  });
  after(() => vscode.close());

  it('gets estimates and the reason why nothing is run', async () => {
    await vscode.page.getByRole('button', { name: 'No, I don' }).click();
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
