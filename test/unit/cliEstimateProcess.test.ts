import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tinyLlama } from '../fixtures/tinyLlama';
import { ggufFile, safetensorsOf, text, u32 } from '../fixtures/weightFiles';

const root = join(__dirname, '../..');

/** Tied embedding, two layers, three norms of 128: what `tinyLlama` has. */
const parameters = 1000 * 128 + 2 * (2 * 128 * 128 + 2 * 128 * 64 + 3 * 128 * 256 + 2 * 128) + 128;

describe('estimates and derivations of the command line, as a process', function () {
  // Each start compiles the sources anew.
  this.timeout(60_000);
  let folder = '';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'headroom-estimate-'));
    const write = (name: string, data: string | Uint8Array): void => {
      mkdirSync(join(folder, name, '..'), { recursive: true });
      writeFileSync(join(folder, name), data);
    };
    write('tiny/config.json', JSON.stringify(tinyLlama, null, 2));
    write(
      'tiny/model.safetensors',
      safetensorsOf([{ name: 'all', dtype: 'F32', bits: 32, shape: [parameters] }]),
    );
    write('wide/config.json', JSON.stringify({ ...tinyLlama, num_key_value_heads: 4 }, null, 2));
    write('broken/config.json', '{');
    write(
      'train.yaml',
      'base_model: ./tiny\nsequence_len: 64\nmicro_batch_size: 2\nbf16: true\ndatasets: []\n',
    );
    write('serve.yaml', 'model: ./tiny\nmax-model-len: 64\ngpu-memory-utilization: 0.5\n');
    write('q8.gguf', quantisedLlama());
    write('Modelfile', 'FROM ./q8.gguf\nPARAMETER num_ctx 64\n');
    write('devices.json', '[{"name": "My card", "memoryGiB": 1, "bandwidthGBps": 100, "tflops": 10}]');
    write('wrongDevices.json', '[{"name": "My card"}]');
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Arguments that name a file of the folder are completed. */
  function run(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
    const completed = args.map((arg) => (existsSync(join(folder, arg)) ? join(folder, arg) : arg));
    return spawnSync(process.execPath, ['--import', 'tsx', join(root, 'src/cli/main.ts'), ...completed], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });
  }

  it('sets several configs below each other, and tells which could not be read', () => {
    const { status, stdout, stderr } = run(
      'estimate',
      'tiny/config.json',
      'wide/config.json',
      'broken/config.json',
    );
    assert.equal(status, 2);
    assert.match(stdout, /tiny\/config\.json +llama +float32 +512 /);
    assert.match(stdout, /wide\/config\.json +llama +float32 +512 /);
    assert.match(stderr, /broken\/config\.json:1:2: .*JSON/);
  });

  it('sets two configs side by side with the ratio of each figure', () => {
    const { status, stdout, stderr } = run('estimate', '--compare', 'tiny/config.json', 'wide/config.json');
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, /KV cache +512 KiB +1\.00 MiB +2\.00×/);
  });

  it('counts the weights beside the config, in every format, and on a device of the user’s own', () => {
    const on = ['--on', 'My card', '--devices', 'devices.json'];
    const { status, stdout, stderr } = run('estimate', 'tiny/config.json', ...on);
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, /model\.safetensors stores 423,552 elements in 1\.62 MiB, mostly F32/);
    assert.match(stdout, /by formula, exactly/);
    assert.match(stdout, /nf4 +\d+ KiB/);
    assert.match(stdout, /Inference fits: .* 1\.00 GiB on My card\. .*the memory goes to/s);
    assert.match(stdout, /Least time on My card \(projected, roofline\)/);
    const wrong = run('estimate', 'tiny/config.json', '--on', 'My card', '--devices', 'wrongDevices.json');
    assert.equal(wrong.status, 2);
    assert.match(wrong.stderr, /wrongDevices\.json, device 1: .*memoryGiB/);
  });

  it('reads a recipe with the model that it names, and refuses adapters of nothing', () => {
    const { status, stdout } = run('estimate', 'train.yaml', '--dp', '2', '--zero', '3');
    assert.equal(status, 0);
    assert.match(stdout, /n = 64 tokens, batch 2, bfloat16, 2 devices: data 2 \(ZeRO stage 3\)/);
    assert.match(stdout, /sequenceLength +64 +sequence_len: 64/);
    const nothing = run('estimate', 'train.yaml', '--lora-rank', '8', '--lora-targets', 'nope');
    assert.equal(nothing.status, 2);
    assert.match(nothing.stderr, /no matrix of the model is called nope.*q_proj/s);
  });

  it('leaves a server the share of the memory that its config names', () => {
    const on = ['--on', 'My card', '--devices', 'devices.json'];
    const { status, stdout } = run('estimate', 'serve.yaml', ...on);
    assert.equal(status, 0);
    const text = stdout.replace(/\s+/g, ' ');
    assert.match(
      text,
      /Inference fits: .* 512 MiB on My card \(50\.0 % of its memory, by gpu-memory-utilization\)\./,
    );
    assert.match(text, /Training fits: .* 1\.00 GiB on My card\./);
    const json: unknown = JSON.parse(run('estimate', 'serve.yaml', '--json').stdout);
    assert.equal((json as { recipe: { memoryShare: number } }).recipe.memoryShare, 0.5);
  });

  it('counts a quantised GGUF as it is stored, named by itself and by a Modelfile', () => {
    const weights = (file: string): unknown => {
      const { stdout, stderr } = run('estimate', file, '--json');
      const json: unknown = JSON.parse(stdout === '' ? assert.fail(stderr) : stdout);
      return (json as { memory: { weights: number } }).memory.weights;
    };
    assert.equal(weights('Modelfile'), weights('q8.gguf'));
    // A matrix of Q8_0 has 34 bytes for 32 elements, a norm 16 bits at the least.
    assert.ok(Number(weights('q8.gguf')) < 1.1 * parameters, String(weights('q8.gguf')));
  });

  it('derives a figure with the lines of the config, lists all, and suggests for a slip of the pen', () => {
    const { status, stdout } = run('explain', 'tiny/config.json', 'memory.kvCache', '--seq', '100');
    assert.equal(status, 0);
    assert.match(stdout, /= 2 · L · b · e · kv · d · n/);
    assert.match(stdout, /2 · 2 · 1 · 4 · 2 · 32 · 100/);
    assert.match(stdout, /num_key_value_heads = 2 \(config\.json:6\)/);
    assert.match(
      run('explain', 'tiny/config.json').stdout,
      /memory\.training\.peak +Training peak +20\.1 MiB/,
    );
    const json: unknown = JSON.parse(run('explain', 'tiny/config.json', 'parameters.total', '--json').stdout);
    assert.equal((json as { value: number }).value, parameters);
    const slip = run('explain', 'tiny/config.json', 'memory.kvCach');
    assert.equal(slip.status, 2);
    assert.match(slip.stderr, /Did you mean memory\.kvCache/);
  });
});

/** The same model as a GGUF file whose matrices are Q8_0. */
function quantisedLlama(): Uint8Array {
  const sizes = {
    context_length: 512,
    embedding_length: 128,
    block_count: 2,
    feed_forward_length: 256,
    'attention.head_count': 4,
    'attention.head_count_kv': 2,
  };
  return ggufFile({
    metadata: [
      ['general.architecture', text('llama')],
      ...Object.entries(sizes).map(([key, value]) => [`llama.${key}`, u32(value)] as const),
    ],
    tensors: [{ name: 'token_embd.weight', dimensions: [128, 1000], type: 8, bytes: (128 * 1000 * 34) / 32 }],
  }).bytes;
}
