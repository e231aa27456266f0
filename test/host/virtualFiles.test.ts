import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { knownDevices } from '../../src/devices/deviceTable';
import { EstimateTool } from '../../src/extension/tools/estimateTool';
import { configText, hoversAt, hoverText, lensCommands, ourDiagnostics, quickFixes } from './editorFixture';
import { closeEditors, errorsOf, extension, profile, setBudget, until } from './fixture';
import { VirtualFiles } from './virtualFileSystem';

const scheme = 'headroom-virtual';
const recipe =
  'model_name_or_path: ./models/tiny\nmax_seq_length: 256 # short\nper_device_train_batch_size: 2\n';
/** No device has the memory for it, and a shorter one fits any. */
const tooLong = configText({ max_position_embeddings: 50_000_000 });
const files = new VirtualFiles({
  '/work/models/tiny/config.json': configText(),
  '/work/sft.yaml': recipe,
  '/work/serve.sh': 'vllm serve ./models/tiny --max-model-len 128\n',
  '/work/long/config.json': tooLong,
  '/work/indivisible/config.json': configText({ num_key_value_heads: 3 }),
  '/work/elsewhere.yaml': recipe.replace('./models/tiny', '/home/somebody/model'),
});

describe('configs on a virtual file system', () => {
  let registration: vscode.Disposable;
  before(async () => {
    registration = vscode.workspace.registerFileSystemProvider(scheme, files);
    await extension().activate();
    await setBudget(3);
  });
  afterEach(closeEditors);
  after(() => {
    registration.dispose();
  });

  const uriOf = (path: string): vscode.Uri => vscode.Uri.from({ scheme, path });

  async function open(path: string): Promise<vscode.TextDocument> {
    const document = await vscode.workspace.openTextDocument(uriOf(path));
    await vscode.window.showTextDocument(document);
    return document;
  }

  it('have a lens and a hover as others have', async () => {
    const document = await open('/work/models/tiny/config.json');
    const [lens] = await lensCommands(document);
    assert.match(lens?.title ?? '', /^512 tokens · KV 512 KiB · /);
    const [hover] = await hoversAt(document, '512');
    assert.match(hover ? hoverText(hover) : '', /KV cache: 512 KiB at n = 512 tokens/);
  });

  it('find the model that they name by a relative path, in YAML and in a command', async () => {
    const [hover] = await hoversAt(await open('/work/sft.yaml'), '256');
    assert.match(hover ? hoverText(hover) : '', /A training step/);
    const [command] = await hoversAt(await open('/work/serve.sh'), '128');
    assert.match(command ? hoverText(command) : '', /KV cache: 128 KiB at n = 128 tokens/);
  });

  it('say that a model is not there, where they name a path of another computer', async () => {
    const document = await open('/work/elsewhere.yaml');
    const [problem] = await until('the problem', () => some(ourDiagnostics(document.uri)));
    assert.match(problem?.message ?? '', /\/home\/somebody\/model/);
    assert.equal(problem?.code, 'modelNotFound');
  });

  it('have their problems marked and mended', async () => {
    const broken = await open('/work/indivisible/config.json');
    const [error] = await until('the error', () => some(ourDiagnostics(broken.uri)));
    assert.match(error?.message ?? '', /"num_key_value_heads" is 3, which does not divide/);
    const document = await open('/work/long/config.json');
    await until('the warning', () =>
      some(ourDiagnostics(document.uri).filter(({ code }) => code === 'doesNotFit')),
    );
    const fixes = await quickFixes(document);
    const fix = fixes.find(({ title }) => title.startsWith('Set max_position_embeddings to '));
    assert.ok(fix?.edit && (await vscode.workspace.applyEdit(fix.edit)));
    const length = Number(/"max_position_embeddings": (\d+)/.exec(document.getText())?.[1]);
    assert.ok(length > 0 && length < 50_000_000, String(length));
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), tooLong);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('are estimated for an agent, by their Uri', async () => {
    const document = await open('/work/sft.yaml');
    const tool = new EstimateTool(vscode.Uri.file('/nowhere'), {
      target: undefined,
      devices: knownDevices(),
    });
    const input = { file: document.uri.toString() };
    const { content } = await tool.invoke({ input }, new vscode.CancellationTokenSource().token);
    const text = content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : ''));
    assert.match(text.join('\n'), /n = 256 tokens, batch 2, float32/);
  });

  it('are profiled with the model that they name', async () => {
    const { result, messages } = await errorsOf(() => profile(uriOf('/work/sft.yaml')));
    assert.deepEqual(messages, []);
    assert.equal(result?.run.state, 'complete');
    assert.equal(result.scenario.sequenceLength, 256);
    assert.equal(result.source.uri, uriOf('/work/sft.yaml').toString());
  });

  it('are profiled where nothing can be written', async () => {
    const archive = vscode.workspace.registerFileSystemProvider('headroom-archive', files, {
      isReadonly: true,
    });
    try {
      const uri = vscode.Uri.parse('headroom-archive:/work/models/tiny/config.json');
      const { result, messages } = await errorsOf(() => profile(uri));
      assert.deepEqual(messages, []);
      assert.equal(result?.run.state, 'complete');
      assert.equal(result.source.name, 'tiny/config.json');
    } finally {
      archive.dispose();
    }
  });
});

function some<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length > 0 ? list : undefined;
}
