import assert from 'node:assert/strict';
import { groupedQuery } from '../../src/attention/groupedQuery';
import type { AttentionMechanism, MechanismParameters } from '../../src/attention/mechanism';
import { placedAdoption } from '../../src/attention/placedAdoption';
import { slidingWindow } from '../../src/attention/slidingWindow';
import { configPlaceOf } from '../../src/config/configPlaceOf';
import { applyEdits, withEdits } from '../../src/config/editConfig';
import { readConfig } from '../../src/config/readConfig';
import type { ReadContext } from '../../src/config/readContext';
import { readOwnModel } from '../../src/config/readOwnModel';
import { attentionKinds } from '../../src/model/attentionKinds';
import type { AttentionSpec, ModelSpec } from '../../src/model/modelSpec';
import { MemoryFiles } from './resolveFixture';

const context: ReadContext = {
  folder: '/project',
  workspaceFolders: [],
  files: new MemoryFiles({}),
  environment: {},
  platform: 'linux',
};

/** What Apply does in the editor: adopts `mechanism` in the first kind of layers, from the text to the text. */
async function adopted(
  text: string,
  name: string,
  mechanism: AttentionMechanism,
  parameters: MechanismParameters,
): Promise<string> {
  const reading = await readConfig(text, name, context);
  assert.deepEqual(readOwnModel(text, name).stacks, reading.model.stacks, 'the profiled model, read anew');
  const [kind] = attentionKinds(reading.model);
  assert.ok(kind);
  const found = mechanism.adopt(reading.model, kind.attention, parameters);
  const adoption = placedAdoption(found, configPlaceOf(reading));
  assert.ok(adoption.kind === 'config' && adoption.byHand === undefined && adoption.file === undefined);
  return withEdits(text, applyEdits(text, adoption.edits, name));
}

function attentions(model: ModelSpec): AttentionSpec[] {
  return attentionKinds(model).map(({ attention }) => attention);
}

const mistral = [
  '# A small Mistral, trained from scratch.',
  'model_type: mistral',
  'architectures:',
  '- MistralForCausalLM',
  'hidden_size: 128          # width',
  'num_hidden_layers: 3',
  'num_attention_heads: 8',
  'num_key_value_heads: 8    # no groups yet',
  'intermediate_size: 256',
  'vocab_size: 1000',
  'max_position_embeddings: 4096',
  'sliding_window: null      # all tokens',
  '',
].join('\n');

const nested = [
  'seed: 1',
  'model: # the shape',
  '  model_type: qwen3',
  '  hidden_size: 128',
  '  num_hidden_layers: 3',
  '  num_attention_heads: 8',
  '  num_key_value_heads: 8',
  '  head_dim: 16',
  '  intermediate_size: 256',
  '  vocab_size: 1000',
  '  max_position_embeddings: 4096',
  '  layer_types:',
  '    # from below',
  '    - full_attention',
  '    - full_attention',
  '    - full_attention # last',
  '',
  'optimizer:',
  '  lr: 1.0e-4',
  '',
].join('\r\n');

const toml = [
  'title = "a run"',
  '',
  '[model] # the shape',
  'model_type = "mistral"',
  'hidden_size = 128',
  'num_hidden_layers = 3',
  'num_attention_heads = 8',
  'intermediate_size = 256',
  'vocab_size = 1_000',
  'max_position_embeddings = 4_096',
  '',
  '[optimizer]',
  'lr = 1e-4',
  '',
].join('\n');

describe('adopting a replacement in a config that is no JSON', () => {
  it('YAML: a window in place of null, with the comments', async () => {
    const text = await adopted(mistral, 'run/model.yaml', slidingWindow, { window: 256 });
    assert.equal(text, mistral.replace('sliding_window: null', 'sliding_window: 256'));
    assert.equal(attentions(readOwnModel(text, 'model.yaml'))[0]?.window, 256);
  });

  it('YAML: fewer key/value heads', async () => {
    const text = await adopted(mistral, 'model.yml', groupedQuery, { kvHeads: 2 });
    assert.equal(text, mistral.replace('num_key_value_heads: 8 ', 'num_key_value_heads: 2 '));
    assert.equal(attentions(readOwnModel(text, 'model.yml'))[0]?.kvHeads, 2);
  });

  it('YAML with braces, and an untitled one', async () => {
    const braces = mistral.replace(/^- .*\n|^architectures:\n|^#.*\n/gm, '');
    const text = `{${braces
      .trim()
      .split('\n')
      .map((line) => line.replace(/ *#.*/, ''))
      .join(', ')}}\n`;
    const result = await adopted(text, 'model.yaml', slidingWindow, { window: 256 });
    assert.equal(result, text.replace('sliding_window: null', 'sliding_window: 256'));
    const untitled = await adopted(mistral, 'Untitled-1', slidingWindow, { window: 256 });
    assert.match(untitled, /^sliding_window: 256 {6}# all tokens$/m);
  });

  it('YAML below a key, with Windows line breaks: the list, and keys that were missing', async () => {
    const text = await adopted(nested, 'model.yaml', slidingWindow, { window: 256 });
    const wanted = nested
      .replaceAll('full_attention', 'sliding_attention')
      .replace(
        '# last\r\n',
        '# last\r\n  use_sliding_window: true\r\n  sliding_window: 256\r\n  max_window_layers: 0\r\n',
      );
    assert.equal(text, wanted);
    const model = readOwnModel(text, 'model.yaml');
    assert.deepEqual(
      attentions(model).map(({ window }) => window),
      [256],
    );
  });

  it('TOML: keys that the table lacks', async () => {
    const window = await adopted(toml, 'model.toml', slidingWindow, { window: 256 });
    assert.equal(window, toml.replace('= 4_096\n', '= 4_096\nsliding_window = 256\n'));
    const text = await adopted(window, 'model.toml', groupedQuery, { kvHeads: 2 });
    assert.equal(text, window.replace('window = 256\n', 'window = 256\nnum_key_value_heads = 2\n'));
    const [attention] = attentions(readOwnModel(text, 'model.toml'));
    assert.equal(attention?.window, 256);
    assert.equal(attention.kvHeads, 2);
  });

  it('the sizes in a training config of torchtune', async () => {
    const text =
      'model:\n  _component_: torchtune.models.llama2.llama2\n  vocab_size: 100\n  num_layers: 2\n  num_heads: 8\n  num_kv_heads: 4 # groups\n  embed_dim: 64\n  max_seq_len: 512\nbatch_size: 2\nepochs: 1\n';
    const result = await adopted(text, 'train.yaml', groupedQuery, { kvHeads: 2 });
    assert.equal(result, text.replace('num_kv_heads: 4', 'num_kv_heads: 2'));
    assert.equal(attentions(readOwnModel(result, 'train.yaml'))[0]?.kvHeads, 2);
  });
});
