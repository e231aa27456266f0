import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { errorsOf, profile, temporaryFile } from './fixture';
import { tinyLlama } from '../fixtures/tinyLlama';

interface BadInput {
  readonly make: () => Promise<vscode.Uri | undefined>;
  /** What the user is told: the file, the key where there is one, and the mend. */
  readonly says: RegExp;
}

const config = (changes: object): Promise<vscode.Uri> =>
  temporaryFile('config.json', JSON.stringify({ ...tinyLlama, ...changes }));

const inputs: Readonly<Record<string, BadInput>> = {
  'no open editor': { make: () => Promise.resolve(undefined), says: /No file is open.*config\.json/ },
  'a folder': {
    make: async () => vscode.Uri.file(path.dirname((await temporaryFile('config.json', '{}')).fsPath)),
    says: /is a folder/,
  },
  'a file that does not exist': {
    make: () => Promise.resolve(vscode.Uri.file('/nowhere/config.json')),
    says: /nowhere\/config\.json cannot be read/,
  },
  'a binary file': {
    make: () => temporaryFile('config.json', Uint8Array.from([0x7b, 0, 1, 2, 0xff])),
    says: /config\.json is a binary file/,
  },
  'a file that is not UTF-8': {
    make: () => temporaryFile('config.json', Uint8Array.from([0x7b, 0xe9, 0x7d])),
    says: /config\.json is a binary file/,
  },
  'JSON of 20 MB': {
    make: () => temporaryFile('config.json', `{"vocab": [${'1234567, '.repeat(2_300_000)}0]}`),
    says: /config\.json has \d+\.\d MiB, too much/,
  },
  'an empty file': { make: () => temporaryFile('config.json', ''), says: /config\.json.*empty/s },
  'JSON that ends in the middle': {
    make: () => temporaryFile('config.json', '{"model_type": "llama", '),
    says: /config\.json.*line 1/s,
  },
  'JSON that is no model': {
    make: () => temporaryFile('package.json', '{"name": "left-pad"}'),
    says: /package\.json.*model_type/s,
  },
  'an unknown model_type without sizes': {
    make: () => temporaryFile('config.json', '{ "model_type": "unheard_of" }'),
    says: /config\.json.*unheard_of.*hidden_size/s,
  },
  'a missing field': {
    make: () => config({ hidden_size: undefined }),
    says: /config\.json.*hidden_size/s,
  },
  'a negative size': {
    make: () => config({ num_attention_heads: -3 }),
    says: /config\.json.*num_attention_heads.*-3/s,
  },
  'a size of zero': {
    make: () => config({ num_hidden_layers: 0 }),
    says: /config\.json.*num_hidden_layers/s,
  },
  'a huge size': { make: () => config({ hidden_size: 1e30 }), says: /config\.json.*hidden_size/s },
  'a size that is text': {
    make: () => config({ hidden_size: 'wide' }),
    says: /config\.json.*hidden_size.*wide/s,
  },
  'heads that do not divide': {
    make: () => config({ num_attention_heads: 5, num_key_value_heads: 5 }),
    says: /config\.json.*num_attention_heads/s,
  },
  'a scheme that nobody serves': {
    make: () => Promise.resolve(vscode.Uri.parse('nobody:/config.json')),
    says: /config\.json cannot be read/,
  },
};

describe('profiling bad inputs', () => {
  before(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  for (const [what, { make, says }] of Object.entries(inputs)) {
    it(`says what is wrong with ${what}, and makes no report`, async () => {
      const uri = await make();
      const { result, messages } = await errorsOf(() => profile(uri));
      assert.equal(result, undefined);
      assert.equal(messages.length, 1);
      assert.match(messages[0] ?? '', says);
      // That would be a fault of ours, not of the input.
      assert.doesNotMatch(messages[0] ?? '', /Headroom failed/);
    });
  }
});
