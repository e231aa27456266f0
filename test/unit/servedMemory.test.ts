import assert from 'node:assert/strict';
import type { ConfigReading } from '../../src/config/readConfig';
import { declaredScenario } from '../../src/config/scenario';
import { estimate } from '../../src/cost/estimateModel';
import { profileJson } from '../../src/cli/jsonReport';
import { estimateText } from '../../src/extension/tools/estimateText';
import { profileText } from '../../src/extension/tools/profileText';
import { configProblems } from '../../src/insight/configProblems';
import { hoverMarkdown } from '../../src/insight/hoverMarkdown';
import { lensTitle } from '../../src/insight/lensTitle';
import { memoryShareOf } from '../../src/model/memoryShare';
import { formatInteger } from '../../src/model/units';
import { renderMarkdown } from '../../src/report/markdown';
import type { Report } from '../../src/report/report';
import { ReportBuilder } from '../../src/report/reportBuilder';
import { verdictSentences } from '../../src/report/verdict';
import { limitOwner, verdict } from '../../webview/model/verdict';
import { sampleDevice } from '../fixtures/eventSamples';
import { readText } from '../fixtures/readFixture';
import { profileJob } from '../fixtures/profileJob';
import { GiB, inspect, insightOf, subjectOf } from './insightFixture';

const vllm = readText('test/fixtures/recipes/vllm.yaml');
const sglang = readText('test/fixtures/recipes/sglang.yaml');
const memoryBytes = 80 * GiB;
const name = 'Test 80';

async function readingOf(text: string, file = 'vllm.yaml'): Promise<ConfigReading> {
  const { reading } = await inspect(text, file);
  return reading ?? assert.fail(`${file} is read`);
}

function reportOf({ model, recipe }: ConfigReading, bytes = memoryBytes): Report {
  const share = memoryShareOf(recipe);
  const builder = new ReportBuilder(
    profileJob({
      model,
      source: { name: 'vllm.yaml' },
      scenario: declaredScenario(model, recipe),
      ...(share && { memoryShare: share }),
    }),
    1,
  );
  builder.add({ type: 'device', device: { ...sampleDevice, memoryBytes: bytes } });
  return builder.report();
}

describe('the share of the memory that a server may take', () => {
  it('is read of what serves, with the key that sets it', async () => {
    assert.deepEqual(memoryShareOf((await readingOf(vllm)).recipe), {
      of: 0.85,
      key: 'gpu-memory-utilization',
    });
    const { recipe } = await readingOf(sglang, 'sglang.yaml');
    assert.deepEqual(memoryShareOf(recipe), { of: 0.8, key: 'mem-fraction-static' });
    assert.equal(memoryShareOf(recipe && { ...recipe, purpose: 'training' }), undefined);
    assert.equal(memoryShareOf(undefined), undefined);
  });

  it('bounds inference alike in the hover, the lens, the panel, the report, the terminal and the tools', async () => {
    const target = { name, memoryBytes, how: 'planned' } as const;
    const insight = insightOf(
      'length',
      await subjectOf(vllm, 'max-model-len', { name: 'vllm.yaml', target }),
    );
    const [fit] = insight.verdict.fits;
    assert.ok(fit?.fits);
    const longest = fit.longest.sequenceLength;
    assert.ok(longest > 0);

    const reading = await readingOf(vllm);
    const { model, recipe } = reading;
    const report = reportOf(reading);
    const inPanel = verdict(report, 'inference');
    assert.equal(inPanel.longest, longest);
    assert.equal(inPanel.limit, insight.verdict.target?.memoryBytes);
    assert.equal(verdict({ ...report, device: { ...sampleDevice } }, 'inference', target).longest, longest);

    const scenario = declaredScenario(model, recipe);
    const share = memoryShareOf(recipe) ?? assert.fail();
    const sentence = `longest that fits is n = ${formatInteger(longest)} tokens`;
    const figures = estimate(model, scenario);
    const texts = [
      verdictSentences(model, figures, { bytes: memoryBytes, of: name, share })[0],
      hoverMarkdown(insight, {}).replaceAll('\\', ''),
      estimateText({ name: 'vllm.yaml', model, scenario, target, memoryShare: share, notes: [] }),
      profileText(report),
      renderMarkdown(report).replaceAll('\\', ''),
    ];
    for (const text of texts) {
      assert.ok(text?.includes(sentence), `${String(text)}: ${sentence}`);
      assert.match(text ?? '', /85\.0 % of its memory, by gpu-memory-utilization/);
    }
    assert.equal(profileJson(report).memoryShare, 0.85);
  });

  it('says everywhere that inference does not fit what the whole device would hold', async () => {
    const reading = await readingOf(vllm);
    const needed = estimate(reading.model, declaredScenario(reading.model, reading.recipe)).perDevice
      .inference.peak;
    const bytes = Math.ceil(needed / 0.9);
    const target = { name, memoryBytes: bytes, how: 'planned' } as const;
    const report = reportOf(reading, bytes);
    const insight = insightOf(
      'length',
      await subjectOf(vllm, 'max-model-len', { name: 'vllm.yaml', target }),
    );
    assert.match(lensTitle(insight), /over/);
    assert.ok(
      configProblems(await inspect(vllm, 'vllm.yaml'), {}, target).some(({ code }) => code === 'doesNotFit'),
    );
    assert.equal(verdict(report, 'inference').state, 'too-large');
    assert.match(renderMarkdown(report), /Inference does not fit/);
    const { memoryShare, ...whole } = report;
    assert.ok(memoryShare);
    assert.equal(verdict(whole, 'inference').state, 'fits');
    assert.match(renderMarkdown(whole), /Inference fits/);
  });

  it('does not bound training, which no server does', async () => {
    const report = reportOf(await readingOf(vllm));
    const { memoryShare, ...whole } = report;
    assert.ok(memoryShare);
    assert.deepEqual(verdict(report, 'training'), verdict(whole, 'training'));
    assert.equal(verdict(report, 'training').share, undefined);
    const training = (of: Report): string | undefined =>
      renderMarkdown(of)
        .split('\n')
        .find((line) => /Training (?:fits|does not fit)/.test(line));
    assert.ok(training(report));
    assert.equal(training(report), training(whole));
  });

  it('is told with the device that it is of', async () => {
    const report = reportOf(await readingOf(vllm));
    const { share } = verdict(report, 'inference');
    const planned = { name, memoryBytes };
    assert.equal(
      limitOwner(report, share, planned),
      'Test 80 (planned; 85.0 % of its memory, by gpu-memory-utilization)',
    );
    assert.equal(limitOwner(report, undefined, planned), 'Test 80 (planned)');
    assert.match(limitOwner(report, share, undefined) ?? '', /\(85\.0 % of its memory, by gpu-/);
    assert.equal(limitOwner(report, undefined, undefined), undefined);
  });
});
