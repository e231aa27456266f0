import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readModel } from '../src/config/readModel';
import { profile } from '../src/report/profile';
import { defaultBudgetSeconds } from '../src/report/profileJob';
import type { Report } from '../src/report/report';
import type { Bar } from './bar';

const ROOT = join(__dirname, '..');

/** The default profile of the example: from the order to the first figure, and to the complete report. */
export async function profileBars(): Promise<Bar[]> {
  const path = join(ROOT, 'examples/llama-3.2-1b/config.json');
  const model = readModel(readFileSync(path, 'utf8'), 'config.json');
  const start = performance.now();
  let firstMs: number | undefined;
  const report = await profile({
    model,
    source: { name: 'config.json' },
    scenario: { sequenceLength: model.maxSequenceLength, batch: 1, dtype: model.dtype },
    device: 'auto',
    budgetSeconds: defaultBudgetSeconds,
    workerPath: join(ROOT, 'dist/worker.js'),
    signal: new AbortController().signal,
    log: () => undefined,
    onUpdate: (update) => {
      if (firstMs === undefined && hasFigure(update)) firstMs = performance.now() - start;
    },
  });
  const totalMs = performance.now() - start;
  if (report.run.state !== 'complete') throw new Error(`the profile ended as ${report.run.state}`);
  const reached = report.layerKinds
    .map((kind) => kind.dense.points.map((point) => point.n).join(', '))
    .join(' | ');
  const detail = `examples/llama-3.2-1b on ${report.device?.provider ?? '?'}, budget ${String(defaultBudgetSeconds)} s; measured n = ${reached}`;
  return [
    {
      title: 'default profile: complete report',
      value: totalMs / 1000,
      unit: 's',
      bar: 15,
      sense: 'at most',
      detail,
    },
    {
      title: 'default profile: first measured figure',
      value: (firstMs ?? NaN) / 1000,
      unit: 's',
      bar: 3,
      sense: 'at most',
      detail,
    },
  ];
}

function hasFigure(report: Report): boolean {
  return report.layerKinds.some((kind) => kind.dense.points.some((point) => point.timing !== undefined));
}

/** Sizes of the production bundles, the runtime's binary aside. */
export function bundleBars(): Bar[] {
  return [
    { file: 'extension.js', bar: 500 },
    { file: 'panel.js', bar: 600 },
  ].map(({ file, bar }) => ({
    title: `dist/${file}`,
    value: statSync(join(ROOT, 'dist', file)).size / 1000,
    unit: 'kB',
    bar,
    sense: 'at most',
    detail: 'production build, minified',
  }));
}
