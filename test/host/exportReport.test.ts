import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { closeEditors, extension, profile, setBudget, temporaryFile, tinyConfig } from './fixture';
import { MessageRecorder } from './messageRecorder';

describe('exporting a report', () => {
  const { showSaveDialog } = vscode.window;
  let messages: MessageRecorder;
  before(async () => {
    await extension().activate();
    await setBudget(4);
    messages = new MessageRecorder();
  });
  after(async () => {
    messages.restore();
    Object.assign(vscode.window, { showSaveDialog });
    await closeEditors();
  });

  it('writes the figures as JSON where the user says, without the place of the config', async () => {
    const config = await tinyConfig();
    const report = await profile(config);
    assert.ok(report);
    const target = await temporaryFile('report.json', '');
    let proposed: vscode.Uri | undefined;
    Object.assign(vscode.window, {
      showSaveDialog: (options: vscode.SaveDialogOptions) => {
        proposed = options.defaultUri;
        return Promise.resolve(target);
      },
    });
    await vscode.commands.executeCommand('headroom.exportReport');

    const text = await readFile(target.fsPath, 'utf8');
    const exported: unknown = JSON.parse(text);
    const { uri, ...source } = report.source;
    assert.equal(uri, config.toString());
    assert.deepEqual(exported, JSON.parse(JSON.stringify({ ...report, source })));
    assert.ok(!text.includes(config.path), 'names a folder of this machine');
    assert.match(proposed?.path ?? '', /config-attention\.html$/);
    assert.equal(messages.only.text, 'Exported report.json.');
  });

  it('says why it could not be written', async () => {
    messages.clear();
    const target = vscode.Uri.parse('nobody:/report.json');
    Object.assign(vscode.window, { showSaveDialog: () => Promise.resolve(target) });
    await vscode.commands.executeCommand('headroom.exportReport');
    assert.equal(messages.only.severity, 'error');
    assert.match(messages.only.text, /nobody/);
  });
});
