import assert from 'node:assert/strict';
import { screenshotOnFailure } from './screenshotOnFailure';
import { Workbench } from './workbench';
import { awaitWorkers } from './workerProcesses';
import { makeWorkspace } from './workspace';

describe('a second profile while one runs in VS Code', function () {
  this.timeout(180_000);
  let vscode: Workbench;
  before(async () => {
    // A budget that outlasts the test, on any machine: both runs are cancelled.
    vscode = await Workbench.open(await makeWorkspace(), { settings: { 'headroom.budgetSeconds': 300 } });
  });
  after(() => vscode.close());
  screenshotOnFailure(() => vscode);

  it('asks, shows the running one, or starts anew', async () => {
    await vscode.openFile('llama-3.2-1b/config.json');
    await vscode.runCommand('Headroom: Profile Attention');
    const first = await awaitWorkers(vscode.home, 1);
    await vscode.panelSays('Profiling');
    await vscode.openFile('mistral/config.json');

    await vscode.runCommand('Headroom: Profile Attention');
    await vscode.notificationButton('Show the running one').click();
    await vscode.panelSays('llama-3.2-1b/config.json');
    assert.equal(await awaitWorkers(vscode.home, 1), first, 'the first one goes on');

    await vscode.openFile('mistral/config.json');
    await vscode.runCommand('Headroom: Profile Attention');
    await vscode.notificationButton('Cancel it and start anew').click();
    await vscode.panelSays('mistral/config.json');
    const second = await awaitWorkers(vscode.home, 1);
    assert.ok(second !== undefined && second !== first, 'the first one has ended');
  });
});
