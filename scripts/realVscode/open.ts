// `npm run vscode`: a real VS Code for a person, with this checkout's VSIX installed and the example open.
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageFor } from '../package';
import { launchRealVscode } from './launch';

const root = path.resolve(__dirname, '../..');
async function main(): Promise<void> {
  const vsix = await packageFor(`${process.platform}-${process.arch}`);
  const workspace = await mkdtemp(path.join(tmpdir(), 'headroom-workspace-'));
  await cp(path.join(root, 'examples'), workspace, { recursive: true });
  const vscode = await launchRealVscode({ vsix });
  const config = path.join(workspace, 'llama-3.2-1b/config.json');
  const payload = JSON.stringify([
    ['openFile', `vscode-remote://localhost:${String(vscode.port)}${config}`],
    ['skipWelcome', 'true'],
  ]);
  console.log(`\nVS Code is at ${vscode.urlOf(workspace, { payload })}`);
  console.log('llama-3.2-1b/config.json is open: run "Headroom: Profile Attention". Ctrl+C ends it.');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void Promise.all([vscode.stop(), rm(workspace, { recursive: true })]).then(() => process.exit(0));
    });
  }
}

void main();
