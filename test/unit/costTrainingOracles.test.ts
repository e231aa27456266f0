import assert from 'node:assert/strict';
import { adapterParameters } from '../../src/cost/adapters';
import type { EstimateOptions, TrainingOptions } from '../../src/cost/estimate';
import { perDevice } from '../../src/cost/perDevice';
import { countParameters } from '../../src/cost/parameters';
import { outsideLayers, trainingMemory } from '../../src/cost/trainingMemory';
import { trainingState } from '../../src/cost/trainingState';
import { factor } from '../../src/model/factor';
import type { ModelSpec } from '../../src/model/modelSpec';
import type { Parallelism } from '../../src/model/recipe';
import { gptStyle } from '../fixtures/gptStyle';
import { llama2Of7B, llama31Of8B, llamaOf65B } from '../fixtures/publishedModels';

const GB = 1e9;
const GiB = 2 ** 30;

function options(
  training: Partial<TrainingOptions>,
  parallelism: Partial<Parallelism> = {},
): EstimateOptions {
  return { sequenceLength: 1, batch: 1, dtype: 'bfloat16', training, parallelism };
}

/** A model of one matrix, for figures that ask for nothing but a number of parameters. */
function ofParameters(rows: number, columns: number): ModelSpec {
  const [stack] = gptStyle(64, 1, 1).stacks;
  assert.ok(stack);
  const [kind] = stack.layerKinds;
  assert.ok(kind);
  const matrix = {
    name: 'weight',
    part: 'feedForward',
    use: 'matmul',
    shape: [factor('f', rows), factor('h', columns)],
  } as const;
  return {
    ...gptStyle(64, 1, 1),
    stacks: [{ ...stack, weights: [], layerKinds: [{ ...kind, weights: [matrix] }] }],
  };
}

describe('cost oracles: training state', () => {
  it('is 14.96 GiB of weights and gradients and 59.83 GiB of Adam for Llama 3.1 8B (Ultra-Scale Playbook)', () => {
    // Without a master copy: 2 + 2 + 8 bytes a parameter.
    const state = trainingState(llama31Of8B(), options({ masterWeights: false }));
    assert.equal((state.weights / GiB).toFixed(2), '14.96');
    assert.equal((state.gradients / GiB).toFixed(2), '14.96');
    assert.equal((state.optimizer / GiB).toFixed(2), '59.83');
  });

  it('is 120, 31.4, 16.6 and 1.9 GB for 7.5B parameters on 64 devices (Rajbhandari et al. 2020, Figure 1)', () => {
    const model = ofParameters(75_000, 100_000);
    assert.equal(countParameters(model).total, 7.5e9);
    const state = (zeroStage: 0 | 1 | 2 | 3): string => {
      const { training } = perDevice(model, options({}, { data: 64, zeroStage }));
      return ((training.weights + training.gradients + training.optimizer) / GB).toFixed(1);
    };
    assert.deepEqual([state(0), state(1), state(2), state(3)], ['120.0', '31.4', '16.6', '1.9']);
  });

  it('is 8, 16 or 18 bytes a parameter by the recipe', () => {
    const bytes = (training: Partial<TrainingOptions>): number =>
      trainingMemory(llama2Of7B(), options(training)).bytesPerParameter;
    assert.equal(bytes({}), 16);
    assert.equal(bytes({ float32Gradients: true }), 18);
    assert.equal(bytes({ masterWeights: false }), 12);
    assert.equal(bytes({ masterWeights: false, optimizer: 'sgdMomentum' }), 8);
    assert.equal(bytes({ masterWeights: false, optimizer: 'sgd' }), 4);
    assert.equal(bytes({ masterWeights: false, optimizer: 'lion' }), 8);
    // Two moments of a byte, and a float32 scale for 256 of each (Dettmers et al. 2022, arXiv 2110.02861).
    assert.equal(bytes({ masterWeights: false, optimizer: 'adamw8bit' }), 4 + 2 + 8 / 256);
  });

  it('keeps a row and a column of each matrix for Adafactor (Shazeer & Stern 2018)', () => {
    const { optimizer } = trainingState(
      llama2Of7B(),
      options({ optimizer: 'adafactor', masterWeights: false }),
    );
    const [h, f, V] = [4096, 11008, 32000];
    const perLayer = 4 * (h + h) + 3 * (f + h) + 2 * h;
    assert.equal(optimizer, 4 * (32 * perLayer + 2 * (V + h) + h));
  });

  it('keeps one moment of the matrices of layers for Muon, and two of the rest (Jordan et al. 2024)', () => {
    const { optimizer } = trainingState(llama2Of7B(), options({ optimizer: 'muon', masterWeights: false }));
    const { total, embedding, outputHead, norms } = countParameters(llama2Of7B());
    const rest = embedding + outputHead + norms;
    assert.equal(optimizer, 4 * (total - rest) + 8 * rest);
  });
});

