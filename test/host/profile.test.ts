import assert from 'node:assert/strict';
import { attentionKinds } from '../../src/model/attentionKinds';
import * as vscode from 'vscode';
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
  workerPid,
} from './fixture';
import { tinyLlama } from '../fixtures/tinyLlama';
import { safetensorsOf } from '../fixtures/weightFiles';

describe('profiling', () => {
  before(async () => {
    await extension().activate();
    await setBudget(4);
  });
  afterEach(closeEditors);

  it('measures dense attention and replacements, and shows them in a panel', async () => {
    const report = await profile(await tinyConfig());
    assert.ok(report);
    assert.equal(report.run.state, 'complete', report.run.error?.message);
    assert.equal(report.scenario.sequenceLength, tinyLlama.max_position_embeddings);
    const times = medians(report);
    assert.ok(times.length > 0, 'nothing was measured');
    assert.ok(
      times.every((ms) => Number.isFinite(ms) && ms > 0),
      times.join(', '),
    );
    assert.ok(report.layerKinds.some(({ replacements }) => replacements.length > 0));
    assert.deepEqual(
      panels().map(({ label }) => label.startsWith('Headroom')),
      [true],
    );
  });

  it('takes the active editor, unsaved and untitled', async () => {
    const content = JSON.stringify({ ...tinyLlama, num_hidden_layers: 7 });
    const document = await vscode.workspace.openTextDocument({ language: 'json', content });
    await vscode.window.showTextDocument(document);
    const report = await profile();
    assert.equal(report && attentionKinds(report.model)[0]?.layers, 7);
    await revert();
  });

  it('takes a training config with its recipe, and the model beside it', async () => {
    const config = await tinyConfig();
    const folder = vscode.Uri.joinPath(config, '..');
    const recipe =
      'model_name_or_path: .\nmax_seq_length: 128\nper_device_train_batch_size: 2\noptim: adafactor\n';
    const file = vscode.Uri.joinPath(folder, 'sft.yaml');
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(recipe));
    const report = await profile(file);
    assert.ok(report);
    assert.equal(report.run.state, 'complete', report.run.error?.message);
    const { sequenceLength, batch, training } = report.scenario;
    assert.deepEqual([sequenceLength, batch, training?.optimizer], [128, 2, 'adafactor']);
    assert.equal(report.source.model?.uri, config.toString());
    assert.ok(report.layerKinds[0]?.dense.points.some(({ n }) => n === 128));
  });

  it('notes what the weights beside the config hold', async () => {
    const config = await tinyConfig();
    const tensors = [{ name: 'all', dtype: 'F32', bits: 32, shape: [7] }];
    await vscode.workspace.fs.writeFile(
      vscode.Uri.joinPath(config, '..', 'model.safetensors'),
      safetensorsOf(tensors),
    );
    const report = await profile(config);
    assert.match(
      report?.run.notes.join(' ') ?? '',
      /model\.safetensors stores 7 elements in 28 B, mostly F32/,
    );
  });

  it('says which model is not on this computer, and where the config names it', async () => {
    const file = await temporaryFile(
      'train.yaml',
      'base_model: nobody/knows-this\nsequence_len: 64\nmicro_batch_size: 1\ndatasets: []\n',
    );
    const { result, messages } = await errorsOf(() => profile(file));
    assert.equal(result, undefined);
    assert.match(messages.join('; '), /nobody\/knows-this/);
  });

  it('takes unsaved changes of an open file, and says when it is edited while it runs', async () => {
    const document = await vscode.workspace.openTextDocument(await tinyConfig());
    await vscode.window.showTextDocument(document);
    await replaceIn(document, '"num_hidden_layers": 2', '"num_hidden_layers": 5');
    const running = profile(document.uri);
    await workerPid();
    await replaceIn(document, '"num_hidden_layers": 5', '"num_hidden_layers": 6');
    const report = await running;
    assert.ok(report);
    assert.equal(attentionKinds(report.model)[0]?.layers, 5);
    assert.ok(
      report.run.notes.some((note) => note.includes('edited while this ran')),
      report.run.notes.join('; '),
    );
    await revert();
  });

  it('goes on when its document and its panel are closed', async () => {
    const document = await vscode.workspace.openTextDocument(await tinyConfig());
    await vscode.window.showTextDocument(document);
    const running = profile(document.uri);
    await workerPid();
    await closeEditors();
    const report = await running;
    assert.equal(report?.run.state, 'complete', report?.run.error?.message);
    assert.deepEqual(panels(), []);
    await vscode.commands.executeCommand('headroom.openPanel');
    await until('the panel', () => panels()[0]);
  });

  it('survives the death of the worker: the report says so, and the next run works', async () => {
    const config = await tinyConfig();
    const running = profile(config);
    process.kill(await workerPid(), 'SIGKILL');
    const report = await running;
    assert.equal(report?.run.state, 'failed');
    assert.equal(report.run.error?.kind, 'crash', report.run.error?.message);
    assert.ok(report.run.error.mend.length > 0);
    assert.equal((await profile(config))?.run.state, 'complete');
  });
});

function medians(report: Report): number[] {
  return report.layerKinds
    .flatMap(({ dense, replacements }) => [dense, ...replacements])
    .flatMap(({ points }) => points.flatMap(({ timing }) => (timing ? [timing.medianMs] : [])));
}

async function replaceIn(document: vscode.TextDocument, from: string, to: string): Promise<void> {
  const start = document.getText().indexOf(from);
  assert.ok(start >= 0, `${from} is not in the document`);
  const edit = new vscode.WorkspaceEdit();
  edit.replace(
    document.uri,
    new vscode.Range(document.positionAt(start), document.positionAt(start + from.length)),
    to,
  );
  assert.ok(await vscode.workspace.applyEdit(edit));
}

/** Leaves no unsaved document behind, which would ask before it closes. */
async function revert(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
}
