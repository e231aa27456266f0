import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const main = join(root, 'src/cli/main.ts');
/** Small, so that a short budget reaches several lengths even on a busy machine. */
const config = {
  model_type: 'llama',
  hidden_size: 64,
  intermediate_size: 128,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  vocab_size: 1000,
  max_position_embeddings: 65536,
  torch_dtype: 'bfloat16',
};
const node = ['--import', join(root, 'node_modules/tsx/dist/loader.mjs')];

interface ProfileJson {
  readonly sequenceLength: number;
  readonly device: { readonly provider: string };
  readonly run: { readonly state: string };
  readonly dense: {
    readonly n: number;
    readonly medianMs: number;
    readonly ciLowMs: number;
    readonly ciHighMs: number;
    readonly verified: boolean;
    readonly verifiedMaxError: number;
    readonly perHead: readonly { readonly qkMs: number; readonly softmaxMs: number; readonly pvMs: number }[];
  };
  readonly replacements: readonly { readonly id: string; readonly medianMs: number | null }[];
  readonly projection: readonly { readonly n: number; readonly ms: number; readonly measured: boolean }[];
}

describe('headroom profile, as a process that measures', function () {
  this.timeout(90_000);
  let folder = '';
  let example = '';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'headroom-profile-'));
    example = join(folder, 'config.json');
    writeFileSync(example, JSON.stringify(config));
    const built = ['worker.js', 'panel.js', 'panel.css', 'standalone.css'].every((name) =>
      existsSync(join(root, 'dist', name)),
    );
    if (!built) {
      const build = spawnSync(process.execPath, ['esbuild.mjs', 'worker', 'panel', 'style'], { cwd: root });
      assert.equal(build.status, 0, build.stderr.toString());
    }
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('measures, prints JSON alone on standard output, and writes the page where it is told', () => {
    const page = join(folder, 'page.html');
    const flags = ['--budget-seconds', '8', '--device', 'cpu', '--json', '--report', page];
    const result = spawnSync(process.execPath, [...node, main, 'profile', example, ...flags], {
      cwd: folder,
      encoding: 'utf8',
    });
    assert.equal(result.status, 0, result.stderr);
    // The keys are checked one by one in cliJsonReport.test.ts; here the figures are real.
    const json = JSON.parse(result.stdout) as ProfileJson;
    assert.equal(json.run.state, 'complete');
    assert.equal(json.device.provider, 'cpu');
    assert.ok(json.dense.n >= 128);
    assert.ok(json.dense.ciLowMs <= json.dense.medianMs && json.dense.medianMs <= json.dense.ciHighMs);
    assert.ok(json.dense.verified && json.dense.verifiedMaxError < 1e-3);
    assert.equal(json.dense.perHead.length, 4);
    assert.ok(json.dense.perHead.every((head) => head.qkMs > 0 && head.softmaxMs > 0 && head.pvMs > 0));
    assert.ok(json.replacements.some((entry) => entry.medianMs !== null && entry.medianMs > 0));
    assert.ok(json.projection.some((point) => point.measured));
    assert.ok(json.projection.some((point) => !point.measured && point.n === json.sequenceLength));
    const html = readFileSync(page, 'utf8');
    assert.match(html, /<script type="application\/json" id="headroom-report">\{/);
    assert.ok(result.stderr.includes(page), result.stderr);
    assert.equal(existsSync(join(folder, 'report.html')), false);
  });

  /** Process ids of the engines that `pid` has started; none where the system does not list them. */
  function enginesOf(pid: number): number[] {
    const list = `/proc/${String(pid)}/task/${String(pid)}/children`;
    if (!existsSync(list)) return [];
    const children = readFileSync(list, 'utf8').split(' ').filter(Boolean).map(Number);
    return children.filter((child) =>
      readFileSync(`/proc/${String(child)}/cmdline`, 'utf8').includes('worker.js'),
    );
  }

  /** Whether the process still runs; a zombie that nobody has reaped does not. */
  function isAlive(pid: number): boolean {
    try {
      return !/^State:\s+Z/m.test(readFileSync(`/proc/${String(pid)}/status`, 'utf8'));
    } catch {
      return false;
    }
  }

  it('ends with 130 on Ctrl-C, without a page, and leaves no process behind', async function () {
    if (process.platform === 'win32') this.skip(); // No signals there.
    const child = spawn(
      process.execPath,
      [...node, main, 'profile', '--budget-seconds', '60', '--device', 'cpu'],
      {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let stdout = '';
    let stderr = '';
    let engines: number[] = [];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    // Once it reports progress twice the engine is at work.
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
      if (stderr.split('\n').length <= 3 || engines.length > 0) return;
      engines = enginesOf(child.pid ?? -1);
      child.kill('SIGINT');
    });
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    assert.equal(code, 130, stderr);
    if (process.platform === 'linux') assert.ok(engines.length > 0, 'no engine was running');
    assert.deepEqual(engines.filter(isAlive), []);
    assert.match(stderr, /Cancelled; nothing was written\./);
    assert.equal(stdout, '');
    assert.equal(existsSync(join(folder, 'report.html')), false);
  });

  it('refuses a page that cannot be written before it measures anything', () => {
    const target = join(folder, 'nowhere', 'page.html');
    const result = spawnSync(process.execPath, [...node, main, 'profile', example, '--report', target], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 20_000,
    });
    assert.equal(result.status, 2);
    assert.match(result.stderr, /nowhere" does not exist or is read-only/);
    assert.equal(result.stdout, '');
  });
});
