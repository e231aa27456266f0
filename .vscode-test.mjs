// For people with a network: `npx @vscode/test-cli` downloads a desktop VS Code and runs the host tests in it.
// `npm test` runs the same files in code-server's VS Code instead (scripts/realVscode), with no such download.
import { defineConfig } from '@vscode/test-cli';

export default defineConfig([
  { label: 'oldest', version: '1.100.0', files: 'out/test/host/*.test.js', workspaceFolder: 'examples' },
  { label: 'stable', version: 'stable', files: 'out/test/host/*.test.js', workspaceFolder: 'examples' },
]);
