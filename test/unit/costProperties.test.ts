import assert from 'node:assert/strict';
import fc from 'fast-check';
import { limits } from '../../src/config/fieldReader';
import type { Estimate } from '../../src/cost/estimate';
import { estimate } from '../../src/cost/estimateModel';
import { layerActivations } from '../../src/cost/layerActivations';
import { attentionKinds } from '../../src/model/attentionKinds';
import { dtypes } from '../../src/model/dtype';
import { valueWidth, type AttentionSpec, type ModelSpec } from '../../src/model/modelSpec';
import { optimizers } from '../../src/model/recipe';
import { anyConditions, anyModel, numbersOf } from '../fixtures/anyModel';
import { changedAttention } from '../fixtures/changedAttention';
import { stackedModel } from '../fixtures/oneStack';

function assertNotLess(larger: Estimate, smaller: Estimate, tolerance = 0): void {
  const before = new Map(numbersOf(smaller));
  for (const [path, value] of numbersOf(larger)) {
    const old = before.get(path) ?? Infinity;
    assert.ok(value >= old * (1 - tolerance), `${path} fell from ${String(old)} to ${String(value)}`);
  }
}

function assertSound(figures: object): void {
  const numbers = numbersOf(figures);
  assert.ok(numbers.length > 50);
  for (const [path, value] of numbers) assert.ok(Number.isFinite(value) && value >= 0, path);
}

/** The same with `more` layers of each kind. */
function deeper(model: ModelSpec, more: number): ModelSpec {
  const stacks = model.stacks.map((stack) => ({
    ...stack,
    layerKinds: stack.layerKinds.map((kind) => ({ ...kind, layers: kind.layers + more })),
  }));
  return { ...model, stacks };
}

