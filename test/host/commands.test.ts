import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { extension } from './fixture';

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

describe('commands', () => {
  it('are registered as the manifest declares them, no more and no fewer', async () => {
    await extension().activate();
    // The editor parsed the manifest; its type is not part of the API.
    const { contributes } = extension().packageJSON as Manifest;
    const registered = (await vscode.commands.getCommands(true)).filter((id) => id.startsWith('headroom.'));
    assert.deepEqual(registered.sort(), contributes.commands.map(({ command }) => command).sort());
  });

  it('that need a report do nothing, and do not fail, without one', async () => {
    await vscode.commands.executeCommand('headroom.openPanel');
    await vscode.commands.executeCommand('headroom.exportReport');
    assert.deepEqual(
      vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.filter(isPanel)),
      [],
    );
  });
});

function isPanel(tab: vscode.Tab): boolean {
  return tab.input instanceof vscode.TabInputWebview;
}
