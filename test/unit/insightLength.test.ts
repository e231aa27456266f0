import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { LocatedField } from '../../src/config/fields/locatedField';
import type { EstimateOptions } from '../../src/cost/estimate';
import { MAX_SEARCHED_LENGTH } from '../../src/cost/longestSequence';
import { inferencePerDevice, trainingPerDevice } from '../../src/cost/perDevice';
import { fieldInsight, type InsightSubject } from '../../src/insight/fieldInsight';
import { hoverMarkdown } from '../../src/insight/hoverMarkdown';
import { inlayText, lensTitle } from '../../src/insight/lensTitle';
import { readText } from '../fixtures/readFixture';
import { fieldAt, GiB, inspect, insightOf, spec, subjectOf, target } from './insightFixture';

const llama = readText('examples/llama-3.2-1b/config.json');
const declared = 'max_position_embeddings';

function withValue(subject: InsightSubject, value: number): InsightSubject {
  // Not the place that the model's own length was read from.
  const elsewhere = { offset: 1_000_000, length: 10 };
  return {
    ...subject,
    field: { ...subject.field, key: 'max_model_len', path: 'max_model_len', range: elsewhere, value },
  };
}

/** A length that is written and stands for none. */
function unsetField({ field }: InsightSubject, value?: number): LocatedField {
  const { kind, range, valueRange } = field;
  const elsewhere = { key: 'max_model_len', path: 'max_model_len', range: { ...range, offset: 1_000_000 } };
  return {
    kind,
    ...elsewhere,
    valueRange,
    state: 'unset',
    isLiteral: true,
    ...(value !== undefined && { value }),
  };
}

