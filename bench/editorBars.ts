import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInHost } from '../scripts/realVscode/runInHost';
import type { Bar } from './bar';
import type { HoverFigures } from './host/hoverFigures';

const RESULTS = join(__dirname, '../out/testResults/hoverBench.json');

/** A key: a reading of the text between two of the forty, of 100 ms, would be more. */
const OWN_MS = 2;

/** Hovers and typing, in the extension host of a real VS Code. Throws Error when that cannot be run. */
export async function editorBars(): Promise<Bar[]> {
  const code = await runInHost('bench/host', RESULTS);
  if (code !== 0) throw new Error(`the bench in the extension host ended with ${String(code)}`);
  // Written by bench/host a moment ago.
  const { files, typing } = JSON.parse(readFileSync(RESULTS, 'utf8')) as HoverFigures;
  return [
    ...files.map(({ bytes, firstMs, againMs, roundTripMs }) => ({
      title: `hover on a config of ${(bytes / 1e6).toFixed(1)} MB, unchanged`,
      value: percentile(againMs, 0.95),
      unit: 'ms',
      bar: bytes < 1e6 ? 5 : 30,
      sense: 'at most' as const,
      detail: `95th percentile of ${String(againMs.length)} in the host, median ${percentile(againMs, 0.5).toFixed(2)} ms; the first, which reads the text, ${firstMs.toFixed(0)} ms; with the way to the window and back, 95th percentile ${percentile(roundTripMs, 0.95).toFixed(1)} ms`,
    })),
    {
      title: `typing in a config of ${(typing.bytes / 1e6).toFixed(1)} MB: longest pause of the host, over that in the same JSON under another name`,
      value: percentile(typing.configMs, 0.5) / percentile(typing.refusedMs, 0.5),
      unit: '×',
      bar: 1.5,
      sense: 'at most',
      detail: `${String(typing.keys)} keys, one every 50 ms or later; medians of ${String(typing.configMs.length)} rounds: ${percentile(typing.configMs, 0.5).toFixed(0)} ms in the config, ${percentile(typing.refusedMs, 0.5).toFixed(0)} ms as a tokenizer.json, which is never taken for one`,
    },
    {
      title: `typing in a config of ${(typing.bytes / 1e6).toFixed(1)} MB: what our code takes of the host, a key`,
      value: typing.own.totalMs / typing.keys,
      unit: 'ms',
      bar: OWN_MS,
      sense: 'at most',
      detail: `by a profile of the processor, what we call included; keys up to ${typing.own.betweenKeysMs.toFixed(0)} ms apart (from 1000 on, the text is read in between); at most ${typing.own.longestMs.toFixed(1)} ms at a stretch`,
    },
  ];
}

/** Of values that are sorted. */
function percentile(values: readonly number[], share: number): number {
  return values[Math.min(values.length - 1, Math.floor(share * values.length))] ?? NaN;
}
