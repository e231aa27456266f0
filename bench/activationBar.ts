import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { median } from '../src/engine/timing';
import type { Bar } from './bar';

const BUNDLE = join(__dirname, '../dist/extension.js');

const STARTS = 9;

/**
 * Loads and activates the bundle in a fresh process, with an editor whose every call does nothing, and
 * prints the milliseconds. The editor's own part (finding the extension, the way to its host) is not ours.
 */
const PROGRAM = `
const Module = require('node:module');
const nothing = new Proxy(function () {}, {
  get: (_, key) => (key === Symbol.toPrimitive ? () => '' : nothing),
  set: () => true,
  apply: () => nothing,
  construct: () => nothing,
});
// The bundle copies the module's own names and keeps its prototype: that one answers to every name.
const editor = Object.create(nothing);
const load = Module._load;
Module._load = (request, ...rest) => (request === 'vscode' ? editor : load(request, ...rest));
const context = { asAbsolutePath: String, extensionUri: nothing, extensionPath: '', globalStorageUri: nothing, globalState: nothing, subscriptions: [] };
const start = performance.now();
require(process.argv[1]).activate(context);
console.log(performance.now() - start);
if (context.subscriptions.length === 0) throw new Error('nothing was registered');
`;

/** Time to load and activate the extension's bundle. */
export function activationBar(): Bar {
  const times = Array.from({ length: STARTS }, () =>
    Number(execFileSync(process.execPath, ['-e', PROGRAM, BUNDLE], { encoding: 'utf8' })),
  );
  return {
    title: 'activation: loading and activating the bundle',
    value: median(times),
    unit: 'ms',
    bar: 50,
    sense: 'at most',
    detail: `wall time, median of ${String(STARTS)} fresh processes (${Math.min(...times).toFixed(1)} to ${Math.max(...times).toFixed(1)} ms), the editor's own part left out`,
  };
}
