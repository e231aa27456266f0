import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeEditors, extension, temporaryFile } from './fixture';
import { configText, hoversAt, hoverText, openFile } from './editorFixture';

const model = {
  json: configText(),
  toml: 'model_type = "llama"\nhidden_size = 128\nnum_hidden_layers = 2\nnum_attention_heads = 4\nintermediate_size = 256\nvocab_size = 1000\n\n# the length\nmax_position_embeddings = 1_024\n',
};

describe('hover', () => {
  before(() => extension().activate());
  afterEach(closeEditors);

  it('says in a JSON config what its length costs, at key and value, with links that run commands', async () => {
    const document = await openFile('config.json', model.json);
    for (const place of ['max_position_embeddings', '512']) {
      const [hover, ...others] = await hoversAt(document, place);
      assert.ok(hover, place);
      assert.deepEqual(others, []);
      assert.match(hoverText(hover), /512/);
      assert.match(hoverText(hover), /KV cache/);
      assert.equal(hover.range && document.getText(hover.range), '"max_position_embeddings": 512');
      assert.deepEqual(linkArguments(hover, 'headroom.profileAtLength'), [
        { uri: document.uri.toString(), sequenceLength: 512 },
      ]);
      assert.deepEqual(linkArguments(hover, 'headroom.explainEstimate'), [{ uri: document.uri.toString() }]);
      assert.deepEqual(linkArguments(hover, 'headroom.chooseDevice'), []);
    }
  });

  it('trusts its text with our own commands alone', async () => {
    const document = await openFile('config.json', model.json);
    const [hover] = await hoversAt(document, '512');
    const [content] = hover?.contents ?? [];
    assert.ok(content instanceof vscode.MarkdownString);
    assert.ok(typeof content.isTrusted === 'object', 'trusted or not as a whole');
    assert.ok(content.isTrusted.enabledCommands.every((command) => command.startsWith('headroom.')));
    assert.ok(content.supportHtml !== true);
  });

  it('finds the model that a YAML recipe names', async () => {
    const recipe = await temporaryFile(
      'sft.yaml',
      'model_name_or_path: .\nmax_seq_length: 256 # short\nper_device_train_batch_size: 2\n',
    );
    await vscode.workspace.fs.writeFile(
      vscode.Uri.joinPath(recipe, '..', 'config.json'),
      new TextEncoder().encode(model.json),
    );
    const document = await vscode.workspace.openTextDocument(recipe);
    const [hover] = await hoversAt(document, '256');
    assert.ok(hover);
    assert.match(hoverText(hover), /256/);
    assert.match(hoverText(hover), /train/i);
    assert.deepEqual(linkArguments(hover, 'headroom.profileAtLength'), [
      { uri: document.uri.toString(), sequenceLength: 256 },
    ]);
  });

  it('reads TOML, numbers with _ too', async () => {
    const document = await openFile('model.toml', model.toml);
    const [hover] = await hoversAt(document, '1_024');
    assert.ok(hover);
    assert.match(hoverText(hover), /1,024/);
    assert.equal(hover.range && document.getText(hover.range), 'max_position_embeddings = 1_024');
  });

  it('says what heads and layers change', async () => {
    const document = await openFile('config.json', model.json);
    for (const key of ['num_key_value_heads', 'num_hidden_layers']) {
      assert.equal((await hoversAt(document, key)).length, 1, key);
    }
    assert.deepEqual(await hoversAt(document, 'rms_norm_eps'), []);
  });

  it('takes a text that has no file yet, and follows its changes', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'json', content: model.json });
    const editor = await vscode.window.showTextDocument(document);
    assert.match(hoverText((await hoversAt(document, '512'))[0] ?? assert.fail('no hover')), /512/);
    const start = document.positionAt(document.getText().indexOf('512'));
    await editor.edit((edit) => {
      edit.replace(new vscode.Range(start, start.translate(0, 3)), '2048');
    });
    assert.match(hoverText((await hoversAt(document, '2048'))[0] ?? assert.fail('no hover')), /2,048/);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('has nothing to say of other files with such a key', async () => {
    const text = '{ "name": "left-pad", "max_length": 512, "hidden_size": 128 }';
    for (const name of ['package.json', 'tsconfig.json', 'data.json']) {
      assert.deepEqual(await hoversAt(await openFile(name, text), '512'), [], name);
    }
  });
});

/** The arguments that the hover's link to `command` passes. Fails where it has no such link. */
function linkArguments(hover: vscode.Hover, command: string): unknown {
  const query = new RegExp(`command:${command.replace('.', '\\.')}\\?([^)"\\s]+)`).exec(
    hoverText(hover),
  )?.[1];
  assert.ok(query, `no link to ${command} in ${hoverText(hover)}`);
  return JSON.parse(decodeURIComponent(query));
}
