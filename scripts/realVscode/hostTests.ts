// Runs test/host inside the extension host of a real VS Code, with this checkout as the extension under test.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { compileForHost, runInHost } from './runInHost';

const results = path.resolve(__dirname, '../../out/testResults/host.txt');

async function main(): Promise<void> {
  try {
    process.exitCode = await runInHost('test/host', results);
  } finally {
    console.log(await readFile(results, 'utf8').catch(() => 'No test report was written.'));
  }
}

// `--compile-only` leaves the running to another runner: see .vscode-test.mjs.
void (process.argv.includes('--compile-only') ? compileForHost('test/host') : main());
