// `npm start [-- FILE or arguments of the command line]`: builds, then profiles FILE, by default the example.
import { spawnSync } from 'node:child_process';

const asked = process.argv.slice(2);
const commands = ['profile', 'estimate', '--help', '-h', '--version'];
const command = commands.includes(asked[0]) ? asked : ['profile', ...asked];
for (const args of [
  ['esbuild.mjs', '--production'],
  ['dist/cli.js', ...command],
]) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
