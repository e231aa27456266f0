// Everything that must hold, in one run. `node scripts/test.mjs [step...]`; without steps, all of them.
// Ends with `N passed, N failed`: mocha's totals summed, a step that broke counted as one failure.
import { spawnSync } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { ensureChromium, ensureCompilers, ensureRipgrep, ensureVulkanLoader } from './ensureTools.mjs';

const results = 'out/testResults';
const mocha = ['mocha', '--reporter', 'scripts/totalsReporter.cjs'];

/** In order. `act`: done here, `command`: in a process. `needs`: steps that must have succeeded. `counts`: writes mocha totals. */
const steps = {
  lint: { command: ['eslint', '.'] },
  typecheck: { command: ['tsc', '-p', '.'] },
  typecheckPanel: { command: ['tsc', '-p', 'webview'] },
  typecheckE2e: { command: ['tsc', '-p', 'test/e2e'] },
  format: { command: ['prettier', '--check', '.'] },
  build: { command: ['node', 'esbuild.mjs', '--production'] },
  sizes: { command: ['node', 'scripts/bundleSizes.mjs'], needs: ['build'] },
  notices: { command: ['node', 'scripts/notices.mjs', '--check'], needs: ['build'] },
  chromium: { act: () => (process.env.CHROMIUM = ensureChromium()) },
  compilers: { act: ensureCompilers },
  ripgrep: { act: ensureRipgrep },
  vulkan: { act: ensureVulkanLoader },
  unit: {
    command: [...mocha, 'test/unit/**/*.test.ts', 'test/engine/**/*.test.ts'],
    needs: ['build'],
    counts: true,
  },
  package: { command: ['tsx', 'scripts/package.ts'], needs: ['build'] },
  vscode: { command: ['tsx', 'scripts/realVscode/install.ts'], needs: ['compilers', 'ripgrep'] },
  host: {
    command: ['tsx', 'scripts/realVscode/hostTests.ts'],
    needs: ['build', 'vscode', 'chromium'],
    counts: true,
  },
  // A real browser on a busy machine drops a click now and then. What is tried again is named at the end.
  e2e: {
    command: [...mocha, '--retries', '1', 'test/e2e/**/*.test.ts'],
    needs: ['package', 'vscode', 'chromium'],
    counts: true,
  },
};

const wanted = withNeeds(process.argv.slice(2));
const ended = {};
let passed = 0;
let failed = 0;

await rm(results, { recursive: true, force: true });
await mkdir(results, { recursive: true });

for (const [name, step] of Object.entries(steps)) {
  if (!wanted.has(name)) continue;
  const missing = (step.needs ?? []).filter((need) => ended[need] !== 'ok');
  if (missing.length > 0) {
    ended[name] = `not run, for want of: ${missing.join(', ')}`;
    failed++;
    continue;
  }
  console.log(`\n── ${name}: ${step.command?.join(' ') ?? 'look for it, install it where that is allowed'}`);
  const started = Date.now();
  const { status } = step.command ? run(name, step.command) : attempt(step.act);
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  ended[name] = status === 0 ? 'ok' : `failed (exit status ${String(status)})`;
  console.log(`── ${name}: ${ended[name]}, ${seconds} s`);
  const totals = step.counts ? await readTotals(name) : undefined;
  passed += totals?.passed ?? 0;
  failed += totals?.failed ?? 0;
  const nothingRan = step.counts && status === 0 && !totals?.passed;
  if (nothingRan) ended[name] = 'failed (no test was run)';
  if ((status !== 0 && !totals?.failed) || nothingRan) failed++;
}

console.log('');
for (const [name, how] of Object.entries(ended)) console.log(`${name.padEnd(16)}${how}`);
console.log(`${String(passed)} passed, ${String(failed)} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function attempt(act) {
  try {
    act();
    return { status: 0 };
  } catch (error) {
    console.error(error.message);
    return { status: 1 };
  }
}

function run(name, [program, ...args]) {
  const local = program === 'node' ? process.execPath : `node_modules/.bin/${program}`;
  const env = { ...process.env, MOCHA_TOTALS: `${results}/${name}.json` };
  return spawnSync(local, args, { stdio: 'inherit', env, shell: process.platform === 'win32' });
}

async function readTotals(name) {
  try {
    return JSON.parse(await readFile(`${results}/${name}.json`, 'utf8'));
  } catch {
    return undefined; // It died before it could count.
  }
}

function withNeeds(names) {
  const unknown = names.filter((name) => !(name in steps));
  if (unknown.length > 0)
    throw new Error(`No such step: ${unknown.join(', ')}. ${Object.keys(steps).join(', ')}`);
  const all = new Set(names.length > 0 ? names : Object.keys(steps));
  for (const name of all) for (const need of steps[name].needs ?? []) all.add(need); // Sets grow while iterated.
  return all;
}
