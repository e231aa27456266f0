import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { knownDevices } from '../../src/devices/deviceTable';
import type { Log } from '../../src/extension/log';
import { ProfileSession } from '../../src/extension/profileSession';
import { EstimateTool } from '../../src/extension/tools/estimateTool';
import { ProfileTool } from '../../src/extension/tools/profileTool';
import { registerTools } from '../../src/extension/tools/registerTools';
import { toolNames } from '../../src/extension/tools/toolNames';
import { configText, openFile } from './editorFixture';
import { closeEditors, extension, tinyConfig, until } from './fixture';

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const never = new vscode.CancellationTokenSource().token;

function textOf({ content }: vscode.LanguageModelToolResult): string {
  return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('\n');
}

describe('headroom_estimate', () => {
  const tool = new EstimateTool(vscode.Uri.file('/nowhere'), {
    target: undefined,
    devices: knownDevices(),
  });
  const ask = async (input: unknown): Promise<string> => textOf(await tool.invoke({ input }, never));
  afterEach(closeEditors);

  it('estimates a text under the conditions asked for', async () => {
    const text = await ask({
      config: configText(),
      sequenceLength: 64,
      batch: 3,
      dtype: 'float32',
      device: 'H100 SXM 80GB',
    });
    assert.match(text, /Estimate of config\.json/);
    assert.match(text, /n = 64 tokens, batch 3, float32/);
    assert.match(text, /H100.*planned for/);
  });

  it('reads a file that is open in an editor, with unsaved changes', async () => {
    const document = await openFile('config.json', configText({ num_hidden_layers: 7 }));
    const edit = new vscode.WorkspaceEdit();
    const end = document.lineAt(document.lineCount - 1).range.end;
    edit.replace(
      document.uri,
      new vscode.Range(new vscode.Position(0, 0), end),
      configText({ num_hidden_layers: 9 }),
    );
    assert.ok(await vscode.workspace.applyEdit(edit));
    assert.match(await ask({ file: document.uri.toString() }), /, 9 layers/);
    assert.match(await ask({ file: document.uri.fsPath }), /, 9 layers/);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('gives up when its call is cancelled', async () => {
    const source = new vscode.CancellationTokenSource();
    source.cancel();
    const input = { config: configText() };
    await assert.rejects(tool.invoke({ input }, source.token), vscode.CancellationError);
  });

  it('refuses a file outside the workspace that is not open, and one that is not there', async () => {
    const outside = await tinyConfig();
    await assert.rejects(ask({ file: outside.fsPath }), /outside the workspace and not open/);
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    if (folder) {
      const escape = `${folder.uri.fsPath}/../..${outside.fsPath}`;
      await assert.rejects(ask({ file: escape }), /outside the workspace|cannot be read/);
    }
    await assert.rejects(ask({ file: 'no/such/config.json' }), /"file" is not found: no\/such\/config\.json/);
  });

  it('says what is wrong with a config, by file and key', async () => {
    await assert.rejects(
      ask({ config: configText({ num_attention_heads: 'many' }) }),
      /config\.json:.*num_attention_heads/,
    );
  });
});

describe('language model tools', () => {
  it('are not registered where the editor has none', () => {
    const dependencies = {} as Parameters<typeof registerTools>[0];
    assert.deepEqual(registerTools(dependencies, undefined), []);
    assert.deepEqual(registerTools(dependencies, {}), []);
  });

  it('answer through the editor, where it has them', async function () {
    await extension().activate();
    const lm: Partial<typeof vscode.lm> | undefined = vscode.lm;
    const names = (lm.tools ?? []).map(({ name }) => name);
    if (lm.invokeTool === undefined || !names.includes(toolNames.estimate)) {
      this.skip();
    }
    assert.ok(names.includes(toolNames.profile));
    const input = { config: configText(), sequenceLength: 32 };
    const options = { input, toolInvocationToken: undefined };
    assert.match(textOf(await lm.invokeTool(toolNames.estimate, options, never)), /n = 32 tokens/);
  });
});

describe('headroom_profile', () => {
  let session: ProfileSession;
  let tool: ProfileTool;
  before(() => {
    const { extensionPath } = extension();
    session = new ProfileSession(path.join(extensionPath, 'dist/worker.js'), silent);
    tool = new ProfileTool(extensionPath, vscode.Uri.file('/nowhere'), session);
  });
  after(() => {
    session.dispose();
  });
  afterEach(closeEditors);

  it('asks before it runs, and names the file, the length and the time as plain text', async () => {
    const input = { file: '[x](command:y)', sequenceLength: 4096, budgetSeconds: 9 };
    const { confirmationMessages } = await tool.prepareInvocation({ input });
    const message = confirmationMessages?.message;
    assert.ok(message instanceof vscode.MarkdownString);
    assert.doesNotMatch(message.value, /(?<!\\)\[x/);
    assert.match(message.value, /4,096/);
    assert.match(message.value, /9/);
    assert.deepEqual(await tool.prepareInvocation({ input: { budgetSeconds: 0 } }), {});
  });

  it('measures, and answers with times, spread and device', async () => {
    const document = await openFile('config.json', configText());
    const input = { file: document.uri.fsPath, sequenceLength: 64, budgetSeconds: 4 };
    const text = textOf(await tool.invoke({ input }, never));
    assert.match(text, /Run complete after/);
    assert.match(text, /Median \(ms\)/);
    assert.match(text, /\| 64 \| [\d.]+ \| [\d.]+ \| [\d.]+ \| /);
    assert.match(text, /Device: /);
    assert.doesNotMatch(text, /NaN|undefined/);
  });

  it('refuses a second run beside the first, and ends when its call is cancelled', async () => {
    const document = await openFile('config.json', configText());
    const input = { file: document.uri.fsPath, budgetSeconds: 60 };
    const source = new vscode.CancellationTokenSource();
    const call = assert.rejects(tool.invoke({ input }, source.token), vscode.CancellationError);
    await until('the worker', () => session.workerPid);
    await assert.rejects(tool.invoke({ input }, never), /already running/);
    source.cancel();
    await call;
    assert.equal(session.isRunning, false);
    assert.equal(session.workerPid, undefined);
  });
});
