import assert from 'node:assert/strict';
import { profileJson } from '../../src/cli/jsonReport';
import { parallelDegrees } from '../../src/cost/parallelDegrees';
import type { ModelSpec } from '../../src/model/modelSpec';
import { renderMarkdown } from '../../src/report/markdown';
import { parallelDegreesSection } from '../../src/report/parallelDegreesSection';
import type { Report } from '../../src/report/report';
import type { ReportSection } from '../../src/report/reportTable';
import { splitLimit } from '../../webview/model/splitLimit';
import { gptStyle } from '../fixtures/gptStyle';
import { mixtral8x7b } from '../fixtures/publishedModels';
import { report } from './cliReportFixture';

const scenario = { sequenceLength: 4096, batch: 1, dtype: 'bfloat16' } as const;
const GiB = 2 ** 30;
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

function sectionOf(model: ModelSpec, bytes: number, share?: Report['memoryShare']): ReportSection {
  return parallelDegreesSection(
    { model, scenario },
    { bytes, of: 'cuda (Test 24)', ...(share && { share }) },
  );
}

function cellsOf({ table }: ReportSection, split: string, devices: number): readonly string[] {
  const row = table?.rows.find(([title, count]) => title === split && count === String(devices));
  return row ?? assert.fail(`${split} × ${String(devices)}`);
}

const leadOf = ({ lead }: ReportSection): string => plain(lead.join('\n'));
const remarksOf = ({ remarks }: ReportSection): string => plain(remarks.join('\n'));

