import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { HeadroomApi } from '../../src/extension/extension';
import type { Report } from '../../src/report/report';
import { tinyLlama } from '../fixtures/tinyLlama';
import { MessageRecorder } from './messageRecorder';

export function extension(): vscode.Extension<HeadroomApi> {
  const found = vscode.extensions.getExtension<HeadroomApi>('headroom.headroom');
  assert.ok(found, 'the extension is not installed');
  return found;
}

const folders: string[] = [];

after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

/** Writes `content` to `name` in a folder of its own, removed after the tests. */
export async function temporaryFile(name: string, content: string | Uint8Array): Promise<vscode.Uri> {
  const folder = await mkdtemp(path.join(tmpdir(), 'headroom-host-'));
  folders.push(folder);
  const file = path.join(folder, name);
  await writeFile(file, content);
  return vscode.Uri.file(file);
}

export async function tinyConfig(): Promise<vscode.Uri> {
  return temporaryFile('config.json', `${JSON.stringify(tinyLlama, undefined, 2)}\n`);
}

/** What `Profile Attention` resolves with. */
export async function profile(argument?: vscode.Uri): Promise<Report | undefined> {
  return vscode.commands.executeCommand<Report | undefined>('headroom.profileAttention', argument);
}

/** A short budget, and one replacement to spend it on: the engine's tests run them all. */
export async function setBudget(seconds: number): Promise<void> {
  await vscode.workspace
    .getConfiguration('headroom')
    .update('replacements', ['sliding-window'], vscode.ConfigurationTarget.Global);
  await vscode.workspace
    .getConfiguration('headroom')
    .update('budgetSeconds', seconds, vscode.ConfigurationTarget.Global);
}

/** The engine's process id, once there is one. */
export async function workerPid(): Promise<number> {
  const api = await extension().activate();
  return until('the worker', () => api.runningWorkerPid());
}

export async function closeEditors(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

/** The tabs that show a panel. */
export function panels(): vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap(({ tabs }) =>
    tabs.filter(({ input }) => input instanceof vscode.TabInputWebview),
  );
}

/** Resolves once `probe` gives something else than undefined. Rejects after `limitMs`. */
export async function until<T>(what: string, probe: () => T | undefined, limitMs = 20_000): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const value = probe();
    if (value !== undefined) return value;
    assert.ok(Date.now() < end, `${what} did not happen within ${String(limitMs)} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Runs `act` and gives the error messages that the user saw meanwhile, none of which is answered. */
export async function errorsOf<T>(act: () => Promise<T>): Promise<{ result: T; messages: string[] }> {
  const recorder = new MessageRecorder();
  try {
    const result = await act();
    const errors = recorder.shown.filter(({ severity }) => severity === 'error');
    return { result, messages: errors.map(({ text }) => text) };
  } finally {
    recorder.restore();
  }
}
