import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { SavedProfileEditor } from '../../src/extension/profiles/savedProfileEditor';
import type { MemoryTarget } from '../../src/insight/memoryTarget';
import type { Report } from '../../src/report/report';
import {
  closeEditors,
  errorsOf,
  extension,
  panels,
  profile,
  setBudget,
  temporaryFile,
  tinyConfig,
  until,
} from './fixture';
import { MessageRecorder } from './messageRecorder';
import { plannedIn, recordPosts } from './recordPosts';

describe('profiles that are kept, saved and compared', () => {
  let report: Report;
  let config: vscode.Uri;

  before(async () => {
    await extension().activate();
    await setBudget(4);
    config = await tinyConfig();
    const made = await profile(config);
    assert.equal(made?.run.state, 'complete');
    report = made;
  });
  beforeEach(closeEditors);
  after(closeEditors);

  async function saved(content: string): Promise<vscode.Uri> {
    return temporaryFile('tiny.headroom.json', content);
  }

  function customTab(uri: vscode.Uri): vscode.Tab | undefined {
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    return tabs.find(
      ({ input }) => input instanceof vscode.TabInputCustom && input.uri.toString() === uri.toString(),
    );
  }

  function comparisonTab(): vscode.Tab | undefined {
    return panels().find(({ label }) => label.includes('↔'));
  }

  it('opens a saved profile in its own editor, and a broken one too', async () => {
    for (const content of [JSON.stringify(report), '{"schemaVersion": 1, "layerKinds": []}', 'no JSON']) {
      const uri = await saved(content);
      const { messages } = await errorsOf(async () => {
        await vscode.commands.executeCommand('vscode.open', uri);
        const tab = await until('the editor', () => customTab(uri));
        assert.ok(tab.input instanceof vscode.TabInputCustom);
        assert.equal(tab.input.viewType, 'headroom.savedProfile');
      });
      // The page says what is wrong with the file.
      assert.deepEqual(messages, []);
    }
  });

  it('tells the page of a saved profile which device is planned, and when that changes', async () => {
    const changed = new vscode.EventEmitter<void>();
    const h100: MemoryTarget = { name: 'H100', memoryBytes: 80 * 2 ** 30, how: 'planned' };
    let target: MemoryTarget | undefined = h100;
    const device = {
      get target() {
        return target;
      },
      onDidChange: changed.event,
    };
    const actions = { handle: () => Promise.resolve() };
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const editor = new SavedProfileEditor(extension().extensionUri, actions, device, log);
    const view = vscode.window.createWebviewPanel('headroom.test', 'Test', vscode.ViewColumn.One);
    const posts = recordPosts(view);
    try {
      const uri = await saved(JSON.stringify(report));
      await editor.resolveCustomEditor(editor.openCustomDocument(uri), view);
      await until('the report in the page', () => posts.at(0));
      target = undefined;
      changed.fire();
      assert.deepEqual(posts.map(plannedIn), ['H100', 'none']);
      view.dispose();
      changed.fire();
      assert.equal(posts.length, 2);
    } finally {
      view.dispose();
      changed.dispose();
    }
  });

  it('compares the two files that are selected', async () => {
    const other = await tinyConfig();
    await writeFile(
      other.fsPath,
      (await vscode.workspace.fs.readFile(config)).toString().replace('512', '256'),
    );
    await vscode.commands.executeCommand('headroom.compareConfigs', config, [config, other]);
    const tab = await until('the comparison', comparisonTab);
    assert.match(tab.label, /^Headroom: .*config\.json ↔ .*config\.json$/);
  });

  it('compares two saved profiles, in one panel however often it is asked', async () => {
    const [a, b] = [await saved(JSON.stringify(report)), await saved(JSON.stringify(report))];
    for (let time = 0; time < 2; time++)
      await vscode.commands.executeCommand('headroom.compareConfigs', a, [a, b]);
    await until('the comparison', comparisonTab);
    assert.equal(panels().filter(({ label }) => label.includes('↔')).length, 1);
  });

  it('asks for the second file where one is given', async () => {
    const { showQuickPick } = vscode.window;
    const other = await tinyConfig();
    await vscode.commands.executeCommand('vscode.open', other);
    let offered: readonly (vscode.QuickPickItem & { uri?: vscode.Uri })[] = [];
    Object.assign(vscode.window, {
      showQuickPick: async (items: Promise<typeof offered>) => {
        offered = await items;
        return offered.find(({ uri }) => uri?.toString() === other.toString());
      },
    });
    try {
      await vscode.commands.executeCommand('headroom.compareConfigs', config);
    } finally {
      Object.assign(vscode.window, { showQuickPick });
    }
    assert.ok(offered.every(({ uri }) => uri?.toString() !== config.toString()));
    assert.equal(offered.at(-1)?.label, 'Browse…');
    await until('the comparison', comparisonTab);
  });

  it('says why two files cannot be compared, and opens no panel', async () => {
    const broken = await saved('{}');
    const { messages } = await errorsOf(async () =>
      vscode.commands.executeCommand('headroom.compareConfigs', config, [config, broken]),
    );
    assert.equal(messages.length, 1);
    assert.match(messages[0] ?? '', /is not a Headroom profile/);
    assert.equal(comparisonTab(), undefined);
  });

  it('deletes the kept profiles once the user agrees', async () => {
    const recorder = new MessageRecorder();
    try {
      await vscode.commands.executeCommand('headroom.clearProfiles');
      assert.match(recorder.only.text, /^Delete the .*kept on this machine\?$/);
      recorder.clear();
      recorder.answer = 'Delete';
      await vscode.commands.executeCommand('headroom.clearProfiles');
      assert.match(recorder.only.text, /^Delete the /);
      recorder.clear();
      await vscode.commands.executeCommand('headroom.clearProfiles');
      assert.equal(recorder.only.text, 'No profiles are kept on this machine.');
    } finally {
      recorder.restore();
    }
  });
});
