import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Estimate, EstimateOptions } from '../../src/cost/estimate';
import { estimate } from '../../src/cost/estimateModel';
import { dtypes } from '../../src/model/dtype';
import type { AttentionSpec, LayerKind, ModelSpec } from '../../src/model/modelSpec';

const attention: fc.Arbitrary<AttentionSpec> = fc
  .record({
    kvHeads: fc.integer({ min: 1, max: 16 }),
    group: fc.integer({ min: 1, max: 8 }),
    headDim: fc.integer({ min: 1, max: 256 }),
    causal: fc.boolean(),
    window: fc.option(fc.integer({ min: 1, max: 8192 }), { nil: undefined }),
    queryBias: fc.boolean(),
    keyValueBias: fc.boolean(),
    outputBias: fc.boolean(),
    queryKeyNorm: fc.boolean(),
  })
  .map(({ group, window, ...rest }) => ({
    ...rest,
    heads: group * rest.kvHeads,
    ...(window === undefined ? {} : { window }),
  }));

const layerKind: fc.Arbitrary<LayerKind> = fc.record({
  name: fc.constant('full_attention'),
  layers: fc.integer({ min: 1, max: 100 }),
  attention,
});

const probability = fc.constantFrom(0, 0.1);

const models: fc.Arbitrary<ModelSpec> = fc.record({
  family: fc.constant('llama'),
  modelType: fc.constant('llama'),
  hiddenSize: fc.integer({ min: 1, max: 20_000 }),
  vocabSize: fc.integer({ min: 1, max: 300_000 }),
  maxSequenceLength: fc.constant(4096),
  layerKinds: fc.array(layerKind, { minLength: 1, maxLength: 2 }),
  feedForward: fc.record({
    kind: fc.constantFrom('gated', 'plain'),
    intermediateSize: fc.integer({ min: 1, max: 80_000 }),
    bias: fc.boolean(),
  }),
  norms: fc.record({
    kind: fc.constantFrom('rms', 'layer'),
    perLayer: fc.constantFrom(1, 2, 4),
    outside: fc.constantFrom(0, 1),
  }),
  embeddings: fc.record({ positions: fc.nat(5000), tokenTypes: fc.nat(3) }),
  head: fc.record({ kind: fc.constantFrom('language-model', 'pooler', 'none'), tied: fc.boolean() }),
  dropout: fc.record({ attention: probability, hidden: probability }),
  dtype: fc.constantFrom(...dtypes),
  fields: fc.constant({}),
  assumptions: fc.constant([]),
});

const conditions: fc.Arbitrary<EstimateOptions> = fc.record({
  sequenceLength: fc.integer({ min: 1, max: 2 ** 20 }),
  batch: fc.integer({ min: 1, max: 64 }),
  dtype: fc.constantFrom(...dtypes),
});

/** Every number of an estimate by its path. */
function numbersOf(value: object, prefix = ''): [string, number][] {
  return Object.entries(value).flatMap(([key, entry]: [string, unknown]): [string, number][] => {
    if (typeof entry === 'number') return [[prefix + key, entry]];
    return typeof entry === 'object' && entry !== null ? numbersOf(entry, `${prefix}${key}.`) : [];
  });
}

function assertNotLess(larger: Estimate, smaller: Estimate): void {
  const before = new Map(numbersOf(smaller));
  for (const [path, value] of numbersOf(larger)) {
    assert.ok(value >= (before.get(path) ?? Infinity), `${path} fell to ${String(value)}`);
  }
}

describe('cost: properties', () => {
  it('has no figure that is negative or not finite', () => {
    fc.assert(
      fc.property(models, conditions, (model, options) => {
        const figures = numbersOf(estimate(model, options));
        assert.ok(figures.length > 30);
        for (const [path, value] of figures) assert.ok(Number.isFinite(value) && value >= 0, path);
      }),
    );
  });

  it('has totals that are the sums of their parts', () => {
    fc.assert(
      fc.property(models, conditions, (model, options) => {
        const { parameters, flops, memory } = estimate(model, options);
        const { training, inferenceParts } = memory;
        sums(
          parameters.total,
          parameters.embedding,
          parameters.attention,
          parameters.feedForward,
          parameters.other,
        );
        sums(parameters.other, parameters.norms, parameters.outputHead, parameters.pooler);
        sums(
          flops.prefill,
          flops.attentionPrefill,
          flops.projectionsPrefill,
          flops.feedForwardPrefill,
          flops.logitsPrefill,
        );
        const { activations, logits, naiveScores } = inferenceParts;
        sums(memory.inferencePeak, memory.weights, memory.kvCache, activations, logits);
        sums(memory.inferencePeakNaive, memory.inferencePeak, naiveScores);
        sums(training.total, training.weights, training.gradients, training.optimizer, training.activations);
        assert.equal(training.activations, training.activationVariants.fusedNone);
        assert.equal(training.bytesPerParameter, 16);
      }),
    );
  });

  it('grows with n, with layers and with the batch', () => {
    fc.assert(
      fc.property(models, conditions, fc.integer({ min: 1, max: 5000 }), (model, options, more) => {
        const figures = estimate(model, options);
        assertNotLess(
          estimate(model, { ...options, sequenceLength: options.sequenceLength + more }),
          figures,
        );
        assertNotLess(estimate(model, { ...options, batch: options.batch + more }), figures);
        const deeper = model.layerKinds.map((kind) => ({ ...kind, layers: kind.layers + more }));
        assertNotLess(estimate({ ...model, layerKinds: deeper }, options), figures);
      }),
    );
  });

  it('keeps the less, the more is recomputed', () => {
    fc.assert(
      fc.property(models, conditions, (model, options) => {
        const { full, selective, fusedNone, naiveNone } = estimate(model, options).memory.training
          .activationVariants;
        assert.ok(selective <= fusedNone && selective <= naiveNone);
        assert.ok(full <= fusedNone);
      }),
    );
  });

  it('has a KV cache that is linear in the batch, and in n below every window', () => {
    fc.assert(
      fc.property(models, conditions, (model, options) => {
        const cache = (sequenceLength: number, batch: number): number =>
          estimate(model, { ...options, sequenceLength, batch }).memory.kvCache;
        const n = options.sequenceLength;
        assert.equal(cache(n, options.batch), options.batch * cache(n, 1));
        const perToken = estimate(model, options).memory.kvCacheBytesPerToken;
        const narrowest = Math.min(...model.layerKinds.map((kind) => kind.attention.window ?? Infinity));
        if (n <= narrowest) assert.equal(cache(n, 1), n * perToken);
        else assert.ok(cache(n, 1) <= n * perToken);
      }),
    );
  });
});

/** Equal up to the rounding of additions in another order; exact below 2⁵³. */
function sums(total: number, ...parts: number[]): void {
  const sum = parts.reduce((left, right) => left + right, 0);
  assert.ok(
    Math.abs(total - sum) <= (sum < 2 ** 53 ? 0 : sum * 1e-15),
    `${String(total)} is not ${String(sum)}`,
  );
}
