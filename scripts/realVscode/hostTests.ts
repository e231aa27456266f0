// Runs test/host inside the extension host of a real VS Code, with this checkout as the extension under test.
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { launchBrowser } from './browser';
import { launchRealVscode } from './launch';

const root = path.resolve(__dirname, '../..');
const compiled = path.join(root, 'out/test/host');
const results = path.join(root, 'out/testResults');
const timeLimit = 240_000;

async function main(): Promise<void> {
  await compileTests();
  // What an earlier run wrote must not be taken for this one's.
  await rm(path.join(results, 'host.txt'), { force: true });
  await mkdir(results, { recursive: true });
  const vscode = await launchRealVscode();
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    let end: (code: number) => void = () => undefined;
    const exit = new Promise<number>((resolve, reject) => {
      end = resolve;
      setTimeout(() => {
        reject(new Error(`The host tests did not end within ${String(timeLimit / 1000)} s.`));
      }, timeLimit).unref();
    });
    // VS Code calls these two in the page when its test runner logs and ends.
    await page.exposeFunction('codeAutomationLog', () => undefined);
    await page.exposeFunction('codeAutomationExit', (code: number) => {
      end(code);
    });
    const remote = (file: string): string => `vscode-remote://localhost:${String(vscode.port)}${file}`;
    const payload = JSON.stringify([
      ['extensionDevelopmentPath', remote(root)],
      ['extensionTestsPath', remote(path.join(compiled, 'index.js'))],
      ['skipWelcome', 'true'],
    ]);
    await page.goto(vscode.urlOf(path.join(root, 'test/fixtures'), { payload }));
    process.exitCode = await exit;
  } finally {
    await browser.close();
    await vscode.stop();
    console.log(
      await readFile(path.join(results, 'host.txt'), 'utf8').catch(() => 'No test report was written.'),
    );
  }
}

/** Bundles each test file by itself, as CommonJS, which is what an extension host loads. */
async function compileTests(): Promise<void> {
  const folder = path.join(root, 'test/host');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts'));
  await rm(compiled, { recursive: true, force: true });
  await build({
    entryPoints: files.map((file) => path.join(folder, file)),
    outdir: compiled,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
}

// `--compile-only` leaves the running to another runner: see .vscode-test.mjs.
void (process.argv.includes('--compile-only') ? compileTests() : main());
