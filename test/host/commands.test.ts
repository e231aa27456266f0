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
});
