import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { profile, temporaryFile, tinyLlama } from './fixture';

/** Each ends with undefined: no report, no exception. The messages are read by the end-to-end tests. */
const inputs: Readonly<Record<string, () => Promise<vscode.Uri | undefined>>> = {
  'no open editor': () => Promise.resolve(undefined),
  'a folder': async () => vscode.Uri.file(path.dirname((await temporaryFile('config.json', '{}')).fsPath)),
  'a file that does not exist': () => Promise.resolve(vscode.Uri.file('/nowhere/config.json')),
  'a binary file': () => temporaryFile('config.json', Uint8Array.from([0x7b, 0, 1, 2, 0xff])),
  'a file that is not UTF-8': () => temporaryFile('config.json', Uint8Array.from([0x7b, 0xe9, 0x7d])),
  'a file of 5 MiB': () => temporaryFile('config.json', ' '.repeat(5 * 1024 * 1024)),
  'an empty file': () => temporaryFile('config.json', ''),
  'JSON that ends in the middle': () => temporaryFile('config.json', '{"model_type": "llama", '),
  'JSON that is no model': () => temporaryFile('package.json', '{"name": "left-pad"}'),
  'a model without a size': () =>
    temporaryFile('config.json', JSON.stringify({ ...tinyLlama, hidden_size: undefined })),
  'a model with an impossible size': () =>
    temporaryFile('config.json', JSON.stringify({ ...tinyLlama, num_attention_heads: -3 })),
  'a scheme that nobody serves': () => Promise.resolve(vscode.Uri.parse('nobody:/config.json')),
};

describe('profiling bad inputs', () => {
  before(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  for (const [what, make] of Object.entries(inputs)) {
    it(`gives no report for ${what}`, async () => {
      assert.equal(await profile(await make()), undefined);
    });
  }
});