describe('cost: properties', () => {
  it('has no figure that is negative or not finite', () => {
    fc.assert(
      fc.property(anyModel, anyConditions, (model, options) => {
        assertSound(estimate(model, options));
      }),
    );
  });

  it('has none up to the limits of what a config may say, in every dtype and with every optimizer', () => {
    const attention: AttentionSpec = {
      heads: limits.heads,
      kvHeads: limits.heads,
      headDim: limits.size,
      valueHeadDim: limits.size,
      causal: true,
    };
    const experts = { count: limits.size, active: limits.size, sharedSize: limits.size };
    for (const dtype of dtypes) {
      const largest = stackedModel(
        [
          {
            hiddenSize: limits.size,
            vocabSize: limits.size,
            positions: limits.tokens,
            kinds: [{ name: 'attention', layers: limits.layers, attention, crossAttention: attention }],
            feedForward: { kind: 'gated', intermediateSize: limits.size, experts },
            bias: true,
            norm: 'layer',
            head: { kind: 'language-model', tied: false },
            dropout: { attention: 1, hidden: 1 },
          },
        ],
        { maxSequenceLength: limits.tokens, dtype },
      );
      for (const optimizer of optimizers) {
        for (const naive of ['naive', 'fused'] as const) {
          const training = { optimizer, attention: naive };
          assertSound(
            estimate(largest, { sequenceLength: limits.tokens, batch: limits.tokens, dtype, training }),
          );
        }
      }
    }
  });

  it('has totals that are the sums of their parts', () => {
    fc.assert(
      fc.property(anyModel, anyConditions, (model, options) => {
        const { parameters, flops, memory } = estimate(model, options);
        const { training, inferenceParts } = memory;
        const { embedding, attention, feedForward, recurrence, other } = parameters;
        sums(parameters.total, embedding, attention, feedForward, recurrence, other);
        sums(parameters.total, ...Object.values(parameters.parts));
        const { norms, outputHead, pooler, parts } = parameters;
        sums(other, norms, outputHead, pooler, parts.projector);
        sums(
          flops.prefill,
          flops.attentionPrefill,
          flops.projectionsPrefill,
          flops.feedForwardPrefill,
          flops.recurrencePrefill,
          flops.logitsPrefill,
          flops.otherPrefill,
        );
        const { activations, logits, naiveScores } = inferenceParts;
        sums(memory.inferencePeak, memory.weights, memory.kvCache, activations, logits);
        sums(memory.inferencePeakNaive, memory.inferencePeak, naiveScores);
        sums(training.total, training.weights, training.gradients, training.optimizer, training.activations);
        sums(training.peak, training.total, training.backwardBuffers);
        assert.ok(training.masterWeights <= training.optimizer);
        assert.ok(parameters.active <= parameters.total);
      }),
    );
  });

  it('grows with n, with layers and with the batch', () => {
    fc.assert(
      fc.property(anyModel, anyConditions, fc.integer({ min: 1, max: 5000 }), (model, options, more) => {
        const figures = estimate(model, options);
        // The most loaded stage of one device is the only one, so its parts grow too.
        const longer = estimate(model, {
          ...options,
          sequenceLength: options.sequenceLength + more,
          ...(options.sourceLength !== undefined && { sourceLength: options.sourceLength + more }),
        });
        assertNotLess(withoutChunkedDecode(longer, model), withoutChunkedDecode(figures, model), 1e-15);
        assertNotLess(estimate(model, { ...options, batch: options.batch + more }), figures, 1e-15);
        // Bytes a parameter are a mean over weights that need different ones.
        const deep = estimate(deeper(model, more), options);
        assertNotLess(withoutMean(deep), withoutMean(figures), 1e-15);
      }),
    );
  });

  it('grows with the heads', () => {
    fc.assert(
      fc.property(anyModel, anyConditions, fc.integer({ min: 1, max: 8 }), (model, options, times) => {
        const wider = changedAttention(model, (attention) => ({
          ...attention,
          heads: attention.heads * times,
          kvHeads: attention.kvHeads * times,
        }));
        const [few, many] = [estimate(model, options), estimate(wider, options)];
        assert.ok(many.flops.attentionPrefill >= few.flops.attentionPrefill);
        assert.ok(many.memory.kvCache >= few.memory.kvCache);
        assert.ok(many.memory.inferenceParts.activations >= few.memory.inferenceParts.activations);
        assert.ok(many.memory.inferenceParts.naiveScores >= few.memory.inferenceParts.naiveScores);
        assert.ok(many.memory.training.activations >= few.memory.training.activations);
        assert.ok(many.memory.training.backwardBuffers >= few.memory.training.backwardBuffers);
      }),
    );
  });

  it('is linear in the batch where it holds or computes something for each sequence', () => {
    fc.assert(
      fc.property(anyModel, anyConditions, (model, options) => {
        const one = estimate(model, { ...options, batch: 1 });
        const many = estimate(model, options);
        const scaled = (of: (figures: Estimate) => number): void => {
          sums(of(many), options.batch * of(one));
        };
        for (const key of Object.keys(one.flops) as (keyof Estimate['flops'])[])
          scaled(({ flops }) => flops[key]);
        scaled(({ memory }) => memory.kvCache);
        scaled(({ memory }) => memory.inferenceParts.activations);
        scaled(({ memory }) => memory.inferenceParts.logits);
        scaled(({ memory }) => memory.inferenceParts.naiveScores);
        scaled(({ memory }) => memory.training.activations);
        scaled(({ memory }) => memory.training.backwardBuffers);
        assert.equal(many.memory.weights, one.memory.weights);
        assert.equal(many.memory.training.optimizer, one.memory.training.optimizer);
      }),
    );
  });

  it('keeps the less, the more is recomputed', () => {
    fc.assert(
      fc.property(anyModel, anyConditions, (model, options) => {
        const { full, selective, fusedNone, naiveNone } = estimate(model, options).memory.training
          .activationVariants;
        assert.ok(selective <= fusedNone && selective <= naiveNone);
        // While a layer is rebuilt by a fused kernel, its float32 a row and head are there too.
        const statistics = model.stacks.flatMap((stack) =>
          stack.layerKinds.map((kind) =>
            layerActivations(model, stack, kind, options)
              .filter(({ keptBy }) => keptBy === 'fused')
              .reduce((sum, { value }) => sum + value, 0),
          ),
        );
        assert.ok(full <= (selective + Math.max(0, ...statistics)) * (1 + 1e-15));
        assert.ok(full <= fusedNone * (1 + 1e-15));
      }),
    );
  });

  it('holds whole pages where it would hold a window, never less and never a page more than every token', () => {
    fc.assert(
      fc.property(anyModel, anyConditions, (model, options) => {
        const cache = (cacheLayout: 'window' | 'pages'): number =>
          estimate(model, { ...options, cacheLayout }).memory.kvCache;
        assert.ok(cache('pages') >= cache('window'));
        const unwindowed = changedAttention(model, unmasked);
        const { kvCache, kvCacheBytesPerToken } = estimate(unwindowed, {
          ...options,
          cacheLayout: 'window',
        }).memory;
        const page = options.cachePageTokens ?? 1;
        const rounding = options.batch * (page - 1) * kvCacheBytesPerToken;
        assert.ok(cache('pages') <= (kvCache + rounding) * (1 + 1e-15));
        assert.ok(cache('pages') >= kvCache);
        if (page === 1) sums(cache('pages'), kvCache);
      }),
    );
  });

  it('has a KV cache that is linear in n below every window', () => {
    fc.assert(
      fc.property(anyModel, anyConditions, (model, options) => {
        const { sequenceLength: n } = options;
        fc.pre(model.stacks.length === 1);
        const at = (sequenceLength: number): number =>
          estimate(model, { ...options, batch: 1, sequenceLength, cacheLayout: 'window' }).memory.kvCache;
        const perToken = estimate(model, options).memory.kvCacheBytesPerToken;
        const held = attentionKinds(model).map(({ attention: { window, pattern } }) =>
          window === undefined && pattern?.kind === 'chunk'
            ? pattern.chunk * (1 + pattern.before)
            : (window ?? Infinity),
        );
        const grown = at(n) - (at(1) - perToken);
        if (n <= Math.min(...held)) sums(grown, n * perToken);
        else assert.ok(grown <= n * perToken);
      }),
    );
  });
});

