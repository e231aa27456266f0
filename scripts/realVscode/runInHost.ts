import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { launchBrowser } from './browser';
import { launchRealVscode } from './launch';

const root = path.resolve(__dirname, '../..');
const timeLimit = 900_000;

/**
 * Runs `run` of `folder`/index.ts inside the extension host of a real VS Code, with this checkout as the extension
 * under test, and resolves with the exit code that VS Code gives for it. `results`: the file that it writes, removed
 * before, since what an earlier run wrote must not be taken for this one's. Throws Error when it does not end.
 */
export async function runInHost(folder: string, results: string): Promise<number> {
  const compiled = await compileForHost(folder);
  await rm(results, { force: true });
  await mkdir(path.dirname(results), { recursive: true });
  const vscode = await launchRealVscode();
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    let end: (code: number) => void = () => undefined;
    const exit = new Promise<number>((resolve, reject) => {
      end = resolve;
      setTimeout(() => {
        reject(new Error(`What runs in the host did not end within ${String(timeLimit / 1000)} s.`));
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
    return await exit;
  } finally {
    await browser.close();
    await vscode.stop();
  }
}

/**
 * Bundles each file of `folder` by itself, as CommonJS, which is what an extension host loads. Resolves with the
 * folder of the bundles.
 */
export async function compileForHost(folder: string): Promise<string> {
  const source = path.join(root, folder);
  const compiled = path.join(root, 'out', folder);
  const files = (await readdir(source)).filter((file) => file.endsWith('.ts'));
  await rm(compiled, { recursive: true, force: true });
  await build({
    entryPoints: files.map((file) => path.join(source, file)),
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
  return compiled;
}
