import { resolveParameters, type AttentionShape } from '../../src/attention/mechanism';
import { replacements } from '../../src/attention/registry';
import { Contender } from '../../src/engine/contender';
import { makeInputs } from '../../src/engine/inputs';
import { samplePositions } from '../../src/engine/verify';

/** A kernel of a replacement on `webgpu`: its largest error, or why it has none. */
export interface WebgpuTrial {
  readonly mechanism: string;
  readonly causal: boolean;
  readonly kernel: string;
  readonly maxError?: number;
  readonly reason?: string;
}

/** A length that is no multiple of a block, grouped heads and a batch. */
const SHAPE = { batch: 2, heads: 4, kvHeads: 2, headDim: 8, n: 150, dtype: 'float32' } as const;

/**
 * Every kernel of every replacement that the registry has, or of those named as arguments, on `webgpu`; printed as
 * JSON lines of WebgpuTrial. A process of its own, for the driver's sake.
 */
async function main(): Promise<void> {
  const only = process.argv.slice(2);
  const conditions = { provider: 'webgpu', freeMemory: () => 0 };
  for (const mechanism of replacements) {
    if (only.length > 0 && !only.includes(mechanism.id)) continue;
    for (const causal of [true, false]) {
      if (mechanism.causal !== 'both' && (mechanism.causal === 'yes') !== causal) continue;
      const shape: AttentionShape = { ...SHAPE, causal };
      const contender = new Contender(mechanism, resolveParameters(mechanism, shape));
      const entry = await contender.enter(
        shape,
        makeInputs(shape, 1),
        samplePositions(shape.n, 1),
        conditions,
      );
      const { kernel, verification, otherKernels } = entry.toPoint(undefined);
      await entry.close();
      for (const trial of [{ kernel, verification, error: entry.failure }, ...otherKernels]) {
        const { verification: result } = trial;
        const passed = result?.passed === true;
        const reason = passed ? undefined : (trial.error ?? result?.message ?? 'was not run');
        const printed: WebgpuTrial = {
          mechanism: mechanism.id,
          causal,
          kernel: trial.kernel,
          ...(passed ? { maxError: result.maxError } : {}),
          ...(reason === undefined ? {} : { reason }),
        };
        process.stdout.write(`${JSON.stringify(printed)}\n`);
      }
    }
  }
}

void main();