describe('the split over devices, as text', () => {
  const mixtral = mixtral8x7b();
  const { costs } = parallelDegrees(mixtral, scenario);
  const peakOf = (split: string, degree: number, what: 'inference' | 'training'): number =>
    costs.find((cost) => cost.split === split && cost.degree === degree)?.perDevice[what].peak ??
    assert.fail();

  it('says of each row what fits one device, whose memory it names', () => {
    const bytes = peakOf('tensor', 8, 'inference');
    const section = sectionOf(mixtral, bytes);
    assert.equal(section.table?.columns.at(-1)?.title, 'Fits the device');
    assert.equal(cellsOf(section, 'one device', 1).at(-1), 'neither');
    assert.equal(cellsOf(section, 'tensor and sequence parallel', 8).at(-1), 'inference only');
    assert.match(leadOf(section), /To fit is to need at most 1\d\.\d GiB, the memory of cuda \(Test 24\)\./);
    const roomy = sectionOf(mixtral, 2048 * GiB);
    assert.equal(cellsOf(roomy, 'one device', 1).at(-1), 'both');
    assert.match(leadOf(roomy), /No split is needed: one device holds inference \(\S+ GiB\) and training \(/);
    const served = sectionOf(mixtral, 2048 * GiB, { of: 0.01, key: 'gpu_memory_utilization' });
    assert.equal(cellsOf(served, 'one device', 1).at(-1), 'training only');
    assert.match(
      leadOf(served),
      /at most 20\.5 GiB for inference, of cuda \(Test 24\) \(1\.00 % of its memory, by gpu_memory_utilization\), and at most 2\.00 TiB for training/,
    );
  });

  it('names the smallest split that fits, or says that there is none', () => {
    assert.match(
      leadOf(sectionOf(mixtral, 70 * GiB)),
      /Smallest split that fits: for inference tensor and sequence parallel over 2 devices \(44\.1 GiB a device\); for training tensor and sequence parallel over 16 devices \(46\.2 GiB a device\)\./,
    );
    assert.match(
      leadOf(sectionOf(mixtral, 100 * GiB)),
      /for inference none is needed \(88\.3 GiB on one device\); for training tensor .* over 8 devices/,
    );
    assert.match(
      leadOf(sectionOf(mixtral, peakOf('tensor', 8, 'inference'))),
      /for training none of these alone over up to 64 devices \(at least \S+ GiB a device\)\./,
    );
    assert.match(
      leadOf(sectionOf(mixtral, GiB)),
      /No one way of splitting alone, over up to 64 devices, fits: inference needs at least \S+ GiB a device, training \S+ GiB\./,
    );
    assert.match(
      leadOf(sectionOf(gptStyle(512, 8, 2), peakOf('tensor', 8, 'inference'))),
      /No split is needed/,
    );
  });

  it('says nothing to fit where the memory is not known', () => {
    const section = sectionOf(mixtral, 0);
    assert.equal(section.table?.columns.length, 6);
    assert.ok(section.table.rows.every((row) => row.length === 6));
    assert.match(leadOf(section), /The memory of cuda \(Test 24\) is not known, so there is no verdict\./);
    assert.doesNotMatch(leadOf(section), /Smallest|No split|No one way/);
  });

  it('has a row for experts, and what it takes for granted, where there are experts', () => {
    assert.equal(cellsOf(sectionOf(mixtral, GiB), 'expert and data parallel', 8).length, 7);
    assert.match(remarksOf(sectionOf(mixtral, GiB)), /Expert parallel: k data-parallel replicas/);
    const dense = sectionOf(gptStyle(512, 8, 2), GiB);
    assert.doesNotMatch(JSON.stringify(dense), /expert/i);
  });

  it('tells in a sentence, and not in empty rows, what cannot be', () => {
    const falcon = sectionOf(gptStyle(4544, 71, 8), GiB);
    const rows = falcon.table?.rows ?? [];
    assert.ok(rows.length > 5);
    assert.ok(rows.every(([title]) => title !== 'tensor and sequence parallel'));
    assert.ok(rows.every((row) => !row.includes('–')));
    assert.match(
      remarksOf(falcon),
      /No tensor and sequence parallel split over any power of two up to 64 devices: Tensor degree 2 does not divide the 71 heads\.$/,
    );
    const shallow = sectionOf(gptStyle(512, 8, 2), GiB);
    assert.equal(cellsOf(shallow, 'pipeline parallel', 2).length, 7);
    assert.match(remarksOf(shallow), /\nPipeline degree 8 is more than the 2 layers\.$/);
  });

  it('is in the Markdown of a report, for its device', () => {
    const bytes = report.device?.memoryBytes ?? assert.fail();
    assert.ok(bytes > 0);
    const text = plain(renderMarkdown(report));
    assert.match(text, /\| Fits the device \|/);
    assert.match(text, /No split is needed: one device holds inference/);
  });
});

describe('the split over devices, as JSON', () => {
  const model = mixtral8x7b();
  const asked: Report = { ...report, model, scenario };
  const device = report.device ?? assert.fail();

  it('has every degree that was tried, whether it fits, and the smallest that does', () => {
    const { costs } = parallelDegrees(model, scenario);
    const limit = 70 * GiB;
    const { split } = profileJson({ ...asked, device: { ...device, memoryBytes: limit } });
    assert.deepEqual([split.inferenceLimit, split.trainingLimit], [limit, limit]);
    assert.deepEqual(split.smallestForInference, {
      split: 'tensor',
      devices: 2,
      peak: costs.find((cost) => cost.split === 'tensor' && cost.degree === 2)?.perDevice.inference.peak,
    });
    assert.deepEqual([split.smallestForTraining?.split, split.smallestForTraining?.devices], ['tensor', 16]);
    assert.equal(split.degrees.length, costs.length);
    assert.deepEqual(split.degrees[0], {
      split: null,
      devices: 1,
      prefillFlops: costs[0]?.perDevice.flops.prefill,
      kvCache: costs[0]?.perDevice.inference.kvCache,
      inferencePeak: costs[0]?.perDevice.inference.peak,
      trainingPeak: costs[0]?.perDevice.training.peak,
      inferenceFits: false,
      trainingFits: false,
    });
    const expert = split.degrees.filter((each) => each.split === 'expert').map(({ devices }) => devices);
    assert.deepEqual(expert, [2, 4, 8]);
    const four = split.degrees.find((each) => each.split === 'tensor' && each.devices === 4);
    assert.deepEqual([four?.inferenceFits, four?.trainingFits], [true, false]);
    assert.deepEqual(split.impossible, []);
  });

  it('bounds inference by what a server may take', () => {
    const { split } = profileJson({
      ...asked,
      device: { ...device, memoryBytes: 200 * GiB },
      memoryShare: { of: 0.5, key: 'x' },
    });
    assert.deepEqual([split.inferenceLimit, split.trainingLimit], [100 * GiB, 200 * GiB]);
  });

  it('is null in what asks for a memory, where that is not known or where nothing fits', () => {
    const { split } = profileJson({ ...asked, device: { ...device, memoryBytes: 0 } });
    assert.deepEqual(
      [split.inferenceLimit, split.trainingLimit, split.smallestForInference],
      [null, null, null],
    );
    assert.deepEqual([split.degrees[0]?.inferenceFits, split.degrees[0]?.trainingFits], [null, null]);
    const none = profileJson({ ...asked, device: { ...device, memoryBytes: GiB } }).split;
    assert.deepEqual([none.smallestForInference, none.smallestForTraining], [null, null]);
    assert.equal(none.degrees[0]?.trainingFits, false);
  });

  it('says why a split has no degree at all', () => {
    const { split } = profileJson({ ...asked, model: gptStyle(4544, 71, 8) });
    assert.deepEqual(split.impossible, [
      { split: 'tensor', reason: 'Tensor degree 2 does not divide the 71 heads.' },
    ]);
  });
});

describe('the memory that the panel’s split is about', () => {
  const device = { ...(report.device ?? assert.fail()), name: 'Test 24', memoryBytes: 24 * GiB };
  const planned = { name: 'Test 80', memoryBytes: 80 * GiB };
  const memoryShare = { of: 0.5, key: 'gpu_memory_utilization' };

  it('is the planned device’s, or else the report’s', () => {
    assert.deepEqual(splitLimit({ device }, undefined), {
      bounds: { inference: 24 * GiB, training: 24 * GiB },
      of: 'Test 24',
    });
    assert.deepEqual(splitLimit({ device }, planned), {
      bounds: { inference: 80 * GiB, training: 80 * GiB },
      of: 'Test 80 (planned)',
    });
    const served = splitLimit({ device, memoryShare }, planned);
    assert.deepEqual(served.bounds, { inference: 40 * GiB, training: 80 * GiB });
    assert.match(served.of, /^Test 80 \(planned; 50\.0\s% of its memory, by gpu_memory_utilization\)$/);
  });

  it('is not known before there is a device, or where its memory is not', () => {
    assert.deepEqual(splitLimit({}, undefined), { of: 'the device' });
    assert.deepEqual(splitLimit({ device: { ...device, memoryBytes: 0 } }, undefined), { of: 'Test 24' });
  });
});
