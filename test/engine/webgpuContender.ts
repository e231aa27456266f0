import { dense } from '../../src/attention/dense';
import type { AttentionShape } from '../../src/attention/mechanism';
import { Contender } from '../../src/engine/contender';
import { makeInputs } from '../../src/engine/inputs';
import { samplePositions } from '../../src/engine/verify';

/** One length of dense attention on `webgpu`, printed as JSON: a process of its own, for the driver's sake. */
const shape: AttentionShape = {
  batch: 1,
  heads: 1,
  kvHeads: 1,
  headDim: 64,
  n: 48,
  causal: false,
  dtype: 'float32',
};

async function main(): Promise<void> {
  const conditions = { provider: 'webgpu', freeMemory: () => 0 };
  const positions = samplePositions(shape.n, 1);
  const entry = await new Contender(dense, {}).enter(shape, makeInputs(shape, 1), positions, conditions);
  process.stdout.write(JSON.stringify(entry.toPoint(undefined)));
  await entry.close();
}

void main();
