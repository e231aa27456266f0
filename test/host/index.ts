import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';

/**
 * What the extension host calls. Runs the test files beside this one; the report goes to out/testResults,
 * since nobody sees the host's own output. Throws Error when a test failed, or none was run.
 */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, reporter: 'min' });
  for (const file of readdirSync(__dirname)
    .filter((name) => name.endsWith('.test.js'))
    .sort()) {
    mocha.addFile(path.join(__dirname, file));
  }
  const lines: string[] = [];
  const totals = { passed: 0, failed: 0, pending: 0 };
  await new Promise<void>((resolve) => {
    mocha
      .run(() => {
        resolve();
      })
      .on('pass', (test) => {
        totals.passed++;
        lines.push(`  ✔ ${test.fullTitle()} (${String(test.duration ?? 0)} ms)`);
      })
      .on('pending', (test) => {
        totals.pending++;
        lines.push(`  - ${test.fullTitle()}`);
      })
      .on('fail', (test, error: unknown) => {
        totals.failed++;
        const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
        lines.push(`  ✖ ${test.fullTitle()}\n${reason}`);
      });
  });
  lines.push('', `  ${String(totals.passed)} passing`, `  ${String(totals.failed)} failing`);
  const results = path.join(__dirname, '../../testResults');
  mkdirSync(results, { recursive: true });
  writeFileSync(path.join(results, 'host.txt'), lines.join('\n'));
  writeFileSync(path.join(results, 'host.json'), JSON.stringify(totals));
  if (totals.failed > 0) throw new Error(`${String(totals.failed)} failed`);
  if (totals.passed === 0) throw new Error('no test was run');
}