describe('insight: lengths', () => {
  it('costs Llama 3.2 1B as worked out by hand', async () => {
    const insight = insightOf('length', await subjectOf(llama, declared));
    // 16 layers · 2 · 8 key/value heads · 64 · 2 bytes.
    assert.equal(insight.kvBytesPerToken, 32 * 1024);
    assert.equal(insight.at.kvCacheBytes, 4 * GiB);
    assert.equal(insight.doubled.kvCacheBytes, 8 * GiB);
    assert.equal(insight.halved?.kvCacheBytes, 2 * GiB);
    const n = 131_072;
    // 2 · 16 layers · 32 heads · (64 + 64) · n(n + 1)/2; the rest is 2 FLOP a parameter, norms aside.
    const attention = 2 * 16 * 32 * 128 * ((n * (n + 1)) / 2);
    const rest = 2 * n * (1_235_814_400 - 33 * 2048);
    assert.equal(insight.at.prefillFlops, attention + rest);
    assert.equal(insight.at.attentionShare, attention / (attention + rest));
    assert.equal(insight.times.roofline?.prefillMs, (attention + rest) / 1e12);
    assert.equal(insight.times.roofline.device, spec.name);
    assert.deepEqual(
      insight.verdict.fits.map(({ workload, fits }) => [workload, fits]),
      [
        ['inference', true],
        ['training', false],
      ],
    );
    assert.equal(
      lensTitle(insight),
      `131,072 tokens · KV 4.00 GiB · peak ${(insight.at.inferencePeakBytes / GiB).toFixed(1)} GiB · fits`,
    );
    assert.equal(inlayText(insight), 'KV 4.00 GiB · fits');
  });

  it('finds the longest length that fits, and the next one does not', async () => {
    const subject = await subjectOf(llama, declared);
    const conditions: EstimateOptions = insightOf('length', subject).conditions;
    for (const memory of [3, 12, 24, 80]) {
      const memoryBytes = memory * GiB;
      const { verdict } = insightOf('length', { ...subject, target: { ...target, memoryBytes } });
      for (const { workload, longest } of verdict.fits) {
        const peakOf = workload === 'inference' ? inferencePerDevice : trainingPerDevice;
        const peak = (sequenceLength: number): number =>
          peakOf(subject.reading.model, { ...conditions, sequenceLength }).peak;
        const n = longest.sequenceLength;
        if (n > 0) assert.ok(peak(n) <= memoryBytes, `${String(n)} tokens fit`);
        assert.ok(peak(n + 1) > memoryBytes, `${String(n + 1)} tokens do not fit`);
      }
    }
  });

  it('tells a training recipe of training first, with its own batch and recipe', async () => {
    const text = readText('test/fixtures/recipes/nanogpt.py');
    const insight = insightOf('length', await subjectOf(text, 'block_size', { name: 'train.py' }));
    assert.equal(insight.purpose, 'training');
    assert.equal(insight.conditions.batch, 64);
    assert.deepEqual(
      insight.verdict.fits.map(({ workload }) => workload),
      ['training', 'inference'],
    );
    const peak = insight.at.training?.peakBytes ?? 0;
    assert.equal(
      peak,
      trainingPerDevice((await inspect(text, 'train.py')).reading?.model ?? assert.fail(), insight.conditions)
        .peak,
    );
    assert.match(lensTitle(insight), /^256 tokens · training peak [\d.]+ GiB · fits$/);
  });

  it('leaves training out of what is served, and speaks of all devices', async () => {
    const text = readText('test/fixtures/recipes/vllm.yaml');
    const insight = insightOf('length', await subjectOf(text, 'max-model-len', { name: 'vllm.yaml' }));
    assert.equal(insight.n, 32_768);
    assert.equal(insight.devices, 2);
    assert.equal(insight.at.training, undefined);
    // Llama 3.1 8B: 32 layers · 2 · 8 heads · 128 · 1 byte of an 8-bit cache.
    assert.equal(insight.kvBytesPerToken, 65_536);
    const hover = hoverMarkdown(insight, {});
    assert.doesNotMatch(hover, /[Tt]raining/);
    assert.match(hover, /KV cache on all devices: 2\.00 GiB/);
  });

  it('takes batch and dtype of the settings', async () => {
    const subject = await subjectOf(llama, declared, { settings: { batch: 2, dtype: 'float32' } });
    assert.equal(insightOf('length', subject).at.kvCacheBytes, 16 * GiB);
    // Twice 32 KiB a token, for each of the two: without the batch the figures would not seem to fit together.
    assert.match(
      hoverMarkdown(insightOf('length', subject), {}),
      /KV cache: 16\.0 GiB for 2 sequences of n = 131,072 tokens, 64\.0 KiB a token in float32\./,
    );
  });

  it('says that a length beyond the learned positions is impossible', async () => {
    const subject = await subjectOf(readText('test/fixtures/configs/gpt2.json'), 'n_positions');
    assert.equal(insightOf('length', subject).limits.learnedPositions, 1024);
    const insight = insightOf('length', withValue(subject, 2048));
    const [first] = hoverMarkdown(insight, {}).split('\n');
    assert.match(first ?? '', /^- \*\*Not possible\.\*\* .*1,024 tokens only; n = 2,048/);
    assert.match(lensTitle(insight), /beyond the 1,024 positions$/);
  });

  it('reads a position table with padding as the model does', async () => {
    const subject = await subjectOf(readText('test/fixtures/configs/roberta-base.json'), declared);
    assert.equal(subject.field.value, 514);
    assert.equal(insightOf('length', subject).n, 512);
  });

  it('takes what an unset length amounts to, and a number that is no length', async () => {
    const subject = await subjectOf(llama, declared);
    for (const value of [undefined, -1, 0, 0.5, 1e30, Infinity, NaN]) {
      const unset = { ...subject, field: unsetField(subject, value) };
      const insight = insightOf('length', unset);
      assert.equal(insight.n, 131_072);
      assert.equal(insight.from, 'scenario');
    }
  });

  it('says nothing of a value that is being typed, and without a device no verdict', async () => {
    const subject = await subjectOf(llama, declared);
    const { field } = subject;
    assert.equal(fieldInsight({ ...subject, field: { ...field, state: 'unreadable' } }), undefined);
    const insight = insightOf('length', { reading: subject.reading, field, settings: {} });
    assert.deepEqual(insight.verdict, { fits: [] });
    assert.deepEqual(insight.times, {});
    assert.match(hoverMarkdown(insight, {}), /^- \*\*No verdict\.\*\* No device/);
    const unknown = insightOf('length', {
      ...subject,
      target: { name: 'GPU', memoryBytes: 0, how: 'detected' },
    });
    assert.match(hoverMarkdown(unknown, {}), /The memory of GPU is not known/);
    assert.match(hoverMarkdown(unknown, {}), /No time: nothing was measured, and the peak rates of GPU/);
  });

  it('has five lines at the most before the rule and finite figures, for any length', async () => {
    const names = ['gpt2', 'mistral-7b', 'qwen3-8b', 'bert-base'];
    const subjects = [
      await subjectOf(llama, declared),
      ...(await Promise.all(
        names.map(async (name) => {
          const { reading, fields } = await inspect(readText(`test/fixtures/configs/${name}.json`));
          assert.ok(reading);
          const path = fields.find(({ kind }) => kind === 'length')?.path ?? '';
          return { reading, field: fieldAt(fields, path), settings: {}, target };
        }),
      )),
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...subjects),
        fc.integer({ min: 1, max: MAX_SEARCHED_LENGTH }),
        fc.boolean(),
        (subject, n, hasTarget) => {
          const { target: device, ...rest } = withValue(subject, n);
          const insight = insightOf('length', { ...rest, ...(hasTarget && device && { target: device }) });
          const hover = hoverMarkdown(insight, {});
          assert.equal(insight.n, n);
          assert.doesNotMatch(hover, /NaN|Infinity|undefined|–/);
          assert.doesNotMatch(`${lensTitle(insight)} ${inlayText(insight)}`, /NaN|Infinity|undefined|–|\n/);
          const first = hover.split('\n\n---\n\n')[0] ?? '';
          assert.ok(first.split('\n').length <= 5);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('escapes what the config supplies, and links to commands alone', async () => {
    const subject = await subjectOf(llama, declared);
    const key = 'a*b*<img src=x>[x](http://example.org)`';
    const hover = hoverMarkdown(insightOf('length', { ...subject, field: { ...unsetField(subject), key } }), {
      profile: 'command:headroom.profileAttention?%5B%22a)b%22%5D)[y](http://example.org)',
      openPanel: 'https://example.org',
    });
    assert.match(hover, /a\\\*b\\\*\\<img src=x\\>\\\[x\\\]/);
    assert.doesNotMatch(hover, /(?<!\\)<img/);
    assert.match(hover, /\n\n\[Profile here\]\(command:headroom\.profileAttention\?[^()\s]*\)\n\n---\n/);
    assert.doesNotMatch(hover, /https:/);
  });
});
