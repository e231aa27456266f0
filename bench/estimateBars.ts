import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDocument } from '../src/config/formats/readDocument';
import { readModel } from '../src/config/readModel';
import { readRecipe } from '../src/config/recipes/registry';
import { estimate } from '../src/cost/estimateModel';
import { median } from '../src/engine/timing';
import type { Bar } from './bar';

const CONFIGS = [
  'examples/llama-3.2-1b/config.json',
  ...['bert-base', 'gpt2', 'mistral-7b', 'qwen2-7b', 'qwen3-8b', 'roberta-base'].map(
    (name) => `test/fixtures/configs/${name}.json`,
  ),
];

const WARM_UPS = 200;
const ROUNDS = 7;
const MANY = 1000;

/** Time of one estimate, and of reading and estimating many configs. */
export function estimateBars(): Bar[] {
  const texts = CONFIGS.map((path) => readFileSync(join(__dirname, '..', path), 'utf8'));
  return [oneEstimate(texts[0] ?? ''), manyConfigs(texts), largeYaml()];
}

function oneEstimate(text: string): Bar {
  const model = readModel(text, 'config.json');
  const run = (n: number): number => elapsed(() => estimate(model, conditions(n)));
  for (let n = 1; n <= WARM_UPS; n++) run(n);
  const times = Array.from({ length: MANY }, (_, index) => run(index + 1));
  return {
    title: 'estimate: every figure of one config, warm',
    value: median(times),
    unit: 'ms',
    bar: 1,
    sense: 'at most',
    detail: `Llama 3.2 1B, median of ${String(MANY)} lengths after ${String(WARM_UPS)} to warm up`,
  };
}

function manyConfigs(texts: readonly string[]): Bar {
  const round = (): number =>
    elapsed(() => {
      for (let index = 0; index < MANY; index++) {
        const text = texts[index % texts.length] ?? '';
        estimate(readModel(text, 'config.json'), conditions(index + 1));
      }
    });
  round();
  const times = Array.from({ length: ROUNDS }, round);
  return {
    title: `estimate: ${String(MANY)} configs read and estimated`,
    value: median(times),
    unit: 'ms',
    bar: 1000,
    sense: 'at most',
    detail: `${String(texts.length)} configs in turn, median of ${String(ROUNDS)} rounds after one to warm up`,
  };
}

/** A training config whose list of data sets is a megabyte long. */
function largeYaml(): Bar {
  const part = (index: number): string =>
    `  - path: data/part-${String(index)}.jsonl\n    type: chat_template\n    roles:\n      user: [human, user]\n`;
  const text = [
    'base_model: Qwen/Qwen3-8B\nsequence_len: 4096\nmicro_batch_size: 2\nadapter: lora\nlora_r: 8\ndatasets:\n',
    ...Array.from({ length: 11_500 }, (_, index) => part(index)),
    'val_set_size: 0.05\n',
  ].join('');
  const round = (): number =>
    elapsed(() => {
      const name = 'axolotl.yml';
      if (readRecipe(readDocument(text, name), name)?.sequenceLength !== 4096) throw new Error('not read');
    });
  const times = Array.from({ length: ROUNDS }, round);
  return {
    title: 'reading: a training config of 1 MB in YAML',
    value: median(times),
    unit: 'ms',
    bar: 50,
    sense: 'at most',
    detail: `${(text.length / 2 ** 20).toFixed(2)} MiB, median of ${String(ROUNDS)} rounds, the first (${(times[0] ?? 0).toFixed(1)} ms) cold`,
  };
}

function conditions(sequenceLength: number): Parameters<typeof estimate>[1] {
  return { sequenceLength, batch: 1, dtype: 'bfloat16' };
}

function elapsed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
