import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as vscode from 'vscode';
import { tinyLlama } from '../fixtures/tinyLlama';
import { closeEditors, extension, profile, setBudget, temporaryFile } from './fixture';
import { MessageRecorder } from './messageRecorder';

const model = 'headroom-tests/tiny-llama';
const recipe = `base_model: ${model}\nsequence_len: 128\nmicro_batch_size: 1\ndatasets: []\n`;

describe('downloading the config of a model', () => {
  let server: Server;
  let requests: string[] = [];
  let recorder: MessageRecorder;
  const { showInputBox } = vscode.window;
  const endpoint = process.env['HF_ENDPOINT'];

  before(async () => {
    await extension().activate();
    await setBudget(4);
    server = createServer((request, response) => {
      requests.push(request.url ?? '');
      response.end(JSON.stringify(tinyLlama));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    process.env['HF_ENDPOINT'] = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    // The name is offered, and taken as it is.
    Object.assign(vscode.window, {
      showInputBox: (options: vscode.InputBoxOptions) => Promise.resolve(options.value),
    });
  });

  beforeEach(() => {
    requests = [];
    recorder = new MessageRecorder();
  });

  afterEach(async () => {
    recorder.restore();
    await closeEditors();
  });

  after(() => {
    Object.assign(vscode.window, { showInputBox });
    if (endpoint === undefined) delete process.env['HF_ENDPOINT'];
    else process.env['HF_ENDPOINT'] = endpoint;
    server.close();
  });

  it('is offered where a model is not found, and asks nothing of the network unless it is confirmed', async () => {
    const file = await temporaryFile('train.yaml', recipe);
    assert.equal(await profile(file), undefined);
    assert.ok(recorder.only.buttons.includes('Download Its Config…'), recorder.only.buttons.join(', '));
    recorder.clear();
    assert.equal(await fetchConfig(file), undefined);
    assert.match(recorder.only.text, /Download the config of headroom-tests\/tiny-llama\?/);
    assert.deepEqual(requests, []);
  });

  it('fetches the one file, after which the config that names the model can be profiled', async () => {
    const file = await temporaryFile('train.yaml', recipe);
    recorder.answer = 'Download';
    const stored = await fetchConfig(file);
    assert.ok(stored);
    assert.deepEqual(requests, [`/${model}/resolve/main/config.json`]);
    const report = await profile(file);
    assert.equal(report?.run.state, 'complete', report?.run.error?.message);
    assert.equal(report.scenario.sequenceLength, 128);
    assert.equal(report.source.model?.uri, stored.toString());
    assert.equal(requests.length, 1, 'a profile fetches nothing');
    await vscode.workspace.fs.delete(vscode.Uri.joinPath(stored, '..'), { recursive: true });
  });
});

async function fetchConfig(argument: vscode.Uri): Promise<vscode.Uri | undefined> {
  return vscode.commands.executeCommand<vscode.Uri | undefined>('headroom.fetchModelConfig', argument);
}
