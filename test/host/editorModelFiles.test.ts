import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { closeEditors, extension, temporaryFile } from './fixture';
import { configText, lensCommands, setSetting } from './editorFixture';

const recipe = 'model_name_or_path: mine\nmax_seq_length: 256\nper_device_train_batch_size: 2\n';
/** Of Meta's own format. */
const params = { dim: 128, n_layers: 2, n_heads: 4, vocab_size: 1000, multiple_of: 64, norm_eps: 1e-5 };

describe('files that the setting headroom.models names', () => {
  before(() => extension().activate());
  afterEach(async () => {
    await setSetting('models', undefined);
    await closeEditors();
  });

  it('are read again when they change, outside of the workspace too', async () => {
    const file = (await temporaryFile('mine.json', configText())).fsPath;
    const { titleAfter } = await openRecipe(file);
    await titleAfter(() => writeFile(file, configText({ hidden_size: 1024 })));
    await titleAfter(() => rm(file));
    await titleAfter(() => writeFile(file, configText({ hidden_size: 512 })));
  });

  it("may be Meta's params.json of a folder, also of one that is made later", async () => {
    const folder = path.join(path.dirname((await temporaryFile('other.txt', '')).fsPath), 'llama');
    await mkdir(folder);
    const { titleAfter } = await openRecipe(folder);
    const file = path.join(folder, 'params.json');
    await titleAfter(() => writeFile(file, JSON.stringify(params)));
    await titleAfter(() => writeFile(file, JSON.stringify({ ...params, dim: 1024 })));
  });
});

/** Opens a recipe whose model is at `place`. */
async function openRecipe(
  place: string,
): Promise<{ titleAfter: (act: () => Promise<void>) => Promise<void> }> {
  await setSetting('models', { mine: place });
  const document = await vscode.workspace.openTextDocument(await temporaryFile('sft.yaml', recipe));
  await vscode.window.showTextDocument(document);
  const title = async (): Promise<string | undefined> => (await lensCommands(document))[0]?.title;
  const titleAfter = async (act: () => Promise<void>): Promise<void> => {
    // The system takes a moment until it tells of a file in a folder that is watched since just now.
    await pause(1500);
    const before = await title();
    await act();
    const end = Date.now() + 20_000;
    while ((await title()) === before) {
      assert.ok(Date.now() < end, `it still says ${before ?? 'nothing'}`);
      await pause(100);
    }
  };
  return { titleAfter };
}

async function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
