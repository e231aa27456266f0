import assert from 'node:assert/strict';
import { inferencePerDevice, trainingPerDevice } from '../../src/cost/perDevice';
import { declaredScenario } from '../../src/config/scenario';
import { configProblems } from '../../src/insight/configProblems';
import type { MemoryTarget } from '../../src/insight/memoryTarget';
import type { TextRange } from '../../src/model/modelSpec';
import { readText } from '../fixtures/readFixture';
import { tinyLlama } from '../fixtures/tinyLlama';
import { GiB, inspect } from './insightFixture';

const llama = readText('examples/llama-3.2-1b/config.json');

function device(gibibytes: number): MemoryTarget {
  return { name: 'Card', memoryBytes: gibibytes * GiB, how: 'detected' };
}

function at(text: string, { offset, length }: TextRange): string {
  return text.slice(offset, offset + length);
}

describe('insight: problems of a config', () => {
  it('warns of inference that does not fit, with the longest length that does', async () => {
    const inspection = await inspect(llama);
    const [problem, ...others] = configProblems(inspection, {}, device(8));
    assert.ok(problem && inspection.reading);
    assert.deepEqual(
      [problem.code, problem.severity, problem.workload],
      ['doesNotFit', 'warning', 'inference'],
    );
    assert.equal(at(llama, problem.range), '"max_position_embeddings": 131072');
    assert.match(
      problem.message,
      /^Inference at n = 131,072 tokens does not fit\. .* the 8\.00 GiB of Card\. /,
    );
    const { model } = inspection.reading;
    const options = declaredScenario(model, undefined);
    const peak = (sequenceLength: number): number =>
      inferencePerDevice(model, { ...options, sequenceLength }).peak;
    const longest = problem.longest ?? 0;
    assert.ok(longest > 0 && peak(longest) <= 8 * GiB && peak(longest + 1) > 8 * GiB);
    assert.deepEqual(
      others.map(({ code }) => code),
      ['attentionDominates'],
    );
  });

  it('is silent of training that a plain model config does not ask for', async () => {
    const problems = configProblems(await inspect(llama), {}, device(80));
    assert.deepEqual(
      problems.map(({ code, severity }) => [code, severity]),
      [['attentionDominates', 'information']],
    );
    assert.match(problems[0]?.message ?? '', /is 77\.7 % of the FLOPs of a prefill at n = 131,072 tokens/);
    assert.deepEqual(configProblems(await inspect(JSON.stringify(tinyLlama)), {}, device(80)), []);
  });

  it('warns of training on the length of its recipe', async () => {
    const text = readText('test/fixtures/recipes/nemo-gpt.yaml');
    const inspection = await inspect(text, 'nemo-gpt.yaml');
    const [problem] = configProblems(inspection, {}, device(2));
    assert.ok(problem && inspection.reading);
    assert.equal(problem.workload, 'training');
    assert.equal(at(text, problem.range), 'encoder_seq_length: 2048');
    const { model, recipe } = inspection.reading;
    assert.ok(trainingPerDevice(model, declaredScenario(model, recipe)).peak > 2 * GiB);
    assert.match(problem.message, /of each of 32 devices: Card\./);
  });

  it('finds the length inside a command', async () => {
    const text = readText('test/fixtures/recipes/sglang-command.yaml');
    const [problem] = configProblems(await inspect(text, 'sglang-command.yaml'), {}, device(1));
    assert.equal(problem?.code, 'doesNotFit');
    assert.equal(problem.longest, 0);
    assert.match(at(text, problem.range), /^--context-length\b/);
    assert.match(problem.message, /No length fits: for one token already/);
  });

  it('takes the batch of the settings', async () => {
    const inspection = await inspect(llama);
    assert.deepEqual(
      [1, 16].map((batch) =>
        configProblems(inspection, { batch }, device(80)).some(({ code }) => code === 'doesNotFit'),
      ),
      [false, true],
    );
  });

  it('says no verdict without a device or its memory', async () => {
    const inspection = await inspect(llama);
    for (const target of [undefined, device(0), device(NaN)]) {
      const codes = configProblems(inspection, { batch: 1024 }, target).map(({ code }) => code);
      assert.deepEqual(codes, ['attentionDominates']);
    }
  });

  it('marks a shape that cannot be, with what to change', async () => {
    const text = JSON.stringify({ ...tinyLlama, num_key_value_heads: 3 });
    const inspection = await inspect(text);
    const [problem, ...others] = configProblems(inspection, {}, device(8));
    assert.deepEqual(others, []);
    assert.deepEqual([problem?.code, problem?.severity], ['impossibleShape', 'error']);
    assert.equal(at(text, problem?.range ?? assert.fail()), '3');
    assert.equal(problem?.message, `${inspection.error?.problem ?? ''} ${inspection.error?.mend ?? ''}`);
  });

  it('informs of a model that is not here', async () => {
    const text = 'model: nobody/knows-this-model\nmax-model-len: 4096\ntensor-parallel-size: 2\n';
    const problems = configProblems(await inspect(text, 'vllm.yaml'), {}, device(8));
    assert.deepEqual(
      problems.map(({ code, severity }) => [code, severity]),
      [['modelNotFound', 'information']],
    );
    assert.equal(at(text, problems[0]?.range ?? assert.fail()), 'model: nobody/knows-this-model');
  });

  it('leaves broken syntax to the editor', async () => {
    const inspection = await inspect(llama.replace('"hidden_size": 2048,', '"hidden_size": '));
    assert.ok(inspection.error);
    assert.deepEqual(configProblems(inspection, {}, device(8)), []);
  });
});
