import assert from 'node:assert/strict';
import fc from 'fast-check';
import { attentionSinks } from '../../src/attention/attentionSinks';
import { dense } from '../../src/attention/dense';
import { dilatedWindow } from '../../src/attention/dilatedWindow';
import { globalWindow } from '../../src/attention/globalWindow';
import type { AttentionMechanism, AttentionShape, MechanismParameters } from '../../src/attention/mechanism';
import { slidingWindow } from '../../src/attention/slidingWindow';
import { eightHeads } from '../fixtures/attentionShapes';
import { assertAsFormula, checkDecode, checkKernels, randomShapes } from './mechanismChecks';

const windows = fc.oneof(fc.integer({ min: 1, max: 400 }), fc.constantFrom(1, 2, 3, 63, 64, 65, 128, 129));
/** Few and many leading tokens, more than there are in some sequences. */
const prefixes = fc.oneof(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 350 }));

describe('every kernel of the windows with something to them, on cpu', function () {
  this.timeout(180_000);

  it('is right for attention sinks of any number, window and shape', async () => {
    await fc.assert(
      fc.asyncProperty(randomShapes, windows, prefixes, async (shape, window, sinks) => {
        await checkKernels(attentionSinks, { ...shape, causal: true }, { window, sinks });
      }),
      { numRuns: 40, endOnFailure: true },
    );
  });

  it('is right for global tokens of any number, window and shape', async () => {
    await fc.assert(
      fc.asyncProperty(randomShapes, windows, prefixes, async (shape, window, global) => {
        await checkKernels(globalWindow, { ...shape, causal: false }, { window, global });
      }),
      { numRuns: 40, endOnFailure: true },
    );
  });

  it('is right for any dilation, whether it divides the length or is longer', async () => {
    const dilations = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(16, 64, 400));
    await fc.assert(
      fc.asyncProperty(randomShapes, windows, dilations, async (shape, window, dilation) => {
        await checkKernels(dilatedWindow, shape, { window, dilation });
      }),
      { numRuns: 40, endOnFailure: true },
    );
  });

  it('is right where many heads share the scores that fit the cache, over several blocks', async () => {
    for (const causal of [true, false]) {
      const shape: AttentionShape = { ...eightHeads, heads: 16, kvHeads: 4, headDim: 16, n: 420, causal };
      await checkKernels(slidingWindow, shape, { window: 300 });
      await checkKernels(dilatedWindow, shape, { window: 120, dilation: 3 });
    }
  });
});

describe('the limits of the windows, on cpu', function () {
  this.timeout(120_000);

  /** Each kernel of `mechanism` against the definition of `other`. */
  async function checkAsOther(
    shape: AttentionShape,
    [mechanism, parameters]: readonly [AttentionMechanism, MechanismParameters],
    [other, otherParameters]: readonly [AttentionMechanism, MechanismParameters],
  ): Promise<void> {
    const asOther: AttentionMechanism = {
      ...mechanism,
      reference: (_shape, _parameters, inputs, rows) => other.reference(shape, otherParameters, inputs, rows),
    };
    await checkKernels(asOther, shape, parameters);
  }

  for (const causal of [true, false]) {
    const shape: AttentionShape = {
      ...eightHeads,
      batch: 2,
      heads: 4,
      kvHeads: 2,
      headDim: 15,
      n: 190,
      causal,
    };
    const covering = causal ? shape.n : 2 * shape.n;
    const mask = causal ? 'causal' : 'bidirectional';
    const sliding = [slidingWindow, { window: 50 }] as const;

    it(`a window that covers everything is dense attention, one key fewer is not: ${mask}`, async () => {
      for (const window of [covering, covering + 1, 4 * covering]) {
        await checkAsOther(shape, [slidingWindow, { window }], [dense, {}]);
        await checkAsOther(shape, [dilatedWindow, { window, dilation: 1 }], [dense, {}]);
      }
      const narrower = causal ? shape.n - 1 : 2 * (shape.n - 2);
      await assert.rejects(checkAsOther(shape, [slidingWindow, { window: narrower }], [dense, {}]));
    });

    it(`a dilation of 1 is a sliding window, one of 2 is not: ${mask}`, async () => {
      await checkAsOther(shape, [dilatedWindow, { window: 50, dilation: 1 }], sliding);
      await assert.rejects(checkAsOther(shape, [dilatedWindow, { window: 50, dilation: 2 }], sliding));
    });

    const [leading, name] = causal
      ? ([attentionSinks, 'sinks'] as const)
      : ([globalWindow, 'global'] as const);
    it(`no ${name} tokens is a sliding window, one is not, and all of them is dense: ${mask}`, async () => {
      await checkAsOther(shape, [leading, { window: 50, [name]: 0 }], sliding);
      await assert.rejects(checkAsOther(shape, [leading, { window: 50, [name]: 1 }], sliding));
      await checkAsOther(shape, [leading, { window: 50, [name]: shape.n }], [dense, {}]);
    });
  }
});

describe('decode with a window, on cpu', function () {
  this.timeout(60_000);

  it('gives what the definition gives for the last position', async () => {
    const settings = fc.record({
      window: windows,
      sinks: prefixes,
      dilation: fc.integer({ min: 1, max: 9 }),
    });
    await fc.assert(
      fc.asyncProperty(randomShapes, settings, async (random, { window, sinks, dilation }) => {
        const shape = { ...random, causal: true };
        await checkDecode(slidingWindow, shape, { window });
        await checkDecode(attentionSinks, shape, { window, sinks });
        await checkDecode(dilatedWindow, shape, { window, dilation });
      }),
      { numRuns: 12, endOnFailure: true },
    );
  });
});

describe('the workspace of the windows, on cpu', function () {
  this.timeout(180_000);

  const mechanisms: readonly (readonly [AttentionMechanism, MechanismParameters, readonly boolean[]])[] = [
    [slidingWindow, { window: 256 }, [true, false]],
    [dilatedWindow, { window: 256, dilation: 2 }, [true, false]],
    [attentionSinks, { window: 256, sinks: 4 }, [true]],
    [globalWindow, { window: 256, global: 1 }, [false]],
  ];

  for (const [mechanism, parameters, masks] of mechanisms) {
    it(`is what the formula says within a quarter: ${mechanism.id}`, async () => {
      for (const causal of masks) {
        for (const n of [1024, 4096, 16_384]) {
          for (const others of n === 1024 ? [{}, { kvHeads: 2 }, { batch: 2 }] : [{}]) {
            const shape: AttentionShape = { ...eightHeads, ...others, causal, n };
            const kernels = mechanism.kernels(shape, parameters);
            // The folded scores of the longest are 640 MiB: the shortest will do, and the fastest kernel for the longest.
            for (const kernel of kernels.slice(0, n > 4096 ? 1 : n > 1024 ? 2 : 3)) {
              // The arena rounds the folded scores, two buffers that are most of it all, to powers of two.
              await assertAsFormula(kernel, shape, kernel.id === 'folded chunks' ? { most: 1.3 } : {});
            }
          }
        }
      }
    });
  }

  it('is so too where the dilation does not divide the length, with the copies that this takes', async () => {
    for (const [n, dilation] of [
      [1003, 3],
      [4097, 2],
    ] as const) {
      const shape: AttentionShape = { ...eightHeads, kvHeads: 2, causal: true, n };
      const [strided] = dilatedWindow.kernels(shape, { window: 256, dilation });
      assert.ok(strided);
      await assertAsFormula(strided, shape);
    }
  });
});
