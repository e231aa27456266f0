// For people with a network: VS Code's own test runner downloads a desktop VS Code and runs the host tests in it:
//   npm run build && npx tsx scripts/realVscode/hostTests.ts --compile-only && npx @vscode/test-cli
// `npm run test:host` runs the same files in code-server's VS Code instead, with no such download.
import { defineConfig } from '@vscode/test-cli';

const hostTests = {
  files: 'out/test/host/*.test.js',
  workspaceFolder: 'test/fixtures',
  mocha: { ui: 'bdd', timeout: 60_000 },
};

export default defineConfig([
  { ...hostTests, label: 'oldest', version: '1.100.0' },
  { ...hostTests, label: 'stable', version: 'stable' },
]);