/** The same heads, each of whose queries sees every key. */
function unmasked(attention: AttentionSpec): AttentionSpec {
  const { heads, kvHeads, headDim, causal, latent, sharesCache = false } = attention;
  const same = { heads, kvHeads, headDim, causal, sharesCache, valueHeadDim: valueWidth(attention) };
  return latent ? { ...same, latent } : same;
}

/** The newest token of a chunk sees the more, the later it stands in it, and starts anew in the next. */
function withoutChunkedDecode(figures: Estimate, model: ModelSpec): Estimate {
  const isChunked = attentionKinds(model).some(({ attention }) => attention.pattern?.kind === 'chunk');
  if (!isChunked) return figures;
  const { flops, perDevice } = figures;
  return {
    ...figures,
    flops: { ...flops, decodePerToken: 0 },
    perDevice: { ...perDevice, flops: { ...perDevice.flops, decodePerToken: 0 } },
  };
}

function withoutMean(figures: Estimate): Estimate {
  const { memory } = figures;
  return { ...figures, memory: { ...memory, training: { ...memory.training, bytesPerParameter: 0 } } };
}

/** Equal up to the rounding of additions in another order, which whole numbers below 2⁵³ do not have. */
function sums(total: number, ...parts: number[]): void {
  const sum = parts.reduce((left, right) => left + right, 0);
  const isExact = sum < 2 ** 53 && [total, ...parts].every(Number.isInteger);
  assert.ok(
    Math.abs(total - sum) <= (isExact ? 0 : Math.abs(sum) * 1e-14),
    `${String(total)} is not ${String(sum)}`,
  );
}
