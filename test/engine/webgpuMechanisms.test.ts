import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { replacements } from '../../src/attention/registry';
import { useSoftwareGpu } from './softwareGpu';
import type { WebgpuTrial } from './webgpuMechanisms';

/** Every kernel is compiled for the software GPU, which takes long. */
const LIMIT_MS = 900_000;

describe('the replacements, webgpu on a software GPU', function () {
  this.timeout(LIMIT_MS);
  useSoftwareGpu();

  it('have a kernel that is right to 1e-4, for every mask that they are made for', async () => {
    // Compiling keeps one core busy: two processes, each with every second mechanism.
    const halves = [0, 1].map((half) => replacements.filter((_, index) => index % 2 === half));
    const trials = (await Promise.all(halves.map((half) => trialsOf(half.map(({ id }) => id))))).flat();
    for (const { id, causal } of replacements) {
      for (const masked of causal === 'both' ? [true, false] : [causal === 'yes']) {
        const own = trials.filter((trial) => trial.mechanism === id && trial.causal === masked);
        const right = own.filter(({ maxError }) => maxError !== undefined && maxError <= 1e-4);
        const mask = masked ? 'causal' : 'bidirectional';
        assert.ok(right.length > 0, `${id}, ${mask}: ${own.map(({ reason }) => reason ?? '').join(' ')}`);
      }
    }
  });
});

async function trialsOf(ids: readonly string[]): Promise<WebgpuTrial[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', require.resolve('tsx'), join(__dirname, 'webgpuMechanisms.ts'), ...ids],
    { cwd: join(__dirname, '..', '..'), timeout: LIMIT_MS },
  );
  return (
    stdout
      .split('\n')
      .filter((line) => line !== '')
      // What webgpuMechanisms.ts prints; every field used is asserted in the test.
      .map((line) => JSON.parse(line) as WebgpuTrial)
  );
}
