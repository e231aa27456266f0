import assert from 'node:assert/strict';
import type { EstimateOptions } from '../../src/cost/estimate';
import { estimate } from '../../src/cost/estimateModel';
import { countParameters } from '../../src/cost/parameters';
import { deviceCount, parallelismOf, parallelismProblems } from '../../src/cost/parallelism';
import { perDevice } from '../../src/cost/perDevice';
import type { Parallelism } from '../../src/model/recipe';
import { oneStack } from '../fixtures/oneStack';
import { deepseekV3, llama2Of7B, llama31Of8B, mixtral8x7b } from '../fixtures/publishedModels';

function at(parallelism: Partial<Parallelism>, more: Partial<EstimateOptions> = {}): EstimateOptions {
  return { sequenceLength: 4096, batch: 1, dtype: 'bfloat16', parallelism, ...more };
}

describe('cost per device: weights and cache', () => {
  it('splits matrices and tables over a tensor-parallel group, and has the norms whole', () => {
    const { total, norms } = countParameters(llama2Of7B());
    const { inference } = perDevice(llama2Of7B(), at({ tensor: 4 }));
    assert.equal(inference.weights, 2 * ((total - norms) / 4 + norms));
    assert.equal(inference.kvCache, (4096 * 512 * 1024) / 4);
  });

  it('has key/value heads again where there are fewer than devices', () => {
    const whole = estimate(llama31Of8B(), at({})).memory.kvCache;
    const cache = (tensor: number): number => perDevice(llama31Of8B(), at({ tensor })).inference.kvCache;
    assert.equal(cache(8), whole / 8);
    assert.equal(cache(16), whole / 8);
    const { parts, norms } = countParameters(llama31Of8B());
    const keyValue = 32 * 2 * 4096 * 1024;
    const split = parts.attention + parts.feedForward + parts.tokenEmbedding + parts.outputHead - keyValue;
    const { inference } = perDevice(llama31Of8B(), at({ tensor: 16 }));
    assert.equal(inference.weights, 2 * (split / 16 + keyValue / 8 + norms));
  });

  it('has latents whole on each tensor-parallel device, and splits them by tokens', () => {
    const whole = 4096 * 70272;
    assert.equal(perDevice(deepseekV3(), at({ tensor: 8 })).inference.kvCache, whole);
    assert.equal(perDevice(deepseekV3(), at({ context: 8 })).inference.kvCache, whole / 8);
  });

  it('has the state of a recurrence whole on each context-parallel device, and splits it with its heads', () => {
    const recurrence = {
      kind: 'mamba',
      stateElements: 1000,
      convolutionElements: 24,
      scanFlopsPerToken: 0,
      keptElements: 0,
    };
    const model = oneStack({
      hiddenSize: 512,
      vocabSize: 1000,
      maxSequenceLength: 1000,
      kinds: [{ name: 'mamba', layers: 4, recurrence }],
      feedForward: { kind: 'gated', intermediateSize: 1024 },
      bias: false,
      norm: 'rms',
      head: { kind: 'language-model', tied: true },
      dropout: { attention: 0, hidden: 0 },
      dtype: 'float16',
    });
    assert.equal(perDevice(model, at({ context: 8 })).inference.kvCache, 2 * 4 * 1024);
    assert.equal(perDevice(model, at({ tensor: 8 })).inference.kvCache, (2 * 4 * 1024) / 8);
  });

  it('spreads experts over data-parallel devices, and nothing else', () => {
    const { total, parts } = countParameters(mixtral8x7b());
    const { inference } = perDevice(mixtral8x7b(), at({ data: 8, expert: 8 }));
    assert.equal(inference.weights, 2 * (total - parts.experts + parts.experts / 8));
  });

  it('gives the ends of a pipeline the embedding or the head, and both where they are one', () => {
    const { total, embedding, norms, outputHead } = countParameters(llama2Of7B());
    const layers = total - embedding - outputHead - 4096;
    const half = perDevice(llama2Of7B(), at({ pipeline: 2 })).inference;
    // The last stage is the heavier: it has the outer norm and the logits too.
    assert.equal(half.weights, 2 * (layers / 2 + outputHead + 4096));
    assert.ok(norms > 4096 && half.logits > 0);
    const model = llama2Of7B();
    const name = model.stacks[0]?.weights.find(({ part }) => part === 'tokenEmbedding')?.name ?? '';
    const shared = {
      ...model,
      stacks: model.stacks.map((stack) => ({
        ...stack,
        weights: stack.weights.map((weight) =>
          weight.part === 'outputHead' ? { ...weight, sharedWith: name } : weight,
        ),
      })),
    };
    assert.equal(
      perDevice(shared, at({ pipeline: 2 })).inference.weights,
      2 * (layers / 2 + embedding + 4096),
    );
  });

  it('gathers the layer at work and the next under ZeRO stage 3, where there is something to gather', () => {
    const { attention, feedForward } = countParameters(llama2Of7B());
    const layer = (attention + feedForward) / 32 + 2 * 4096;
    const gathered = (parallelism: Partial<Parallelism>): number =>
      perDevice(llama2Of7B(), at(parallelism)).training.gathered;
    assert.equal(gathered({ data: 8, zeroStage: 3 }), 2 * 2 * layer);
    assert.equal(gathered({ data: 8, zeroStage: 2 }), 0);
    assert.equal(gathered({ data: 1, zeroStage: 3 }), 0);
  });

  it('rebuilds one layer of one micro-batch at a time on a stage of a pipeline', () => {
    // With hardly any logits the first stage is the most loaded, which has a micro-batch for each stage in flight.
    const model = { ...llama2Of7B(), vocabSize: 1 };
    const kept = (pipeline: number): number => {
      const { activations, logits } = perDevice(
        model,
        at({ pipeline }, { training: { recomputation: 'full' } }),
      ).training;
      return activations - logits;
    };
    for (const pipeline of [2, 8, 32]) assert.equal(kept(pipeline), kept(1));
  });
});

describe('cost: degrees of parallelism', () => {
  it('multiply to the devices', () => {
    assert.equal(deviceCount(parallelismOf({ data: 2, tensor: 4, pipeline: 3, context: 5, expert: 2 })), 120);
    assert.equal(deviceCount(parallelismOf(undefined)), 1);
  });

  it('are refused, with the reason, where the model cannot be split so', () => {
    const problems = (parallelism: Partial<Parallelism>, model = llama31Of8B()): string =>
      parallelismProblems(model, parallelismOf(parallelism)).join(' ');
    for (const tensor of [1, 2, 8, 16, 32]) assert.equal(problems({ tensor }), '');
    assert.match(problems({ tensor: 3 }), /3 does not divide the 32 heads/);
    assert.match(problems({ pipeline: 33 }), /33 is more than the 32 layers/);
    assert.equal(problems({ pipeline: 32 }), '');
    assert.match(problems({ context: 64, contextKind: 'ulysses' }), /Ulysses/);
    assert.equal(problems({ context: 32, contextKind: 'ulysses' }), '');
    assert.match(problems({ data: 2, expert: 2 }), /no experts to spread/);
    assert.match(problems({ data: 3, expert: 3 }, mixtral8x7b()), /3 does not divide the 8 experts/);
    assert.match(
      problems({ data: 2, expert: 4 }, mixtral8x7b()),
      /does not divide the 2 data-parallel devices/,
    );
    assert.equal(problems({ data: 4, context: 2, expert: 8 }, mixtral8x7b()), '');
  });
});
