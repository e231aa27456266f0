import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const config = {
  model_type: 'llama',
  hidden_size: 64,
  intermediate_size: 128,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  vocab_size: 1000,
  max_position_embeddings: 4096,
  torch_dtype: 'bfloat16',
  tie_word_embeddings: true,
};

describe('the command line, as a process', function () {
  // Each start compiles the sources anew.
  this.timeout(30_000);
  let folder = '';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'headroom-cli-'));
    const write = (name: string, data: string | Buffer): void => {
      writeFileSync(join(folder, name), data);
    };
    write('config.json', JSON.stringify(config, null, 2));
    write('utf16.json', Buffer.from(`\ufeff${JSON.stringify(config)}`, 'utf16le'));
    write('broken.json', '{\n  "model_type": "llama",\n  "hidden_size": \n}');
    write('unknown.json', JSON.stringify({ model_type: 'perceptron', layers: 3 }, null, 2));
    write('text.json', 'This is no config.');
    write('empty.json', ' \n');
    write('binary.json', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 0xff]));
    write('latin.json', Buffer.from([0x7b, 0xe9, 0x7d]));
    write('large.json', Buffer.alloc(16 * 1024 * 1024 + 1, 0x20));
    write('secret.json', '{}');
    chmodSync(join(folder, 'secret.json'), 0);
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function run(
    args: readonly string[],
    input = '',
  ): { status: number | null; stdout: string; stderr: string } {
    return spawnSync(process.execPath, ['--import', 'tsx', join(root, 'src/cli/main.ts'), ...args], {
      cwd: root,
      encoding: 'utf8',
      input,
      env: { ...process.env, NO_COLOR: '1' },
    });
  }

  it('estimates a config as tables', () => {
    const { status, stdout, stderr } = run(['estimate', join(folder, 'config.json'), '--seq', '2048']);
    assert.equal(stderr, '');
    assert.equal(status, 0);
    assert.match(stdout, /Asked about: n = 2,048 tokens, batch 1, bfloat16/);
    // 1000·64 + 2·(64·64·2 + 2·64·32 + 3·64·128 + 2·64) + 64
    assert.match(stdout, /Total +138,048 /);
    assert.match(stdout, /Inference fits: /);
    assert.equal(stdout.includes('\u001b'), false);
  });

  it('prints one JSON object and nothing else, the conditions of the flags in it', () => {
    const flags = ['--json', '--batch', '3', '--dtype', 'float32'];
    const { status, stdout, stderr } = run(['estimate', '-', ...flags], JSON.stringify(config));
    assert.equal(stderr, '');
    assert.equal(status, 0);
    const json: unknown = JSON.parse(stdout);
    assert.ok(typeof json === 'object' && json !== null && 'memory' in json);
    const { config: name, sequenceLength, batch, dtype } = json as Record<string, unknown>;
    assert.deepEqual([name, sequenceLength, batch, dtype], ['standard input', 4096, 3, 'float32']);
    // Keys and values of 2 layers × 2 heads × 16, float32, 3 sequences.
    assert.equal((json.memory as Record<string, unknown>)['kvCache'], 2 * 2 * 2 * 16 * 4 * 4096 * 3);
  });

  it('reads UTF-16, as PowerShell writes it', () => {
    assert.equal(run(['estimate', join(folder, 'utf16.json'), '--json']).status, 0);
  });

  it('prints help and version on standard output', () => {
    const help = run(['--help']);
    assert.equal(help.status, 0);
    for (const flag of [
      '--seq',
      '--batch',
      '--dtype',
      '--device',
      '--budget-seconds',
      '--json',
      '--report',
    ]) {
      assert.ok(help.stdout.includes(flag), flag);
    }
    const version = run(['--version']);
    assert.equal(version.status, 0);
    assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
  });

  const badFiles: readonly [string, RegExp][] = [
    ['missing.json', /missing\.json" does not exist\. Check the path/],
    ['config.json/inside', /does not exist/],
    ['.', /is a directory\. Name the config inside it/],
    ['broken.json', /broken\.json:\d+:\d+: /],
    ['unknown.json', /unknown\.json:2:17: .*perceptron[\s\S]*add its sizes/],
    ['text.json', /text\.json/],
    ['empty.json', /empty\.json" is empty/],
    ['binary.json', /binary\.json" is a binary file/],
    ['latin.json', /latin\.json" is a binary file/],
    ['large.json', /large\.json" is larger than 16 MiB/],
  ];
  for (const [name, message] of badFiles) {
    it(`ends with 2 and names the fault for ${name}`, () => {
      const { status, stdout, stderr } = run(['estimate', join(folder, name)]);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /\n {4}at /);
      assert.equal(stdout, '');
      assert.equal(status, 2);
    });
  }

  it('ends with 2 for a file that may not be read', function () {
    if (process.platform === 'win32' || process.getuid?.() === 0) this.skip(); // Root reads everything.
    const { status, stderr } = run(['estimate', join(folder, 'secret.json')]);
    assert.match(stderr, /secret\.json" may not be read/);
    assert.equal(status, 2);
  });

  it('ends with 2 for too much on standard input', () => {
    const { status, stderr } = run(['estimate', '-'], ' '.repeat(16 * 1024 * 1024 + 1));
    assert.match(stderr, /Standard input is larger than 16 MiB/);
    assert.equal(status, 2);
  });

  it('ends with 2 for a wrong flag, and points to the help', () => {
    const { status, stdout, stderr } = run(['estimate', 'config.json', '--sequence', '5']);
    assert.match(stderr, /--sequence/);
    assert.match(stderr, /headroom --help/);
    assert.equal(stdout, '');
    assert.equal(status, 2);
  });
});
