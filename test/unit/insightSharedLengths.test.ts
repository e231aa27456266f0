import assert from 'node:assert/strict';
import { configMends } from '../../src/mends/configMends';
import { withEdits } from '../../src/config/editConfig';
import { configProblems } from '../../src/insight/configProblems';
import { hoverMarkdown } from '../../src/insight/hoverMarkdown';
import { lensTitle } from '../../src/insight/lensTitle';
import type { MemoryTarget } from '../../src/insight/memoryTarget';
import { servedTarget } from '../../src/insight/servedTarget';
import { readText } from '../fixtures/readFixture';
import { GiB, inspect, insightOf, subjectOf, target } from './insightFixture';

const grpo = readText('test/fixtures/recipes/trl-grpo.yaml');

describe('insight: prompt and completion of GRPO', () => {
  it('are both fields, and cost what they cost together, which the hover says', async () => {
    const { fields } = await inspect(grpo, 'grpo.yaml');
    assert.deepEqual(
      fields.map(({ key, kind, value }) => [key, kind, value]),
      [
        ['max_prompt_length', 'length', 512],
        ['max_completion_length', 'length', 1536],
      ],
    );
    for (const { key } of fields) {
      const insight = insightOf('length', await subjectOf(grpo, key, { name: 'grpo.yaml' }));
      assert.equal(insight.n, 2048, key);
      assert.equal(insight.at.n, 2048);
      assert.equal(insight.conditions.sequenceLength, 2048);
      assert.match(lensTitle(insight), /^2,048 tokens/);
      const hover = hoverMarkdown(insight, {}).replaceAll('\\', '');
      assert.match(
        hover,
        new RegExp(`${key} is a part of the sequence: prompt and completion together have 2,048 tokens`),
      );
    }
  });

  it('are none where another length is the whole, or one of them is missing', async () => {
    for (const text of [
      `${grpo}max_length: 1024\n`,
      grpo.replace('max_completion_length: 1536\n', ''),
      grpo.replace('max_prompt_length: 512\n', ''),
    ]) {
      const { fields } = await inspect(text, 'grpo.yaml');
      assert.ok(fields.every(({ key }) => !/max_(?:prompt|completion)_length/.test(key)));
    }
  });

  it('are marked where both together do not fit, and mended by what the other leaves', async () => {
    const inspection = await inspect(grpo, 'grpo.yaml');
    // 0.75 B parameters with AdamW-sized state do not fit, so the memory is chosen just below what is needed.
    const insight = insightOf(
      'length',
      await subjectOf(grpo, 'max_completion_length', { name: 'grpo.yaml' }),
    );
    const needed = insight.at.training?.peakBytes ?? assert.fail();
    const small: MemoryTarget = { ...target, memoryBytes: needed - 1 };
    const [problem] = configProblems(inspection, {}, small).filter(({ code }) => code === 'doesNotFit');
    assert.ok(problem);
    assert.ok(grpo.slice(problem.range.offset).startsWith('max_completion_length'));
    const { longest = 0 } = problem;
    assert.ok(longest < 2048 && longest > 1536);
    const { reading } = inspection;
    assert.ok(reading);
    const mend = configMends(grpo, 'grpo.yaml', { ...inspection, reading }, problem).find(
      ({ kind }) => kind === 'longestThatFits',
    );
    const length = Math.floor((longest - 512) / 128) * 128;
    assert.match(
      mend?.title ?? '',
      /^Set max_completion_length to .*: prompt and completion together then fit$/,
    );
    const written = withEdits(grpo, mend?.edits ?? []);
    assert.equal(written, grpo.replace('1536', String(length)));
  });
});

describe('insight: the share of the memory that a server takes', () => {
  const vllm = readText('test/fixtures/recipes/vllm.yaml');
  const sglang = readText('test/fixtures/recipes/sglang.yaml');

  it('bounds the verdict and the longest length, and is named', async () => {
    const name = 'vllm.yaml';
    const shared = insightOf('length', await subjectOf(vllm, 'max-model-len', { name }));
    const whole = insightOf(
      'length',
      await subjectOf(vllm.replace(/gpu-memory.*\n/, ''), 'max-model-len', { name }),
    );
    assert.equal(shared.verdict.target?.memoryBytes, Math.floor(80 * GiB * 0.85));
    assert.equal(whole.verdict.target?.memoryBytes, 80 * GiB);
    const [one, other] = [shared, whole].map(({ verdict }) => verdict.fits[0]?.longest.sequenceLength ?? 0);
    assert.ok(one !== undefined && other !== undefined && one < other);
    assert.match(
      hoverMarkdown(shared, {}).replaceAll('\\', ''),
      /of the 68\.0 GiB .*Test 80 \(planned; 85\.?0? % of its memory, by gpu-memory-utilization\)/,
    );
    assert.doesNotMatch(hoverMarkdown(whole, {}), /of its memory/);
    // Times come from the data sheet all the same.
    assert.deepEqual(shared.times, whole.times);
  });

  it('is that of the problem too', async () => {
    const inspection = await inspect(vllm, 'vllm.yaml');
    const insight = insightOf('length', await subjectOf(vllm, 'max-model-len', { name: 'vllm.yaml' }));
    const needed = insight.verdict.fits[0]?.neededBytes ?? assert.fail();
    const codes = (memoryBytes: number): string[] =>
      configProblems(inspection, {}, { ...target, memoryBytes }).map(({ code }) => code);
    assert.ok(codes(needed).includes('doesNotFit'));
    assert.ok(!codes(Math.ceil(needed / 0.85) + 1).includes('doesNotFit'));
  });

  it('is read from SGLang, and from nothing that does not serve', async () => {
    const { reading } = await inspect(sglang, 'sglang.yaml');
    const served = servedTarget(target, reading?.recipe);
    assert.deepEqual(served.share, { of: 0.8, key: 'mem-fraction-static' });
    assert.equal(served.name, target.name);
    const training = (await inspect(grpo, 'grpo.yaml')).reading?.recipe;
    assert.equal(servedTarget(target, training), target);
    assert.equal(servedTarget(undefined, reading?.recipe), undefined);
  });
});
