import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { configText, openFile } from './editorFixture';
import { closeEditors, errorsOf, extension, tinyConfig, until } from './fixture';

const scheme = 'headroom-explain';

/** What the quick pick offered; it is answered with the first item that `choose` takes. */
async function picking(
  choose: (item: vscode.QuickPickItem) => boolean,
  act: () => Thenable<unknown>,
): Promise<readonly vscode.QuickPickItem[]> {
  const { showQuickPick } = vscode.window;
  let offered: readonly vscode.QuickPickItem[] = [];
  const answer = async (items: readonly vscode.QuickPickItem[]) => {
    offered = await Promise.resolve(items);
    return offered.find(choose);
  };
  Object.assign(vscode.window, { showQuickPick: answer });
  try {
    await act();
  } finally {
    Object.assign(vscode.window, { showQuickPick });
  }
  return offered;
}

function page(): vscode.TextDocument {
  const document = vscode.window.activeTextEditor?.document;
  assert.equal(document?.uri.scheme, scheme);
  return document;
}

async function explain(argument?: unknown): Promise<void> {
  await vscode.commands.executeCommand('headroom.explainEstimate', argument);
}

describe('Explain Estimate', () => {
  before(() => extension().activate());
  afterEach(closeEditors);

  it('derives the figure that is asked for, as Markdown beside the config', async () => {
    const config = await openFile('config.json', configText());
    await explain({ uri: config.uri.toString(), figure: 'memory.kvCache' });
    assert.equal(page().languageId, 'markdown');
    assert.match(page().getText(), /^# KV cache of .*config\.json/);
    assert.match(page().getText(), /num\\_hidden\\_layers = 2 \(config\.json:\d+\)/);
    assert.ok(vscode.window.visibleTextEditors.some(({ document }) => document === config));
  });

  it('links to the keys of the config', async () => {
    const config = await openFile('config.json', configText());
    await explain({ uri: config.uri.toString(), figure: 'memory.kvCache' });
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
      'vscode.executeLinkProvider',
      page().uri,
    );
    const link = links.find(({ range }) => page().getText(range).startsWith('[num_hidden_layers'));
    assert.equal(link?.target?.path, config.uri.path);
    const line = Number(/^L(\d+)/.exec(link.target.fragment)?.[1]);
    assert.match(config.lineAt(line - 1).text, /num_hidden_layers/);
  });

  it('asks for a figure, in groups, with values and units', async () => {
    const config = await openFile('config.json', configText());
    const offered = await picking(
      ({ label }) => label === 'Training peak',
      () => explain(config.uri),
    );
    assert.ok(offered.some(({ kind }) => kind === vscode.QuickPickItemKind.Separator));
    const cache = offered.find(({ label }) => label === 'KV cache');
    assert.match(cache?.description ?? '', /^[\d.]+ [KM]?i?B$/);
    assert.match(page().getText(), /^# Training peak of /);
  });

  it('opens nothing when the question is dismissed', async () => {
    const config = await openFile('config.json', configText());
    await picking(
      () => false,
      () => explain(config.uri),
    );
    assert.equal(vscode.window.activeTextEditor?.document, config);
  });

  it('follows the config while it is edited', async () => {
    const config = await openFile('config.json', configText());
    await explain({ uri: config.uri.toString(), figure: 'memory.kvCache' });
    const shown = page();
    const at = config.getText().indexOf('"num_hidden_layers": 2') + '"num_hidden_layers": '.length;
    const edit = new vscode.WorkspaceEdit();
    edit.replace(config.uri, new vscode.Range(config.positionAt(at), config.positionAt(at + 1)), '5');
    assert.ok(await vscode.workspace.applyEdit(edit));
    await until('the new page', () => (/layers\\?_?.*= 5 /.test(shown.getText()) ? true : undefined));
    await vscode.window.showTextDocument(config);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('says which figures there are when it is asked for another, and what is wrong with a config', async () => {
    const config = await tinyConfig();
    const unknown = await errorsOf(() => explain({ uri: config.toString(), figure: 'memory.kvcash' }));
    assert.match(unknown.messages.join(), /no figure “memory\.kvcash”.*memory\.kvCache/);
    const broken = await openFile('config.json', '{"hidden_size": "x"}');
    const { messages } = await errorsOf(() => explain(broken.uri));
    assert.equal(messages.length, 1);
  });
});
