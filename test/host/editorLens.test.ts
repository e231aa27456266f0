import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeEditors, extension } from './fixture';
import { configText, lensCommands, openFile, positionOf, setSetting } from './editorFixture';

describe('CodeLens', () => {
  before(() => extension().activate());
  afterEach(async () => {
    for (const key of ['codeLens.enabled', 'inlayHints.enabled', 'batch', 'plannedDevice'])
      await setSetting(key, undefined);
    await closeEditors();
  });

  it('stands above the length, and a click profiles at it', async () => {
    const document = await openFile('config.json', configText());
    const [lens, ...others] = await lensCommands(document);
    assert.ok(lens);
    assert.deepEqual(others, []);
    assert.match(lens.title, /512 tokens.*KV.*peak/);
    assert.equal(lens.command, 'headroom.profileAtLength');
    assert.deepEqual(lens.arguments, [{ uri: document.uri.toString(), sequenceLength: 512 }]);
  });

  it("never profiles a text at the length of an encoder beside it, such as Whisper's", async () => {
    const whisper = {
      model_type: 'whisper',
      d_model: 64,
      encoder_layers: 2,
      encoder_attention_heads: 4,
      encoder_ffn_dim: 128,
      decoder_layers: 2,
      decoder_attention_heads: 4,
      decoder_ffn_dim: 128,
      vocab_size: 100,
      max_source_positions: 1500,
      max_target_positions: 448,
    };
    const document = await openFile('config.json', JSON.stringify(whisper, undefined, 2));
    const lenses = await lensCommands(document);
    assert.deepEqual(
      lenses.map((lens) => lens.arguments),
      Array.from({ length: 2 }, () => [{ uri: document.uri.toString(), sequenceLength: 448 }]),
    );
    assert.match(lenses[0]?.tooltip ?? '', /1,500 tokens.*448/);
  });

  it('follows the settings, and goes when it is switched off', async () => {
    const document = await openFile('config.json', configText());
    const [one] = await lensCommands(document);
    await setSetting('batch', 8);
    const [eight] = await lensCommands(document);
    assert.ok(one && eight);
    assert.notEqual(eight.title, one.title);
    await setSetting('codeLens.enabled', false);
    assert.deepEqual(await lensCommands(document), []);
  });

  it('follows the device', async () => {
    const document = await openFile('config.json', configText({ max_position_embeddings: 5_000_000 }));
    const titles: string[] = [];
    for (const device of ['NVIDIA T4', 'NVIDIA H200']) {
      await setSetting('plannedDevice', device);
      titles.push((await lensCommands(document))[0]?.title ?? '');
    }
    assert.notEqual(titles[0], titles[1]);
    assert.match(titles[1] ?? '', /fits/);
  });

  it('is absent from files that are no configs', async () => {
    for (const name of ['package.json', 'data.json']) {
      const document = await openFile(name, '{ "name": "left-pad", "max_position_embeddings": 512 }');
      assert.deepEqual(await lensCommands(document), [], name);
    }
  });

  it('has a hint behind the value, where that is asked for', async () => {
    const document = await openFile('config.json', configText());
    assert.deepEqual(await hints(document), []);
    await setSetting('inlayHints.enabled', true);
    const [hint, ...others] = await hints(document);
    assert.ok(hint);
    assert.deepEqual(others, []);
    assert.match(labelOf(hint), /KV/);
    // Behind the comma, so that it does not read as part of the value.
    assert.ok(hint.position.isEqual(positionOf(document, '512').translate(0, 4)));
  });
});

async function hints(document: vscode.TextDocument): Promise<vscode.InlayHint[]> {
  return vscode.commands.executeCommand<vscode.InlayHint[]>(
    'vscode.executeInlayHintProvider',
    document.uri,
    new vscode.Range(0, 0, document.lineCount, 0),
  );
}

function labelOf({ label }: vscode.InlayHint): string {
  return typeof label === 'string' ? label : label.map(({ value }) => value).join('');
}