describe('cost oracles: adapters', () => {
  const lora = (rank: number, targets: readonly string[] | 'all-linear') =>
    ({ rank, targets, baseFormat: 'none' }) as const;
  const all = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'];

  it('has the trainable parameters that PEFT prints for Llama 2 7B', () => {
    assert.equal(adapterParameters(llama2Of7B(), lora(8, ['q_proj', 'v_proj'])), 4_194_304);
    assert.equal(adapterParameters(llama2Of7B(), lora(16, all)), 39_976_960);
    assert.equal(adapterParameters(llama2Of7B(), lora(16, 'all-linear')), 39_976_960);
    assert.equal(adapterParameters(llama2Of7B(), lora(16, ['self_attn.q_proj'])), 2 * 2_097_152);
    assert.equal(adapterParameters(llama2Of7B(), lora(16, ['proj'])), 0);
    // A key/value projection of GQA is narrower.
    assert.equal(adapterParameters(llama31Of8B(), lora(16, all)), 41_943_040);
  });

  it('needs more than 780 GB for LLaMA 65B in 16 bits, and less than 48 GB with QLoRA (Dettmers et al. 2023)', () => {
    const plain = trainingMemory(llamaOf65B(), options({ masterWeights: false }));
    assert.ok(plain.total > 780 * GB && plain.total < 790 * GB);
    const at = (baseFormat: 'nf4' | 'nf4-double'): number => {
      const adapter = { ...lora(64, 'all-linear'), baseFormat };
      const recipe = { lora: adapter, recomputation: 'full', masterWeights: false } as const;
      const training: EstimateOptions = { ...options(recipe), sequenceLength: 512 };
      return trainingMemory(llamaOf65B(), training).total;
    };
    assert.ok(at('nf4-double') < 48 * GB);
    // Scales of scales save 0.37 bits a parameter, about 3 GB.
    const saved = at('nf4') - at('nf4-double');
    assert.ok(Math.abs(saved / GB - 3) < 0.1);
    const { total, embedding, outputHead, norms } = countParameters(llamaOf65B());
    assert.equal(((8 * saved) / (total - embedding - outputHead - norms)).toFixed(2), '0.37');
  });

  it('divides the optimizer state of adapters from ZeRO stage 1 on, their gradients from 2, themselves at 3', () => {
    const recipe = { lora: lora(16, all), masterWeights: false };
    const at = (zeroStage: 0 | 1 | 2 | 3): readonly number[] => {
      const { training } = perDevice(llama2Of7B(), options(recipe, { data: 8, zeroStage }));
      return [training.weights, training.gradients, training.optimizer];
    };
    const count = 39_976_960;
    const frozen = 2 * 6_738_415_616;
    assert.deepEqual(at(0), [frozen + 2 * count, 2 * count, 8 * count]);
    assert.deepEqual(at(1), [frozen + 2 * count, 2 * count, count]);
    assert.deepEqual(at(2), [frozen + 2 * count, count / 4, count]);
    assert.deepEqual(at(3), [(frozen + 2 * count) / 8, count / 4, count]);
  });
});

describe('cost oracles: activations in parallel', () => {
  // Korthikanti et al. 2022, Table 2, a transformer layer.
  const [h, a, L, s, b] = [4096, 32, 32, 2048, 2];
  const model = gptStyle(h, a, L);
  const sbh = s * b * h;

  function kept(training: Partial<TrainingOptions>, parallelism: Partial<Parallelism>): number {
    const asked: EstimateOptions = {
      sequenceLength: s,
      batch: b,
      dtype: 'float16',
      training: { attention: 'naive', ...training },
      parallelism,
    };
    const { activations, logits } = perDevice(model, asked).training;
    const { tensor = 1, sequence = false } = parallelism;
    return activations - logits - outsideLayers(model, asked) / (sequence ? tensor : 1);
  }

  for (const t of [1, 2, 4, 8]) {
    it(`is as the table has it for a tensor-parallel group of ${String(t)}`, () => {
      assert.equal(kept({}, { tensor: t }), L * sbh * (10 + 24 / t + (5 * a * s) / (h * t)));
      const split = { tensor: t, sequence: true };
      assert.equal(kept({}, split), ((L * sbh) / t) * (34 + (5 * a * s) / h));
      assert.equal(kept({ recomputation: 'selective' }, { tensor: t }), L * sbh * (10 + 24 / t));
      assert.equal(kept({ recomputation: 'selective' }, split), (34 * L * sbh) / t);
      // The table leaves out the layer that is being rebuilt: here by a fused kernel, with a float32 a row.
      const rebuilt = sbh * (8 + 24 / t) + (4 * s * b * a) / t;
      assert.equal(kept({ recomputation: 'full' }, { tensor: t }) - rebuilt, 2 * sbh * L);
    });
  }

  it('divides all of it by the degree of a context-parallel ring, and holds p micro-batches in a pipeline', () => {
    const whole = kept({}, {});
    const asked = (parallelism: Partial<Parallelism>): number =>
      perDevice(model, {
        sequenceLength: s,
        batch: b,
        dtype: 'float16',
        training: { attention: 'naive' },
        parallelism,
      }).training.activations;
    assert.equal(asked({ context: 4 }), asked({}) / 4);
    // The first of p stages has L/p layers and p micro-batches in flight, and no logits.
    const outside = outsideLayers(model, { sequenceLength: s, batch: b, dtype: 'float16' });
    assert.equal(asked({ pipeline: 4 }), whole + outside);
  });
});
