import assert from 'node:assert/strict';
import fc from 'fast-check';
import { resolveParameters, type AttentionShape } from '../../src/attention/mechanism';
import { replacements } from '../../src/attention/registry';
import { makeInputs } from '../../src/engine/inputs';
import { checkDecode, checkKernels, randomShapes } from './mechanismChecks';
import { traceGraph } from './runGraph';

/** Shapes that the mechanism has a mask for. */
function maskedFor(causal: 'yes' | 'no' | 'both', shape: AttentionShape): AttentionShape {
  return causal === 'both' ? shape : { ...shape, causal: causal === 'yes' };
}

/** True where the mechanism says that it has no form for the shape, as a kv-sharing one for a single KV head. */
function refuses(run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch (error) {
    assert.ok(error instanceof RangeError && error.message.length > 20, String(error));
    return true;
  }
}

for (const mechanism of replacements) {
  describe(`the mechanism ${mechanism.id}, as the registry has it`, function () {
    this.timeout(120_000);

    it('is right with its defaults on any shape', async () => {
      let ran = 0;
      await fc.assert(
        fc.asyncProperty(randomShapes, async (random) => {
          const shape = maskedFor(mechanism.causal, random);
          const parameters = resolveParameters(mechanism, shape);
          if (refuses(() => mechanism.kernels(shape, parameters))) return;
          await checkKernels(mechanism, shape, parameters);
          ran++;
        }),
        { numRuns: 8, endOnFailure: true },
      );
      assert.ok(ran > 0);
    });

    it('has a cost of positive finite figures that grow with n, and FLOPs that agree with it', () => {
      const shape = maskedFor(mechanism.causal, {
        batch: 1,
        heads: 8,
        kvHeads: 8,
        headDim: 64,
        n: 4096,
        causal: true,
        dtype: 'float32',
      });
      const parameters = resolveParameters(mechanism, shape);
      const [short, long] = [2048, 16_384].map((n) => mechanism.cost({ ...shape, n }, parameters));
      assert.ok(short && long);
      for (const { flops, executedFlops, workspaceBytes } of [short, long]) {
        assert.ok(flops > 0 && workspaceBytes > 0 && executedFlops > 0.5 * flops);
        assert.ok([flops, executedFlops, workspaceBytes].every(Number.isFinite));
      }
      assert.ok(long.flops > 3 * short.flops && long.workspaceBytes > 2 * short.workspaceBytes);
      assert.equal(mechanism.flops({ ...shape, n: 16_384 }, parameters), long.flops);
    });

    it('names its parameters, its paper and how it is adopted', () => {
      assert.match(mechanism.paper.arxiv, /^\d{4}\.\d{4,5}$/);
      assert.ok(mechanism.paper.year >= 2015 && mechanism.title.length > 3);
      for (const parameter of mechanism.parameters) assert.ok(parameter.title.length > 1);
    });

    if (!mechanism.exact && mechanism.family !== 'shared-kv' && mechanism.family !== 'compression') {
      it('holds no n × n tensor: its peak grows far less than the square of n', async () => {
        const peak = async (n: number): Promise<number> => {
          const shape = maskedFor(mechanism.causal, {
            batch: 1,
            heads: 2,
            kvHeads: 2,
            headDim: 16,
            n,
            causal: true,
            dtype: 'float32',
          });
          const [kernel] = mechanism.kernels(shape, resolveParameters(mechanism, shape));
          assert.ok(kernel);
          return (await traceGraph(kernel.graph, shape, makeInputs(shape, 1), 1)).peakBytes ?? NaN;
        };
        const [short, long] = [await peak(2048), await peak(8192)];
        // Two doublings: 4 for linear growth, 8 for n√n, 16 for the square.
        assert.ok(long <= 9 * short, `${String(short)} bytes at 2048, ${String(long)} at 8192`);
      });
    }

    if (mechanism.decode !== undefined) {
      it('gives at each step of decode what its definition gives for the last position', async () => {
        for (const n of [1, 7, 300]) {
          const shape: AttentionShape = {
            batch: 2,
            heads: 4,
            kvHeads: 2,
            headDim: 15,
            n,
            causal: true,
            dtype: 'float32',
          };
          await checkDecode(mechanism, shape, resolveParameters(mechanism, shape));
        }
      });
    }
  });
}
