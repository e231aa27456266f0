import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { settleTime } from '../../src/extension/editor/settling';
import type { HeadroomApi } from '../../src/extension/extension';
import { tinyLlama } from '../../test/fixtures/tinyLlama';
import type { HoverFigures } from './hoverFigures';
import { ownTimeDuring } from './ownTime';

const HOVERS = 200;
const ROUND_TRIPS = 40;
const KEYS = 40;
/** Of typing, that are counted: the first number where the time is up. */
const ROUNDS = [1, 5] as const;
const TYPING_MS = 100_000;

/** What the extension host calls: measures hovers and typing in it, and leaves the figures in out/testResults. */
export async function run(): Promise<void> {
  const extension = vscode.extensions.getExtension<HeadroomApi>('headroom.headroom');
  if (extension === undefined) throw new Error('the extension is not there');
  const api = await extension.activate();
  const folder = await mkdtemp(path.join(tmpdir(), 'headroom-bench-'));
  try {
    const files: HoverFigures['files'][number][] = [];
    for (const bytes of [100_000, 5_000_000]) files.push(await measureHover(api, folder, bytes));
    const figures: HoverFigures = { files, typing: await measureTyping(extension, folder, 5_000_000) };
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
  // The window still paints the text it has just opened; nobody hovers over it before that.
  await pause(3000);
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

/** Shows the document with the cursor before its length, and waits until everybody has looked at it. */
async function readyToType(document: vscode.TextDocument): Promise<void> {
  const editor = await vscode.window.showTextDocument(document);
  const place = document.positionAt(document.getText().indexOf('"max_position_embeddings"'));
  editor.selection = new vscode.Selection(place, place);
  await pause(3000);
}

/** Types blanks into the text, one every 50 ms or later. Resolves with the longest time between two, in ms. */
async function typeKeys(): Promise<number> {
  let longestMs = 0;
  for (let key = 0; key < KEYS; key++) {
    const begin = performance.now();
    await vscode.commands.executeCommand('type', { text: ' ' });
    await pause(50);
    longestMs = Math.max(longestMs, performance.now() - begin);
  }
  return longestMs;
}

/** While somebody types; a timer of 5 ms shows how long the host was busy. */
async function longestPause(document: vscode.TextDocument): Promise<number> {
  await readyToType(document);
  let longestMs = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - last - 5);
    last = now;
  }, 5);
  await typeKeys();
  clearInterval(timer);
  return longestMs;
}

/**
 * In a config, and in the same text and language under a name that is refused: the editor's own extensions are busy
 * with each key too, those for conflict markers and for JSON most of all, and longer in JSON than in plain text.
 */
async function measureTyping(
  extension: vscode.Extension<unknown>,
  folder: string,
  bytes: number,
): Promise<HoverFigures['typing']> {
  const config = await openConfig(folder, bytes);
  const name = path.join(folder, 'tokenizer.json');
  await writeFile(name, config.getText());
  const refused = await vscode.workspace.openTextDocument(name);
  if (refused.languageId !== config.languageId) throw new Error('the two are not of one language');
  const [refusedMs, configMs]: [number[], number[]] = [[], []];
  // The first round is not counted: the host is slower until its code is compiled.
  const [least, most] = ROUNDS;
  const begin = performance.now();
  for (let round = 0; round <= most; round++) {
    if (round > least && performance.now() - begin > TYPING_MS) break;
    // Which comes first alternates, so that neither has the warmer host.
    const pair = [() => measured(refused, refusedMs), () => measured(config, configMs)];
    for (const measure of round % 2 === 0 ? pair : pair.reverse()) await measure();
  }
  const code = path.join(extension.extensionPath, 'dist');
  let own = await ownWhileTyping(code, config);
  for (let again = 0; again < 2 && own.betweenKeysMs >= settleTime(bytes); again++) {
    own = await ownWhileTyping(code, config);
  }
  return {
    bytes: config.getText().length,
    keys: KEYS,
    configMs: sorted(configMs.slice(1)),
    refusedMs: sorted(refusedMs.slice(1)),
    own,
  };
}

/** Where the machine is so busy that keys come slower than a pause of somebody who types, the text is read meanwhile. */
async function ownWhileTyping(
  code: string,
  document: vscode.TextDocument,
): Promise<HoverFigures['typing']['own']> {
  await readyToType(document);
  let betweenKeysMs = 0;
  const own = await ownTimeDuring(code, async () => {
    betweenKeysMs = await typeKeys();
  });
  return { ...own, betweenKeysMs };
}

async function measured(document: vscode.TextDocument, into: number[]): Promise<void> {
  into.push(await longestPause(document));
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
