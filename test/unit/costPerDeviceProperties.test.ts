import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { EstimateOptions } from '../../src/cost/estimate';
import { estimate } from '../../src/cost/estimateModel';
import { parallelismOf } from '../../src/cost/parallelism';
import { perDevice, type PerDevice } from '../../src/cost/perDevice';
import { layerCount, type ModelSpec } from '../../src/model/modelSpec';
import type { Parallelism } from '../../src/model/recipe';
import { anyConditions, anyModel, numbersOf } from '../fixtures/anyModel';

const degree = fc.constantFrom(1, 2, 4, 8);

const anyDegrees: fc.Arbitrary<Parallelism> = fc
  .record({
    data: degree,
    zeroStage: fc.constantFrom<Parallelism['zeroStage']>(0, 1, 2, 3),
    tensor: degree,
    sequence: fc.boolean(),
    pipeline: degree,
    context: degree,
    contextKind: fc.constantFrom('ring', 'ulysses'),
    expert: degree,
  })
  // Experts are spread over the data-parallel devices, and there is no stage without a layer.
  .map((degrees) => ({ ...degrees, expert: Math.min(degrees.expert, degrees.data * degrees.context) }));

function split(model: ModelSpec, options: EstimateOptions, parallelism: Partial<Parallelism>): PerDevice {
  return perDevice(model, { ...options, parallelism });
}

function notMore(value: number, limit: number, what: string): void {
  assert.ok(value <= limit * (1 + 1e-12), `${what}: ${String(value)} is more than ${String(limit)}`);
}

function stateOf({ training }: PerDevice): number {
  return training.weights + training.gradients + training.optimizer;
}

describe('cost per device: properties', () => {
  it('of one device are exactly those of the whole', () => {
    fc.assert(
      fc.property(
        anyModel,
        anyConditions,
        anyDegrees,
        (model, options, { zeroStage, sequence, contextKind }) => {
          const { memory, flops } = estimate(model, options);
          const one = split(model, options, { zeroStage, sequence, contextKind });
          const { weights, kvCache, inferenceParts, inferencePeak } = memory;
          assert.equal(one.devices, 1);
          assert.deepEqual(one.inference, { weights, kvCache, ...inferenceParts, peak: inferencePeak });
          const { training } = memory;
          for (const key of [
            'weights',
            'gradients',
            'optimizer',
            'activations',
            'logits',
            'backwardBuffers',
            'peak',
          ] as const) {
            assert.equal(one.training[key], training[key], key);
          }
          assert.equal(one.training.gathered, 0);
          const { prefill, decodePerToken, trainingStep } = flops;
          assert.deepEqual(one.flops, { prefill, decodePerToken, trainingStep });
        },
      ),
    );
  });

  it('are finite, not negative, and add up to the peaks', () => {
    fc.assert(
      fc.property(anyModel, anyConditions, anyDegrees, (model, options, degrees) => {
        const figures = split(model, options, degrees);
        for (const [path, value] of numbersOf(figures)) assert.ok(Number.isFinite(value) && value >= 0, path);
        const { inference, training } = figures;
        assert.equal(
          inference.peak,
          inference.weights + inference.kvCache + inference.activations + inference.logits,
        );
        const sum = stateOf(figures) + training.gathered + training.activations + training.backwardBuffers;
        assert.equal(training.peak, sum);
        notMore(training.logits + training.scores, training.activations, 'logits and scores');
      }),
    );
  });

  it('hold no more of the state, of the cache and of a prefill than the whole', () => {
    fc.assert(
      fc.property(anyModel, anyConditions, anyDegrees, (model, options, degrees) => {
        const whole = split(model, options, {});
        const part = split(model, options, degrees);
        for (const key of ['weights', 'gradients', 'optimizer', 'logits', 'backwardBuffers'] as const) {
          notMore(part.training[key], whole.training[key], key);
        }
        for (const key of Object.keys(whole.inference) as (keyof PerDevice['inference'])[]) {
          notMore(part.inference[key], whole.inference[key], key);
        }
        // The first stage of a pipeline may keep more activations: ⌈L/p⌉ layers of p micro-batches.
        const layers = layerCount(model);
        const inFlight = (Math.ceil(layers / degrees.pipeline) * degrees.pipeline) / layers;
        notMore(part.training.activations, whole.training.activations * inFlight, 'activations');
      }),
    );
  });

  it('hold together at least the whole, where no stage of a pipeline is lighter than another', () => {
    fc.assert(
      fc.property(anyModel, anyConditions, anyDegrees, (model, options, asked) => {
        const degrees = { ...asked, pipeline: 1 };
        const whole = split(model, options, {});
        const part = split(model, options, degrees);
        const group = degrees.tensor * degrees.context;
        for (const key of ['weights', 'gradients', 'optimizer'] as const) {
          notMore(whole.training[key], part.devices * part.training[key], key);
        }
        for (const key of ['activations', 'logits', 'backwardBuffers'] as const) {
          notMore(whole.training[key], group * part.training[key], key);
        }
        notMore(whole.inference.weights, part.devices * part.inference.weights, 'weights');
        notMore(whole.inference.kvCache, group * part.inference.kvCache, 'kvCache');
        notMore(whole.inference.activations, group * part.inference.activations, 'activations');
        // One replica of the data-parallel ones does the work of its batch.
        for (const key of ['prefill', 'decodePerToken', 'trainingStep'] as const) {
          const work = part.flops[key] * group;
          assert.ok(Math.abs(work - whole.flops[key]) <= 1e-12 * whole.flops[key], key);
        }
      }),
    );
  });

  it('need no more of memory for a greater degree or stage, buffers of gathered weights aside', () => {
    const steps: readonly ((degrees: Parallelism) => Partial<Parallelism>)[] = [
      ({ data }) => ({ data: 2 * data }),
      ({ tensor }) => ({ tensor: 2 * tensor }),
      ({ context }) => ({ context: 2 * context }),
      ({ expert, data, context }) => ({ expert: Math.min(2 * expert, data * context) }),
      ({ zeroStage }) => ({ zeroStage: zeroStage === 0 ? 1 : zeroStage === 1 ? 2 : 3 }),
      () => ({ sequence: true }),
    ];
    fc.assert(
      fc.property(
        anyModel,
        anyConditions,
        anyDegrees,
        fc.constantFrom(...steps),
        (model, options, asked, step) => {
          // Between the ends of a pipeline the greatest may change; that is looked at below.
          const degrees = { ...asked, pipeline: 1 };
          const less = split(model, options, degrees);
          const more = split(model, options, { ...degrees, ...step(degrees) });
          for (const key of Object.keys(less.inference) as (keyof PerDevice['inference'])[]) {
            notMore(more.inference[key], less.inference[key], key);
          }
          for (const key of Object.keys(less.training) as (keyof PerDevice['training'])[]) {
            if (key !== 'gathered' && key !== 'peak') notMore(more.training[key], less.training[key], key);
          }
          notMore(
            more.training.peak - more.training.gathered,
            less.training.peak - less.training.gathered,
            'peak',
          );
        },
      ),
    );
  });

  it('need no more of memory for an inference on a longer pipeline', () => {
    fc.assert(
      fc.property(anyModel, anyConditions, anyDegrees, (model, options, degrees) => {
        const peak = (pipeline: number): number =>
          split(model, options, { ...degrees, pipeline }).inference.peak;
        const { pipeline } = parallelismOf(degrees);
        notMore(peak(2 * pipeline), peak(pipeline), 'peak');
      }),
    );
  });
});
