import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { closeEditors, extension, until } from './fixture';
import { configText, openFile, ourDiagnostics, positionOf, quickFixes, setSetting } from './editorFixture';

/** Hundreds of gigabytes of activations beside weights of one megabyte: a shorter length fits any device. */
const declared = '50000000';
const tooLong = configText({ max_position_embeddings: Number(declared) }).replace(
  '  "max_position',
  '  // as the paper has it\n  "max_position',
);

describe('diagnostics', () => {
  before(() => extension().activate());
  afterEach(async () => {
    await setSetting('diagnostics.enabled', undefined);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await closeEditors();
  });

  it('mark heads that do not divide, and go when they do', async () => {
    const broken = configText({ num_attention_heads: 5, num_key_value_heads: 5 });
    const document = await openFile('config.json', broken);
    const diagnostic = await diagnosed(document.uri, 'impossibleShape');
    assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Error);
    assert.match(diagnostic.message, /num_attention_heads/);
    assert.ok(diagnostic.range.contains(positionOf(document, '5,')));
    const edit = new vscode.WorkspaceEdit();
    const all = new vscode.Range(0, 0, document.lineCount, 0);
    edit.replace(document.uri, all, configText());
    assert.ok(await vscode.workspace.applyEdit(edit));
    await until('the end of the error', () => gone(document.uri, 'impossibleShape'));
  });

  it('can be switched off, and end with their document', async () => {
    const content = configText({ num_attention_heads: 5, num_key_value_heads: 5 });
    const { uri } = await vscode.window
      .showTextDocument(await vscode.workspace.openTextDocument({ language: 'json', content }))
      .then(({ document }) => document);
    await diagnosed(uri, 'impossibleShape');
    await setSetting('diagnostics.enabled', false);
    await until('silence', () => gone(uri, 'impossibleShape'));
    await setSetting('diagnostics.enabled', undefined);
    await diagnosed(uri, 'impossibleShape');
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await until('silence', () => gone(uri, 'impossibleShape'));
  });

  it('are absent from files that are no configs', async () => {
    const other = await openFile('package.json', '{ "name": "left-pad", "num_attention_heads": 5 }');
    // Once a config that was opened later is marked, the earlier file has had its turn.
    const config = await openFile('config.json', configText({ num_attention_heads: 5 }));
    await diagnosed(config.uri, 'impossibleShape');
    assert.deepEqual(ourDiagnostics(other.uri), []);
  });
});

describe('quick fixes', () => {
  before(() => extension().activate());
  beforeEach(() => setSetting('plannedDevice', 'NVIDIA T4'));
  afterEach(async () => {
    await setSetting('plannedDevice', undefined);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await closeEditors();
  });

  it('set the longest length that fits, keep comments, and are undone in one step', async () => {
    const document = await openFile('config.json', tooLong);
    const diagnostic = await diagnosed(document.uri, 'doesNotFit');
    assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Warning);
    assert.match(diagnostic.message, /T4/);
    assert.ok(diagnostic.range.contains(positionOf(document, declared)));
    const fix = (await quickFixes(document)).find(({ title }) => title.includes('max_position_embeddings'));
    assert.ok(fix?.edit, 'no fix with an edit');
    assert.equal(fix.isPreferred, true);

    await applyPreviewed(fix.edit);
    const longest = /"max_position_embeddings": (\d+),/.exec(document.getText())?.[1];
    assert.ok(longest !== undefined && Number(longest) < Number(declared), document.getText());
    assert.equal(document.getText(), tooLong.replace(declared, longest));
    await until('the end of the warning', () => gone(document.uri, 'doesNotFit'));

    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), tooLong);
  });
});

async function diagnosed(uri: vscode.Uri, code: string): Promise<vscode.Diagnostic> {
  return until(code, () => ourDiagnostics(uri).find((diagnostic) => diagnostic.code === code));
}

function gone(uri: vscode.Uri, code: string): true | undefined {
  return ourDiagnostics(uri).some((diagnostic) => diagnostic.code === code) ? undefined : true;
}

/** Applies `edit` as the user does who agrees with the preview, where the editor shows one. */
async function applyPreviewed(edit: vscode.WorkspaceEdit): Promise<void> {
  const applying = vscode.workspace.applyEdit(edit);
  for (let round = 0; round < 100; round++) {
    const applied = await Promise.race([applying, sleep(200, undefined)]);
    if (applied !== undefined) {
      assert.ok(applied);
      return;
    }
    await vscode.commands.executeCommand('refactorPreview.apply');
  }
  assert.fail('the edit was not applied');
}
