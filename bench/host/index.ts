import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { HeadroomApi } from '../../src/extension/extension';
import { tinyLlama } from '../../test/fixtures/tinyLlama';
import type { HoverFigures } from './hoverFigures';

const HOVERS = 200;
const ROUND_TRIPS = 40;
const KEYS = 40;
const ROUNDS = 3;

/** What the extension host calls: measures hovers and typing in it, and leaves the figures in out/testResults. */
export async function run(): Promise<void> {
  const api = await vscode.extensions.getExtension<HeadroomApi>('headroom.headroom')?.activate();
  if (api === undefined) throw new Error('the extension is not there');
  const folder = await mkdtemp(path.join(tmpdir(), 'headroom-bench-'));
  try {
    const files: HoverFigures['files'][number][] = [];
    for (const bytes of [100_000, 5_000_000]) files.push(await measureHover(api, folder, bytes));
    const figures: HoverFigures = { files, typing: await measureTyping(folder, 5_000_000) };
    await writeFile(path.join(__dirname, '../../testResults/hoverBench.json'), JSON.stringify(figures));
  } finally {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureHover(
  { hover }: HeadroomApi,
  folder: string,
  bytes: number,
): Promise<HoverFigures['files'][number]> {
  const document = await openConfig(folder, bytes);
  const position = document.positionAt(document.getText().indexOf('max_position_embeddings') + 3);
  const { token } = new vscode.CancellationTokenSource();
  const ask = async (): Promise<number> => {
    const start = performance.now();
    if (!(await hover.provideHover(document, position, token))) throw new Error('there was no hover');
    return performance.now() - start;
  };
  const firstMs = await ask();
  const againMs: number[] = [];
  for (let count = 0; count < HOVERS; count++) againMs.push(await ask());
  const roundTripMs: number[] = [];
  for (let count = 0; count < ROUND_TRIPS; count++) {
    const start = performance.now();
    await vscode.commands.executeCommand('vscode.executeHoverProvider', document.uri, position);
    roundTripMs.push(performance.now() - start);
  }
  return {
    bytes: document.getText().length,
    firstMs,
    againMs: sorted(againMs),
    roundTripMs: sorted(roundTripMs),
  };
}

/** A blank is typed into the text, one every 50 ms or later; a timer of 5 ms shows how long the host was busy. */
async function longestPause(document: vscode.TextDocument): Promise<number> {
  const editor = await vscode.window.showTextDocument(document);
  const place = document.positionAt(document.getText().indexOf('"max_position_embeddings"'));
  editor.selection = new vscode.Selection(place, place);
  await pause(3000);
  let longestMs = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - last - 5);
    last = now;
  }, 5);
  for (let key = 0; key < KEYS; key++) {
    await vscode.commands.executeCommand('type', { text: ' ' });
    await pause(50);
  }
  clearInterval(timer);
  return longestMs;
}

/** In a config, and in the same text where none of ours looks at it: what is left is the editor's own. */
async function measureTyping(folder: string, bytes: number): Promise<HoverFigures['typing']> {
  const config = await openConfig(folder, bytes);
  const text = path.join(folder, `${String(bytes)}.log`);
  await writeFile(text, config.getText());
  const plain = await vscode.workspace.openTextDocument(text);
  const plainMs: number[] = [];
  const configMs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    plainMs.push(await longestPause(plain));
    configMs.push(await longestPause(config));
  }
  return { bytes: config.getText().length, keys: KEYS, configMs: sorted(configMs), plainMs: sorted(plainMs) };
}

/** A config with a table of labels in it, as image classifiers have, of about `bytes`. */
async function openConfig(folder: string, bytes: number): Promise<vscode.TextDocument> {
  const label = (index: number): [string, string] => [
    String(index),
    `label number ${String(index)} of the table`,
  ];
  const id2label = Object.fromEntries(
    Array.from({ length: Math.floor(bytes / 45) }, (_, index) => label(index)),
  );
  const file = path.join(folder, `${String(bytes)}-${String(Date.now())}.json`);
  await writeFile(file, JSON.stringify({ ...tinyLlama, id2label }, undefined, 2));
  const document = await vscode.workspace.openTextDocument(file);
  await vscode.window.showTextDocument(document);
  return document;
}

function sorted(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}

async function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
