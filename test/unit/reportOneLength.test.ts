import assert from 'node:assert/strict';
import { dense } from '../../src/attention/dense';
import {
  resolveParameters,
  type AttentionMechanism,
  type AttentionShape,
} from '../../src/attention/mechanism';
import { replacements } from '../../src/attention/registry';
import { profileJson } from '../../src/cli/jsonReport';
import { terminalText } from '../../src/cli/terminalText';
import { renderMarkdown } from '../../src/report/markdown';
import type { MechanismResult, ProjectionPoint, Report } from '../../src/report/report';
import { ReportBuilder } from '../../src/report/reportBuilder';
import { reportSections } from '../../src/report/reportSections';
import { replacementRows } from '../../webview/model/replacementRows';
import { scatterPoints } from '../../webview/model/scatterPoints';
import { isFromOneLength, timeCurves } from '../../webview/model/timeCurves';
import { sampleDevice, samplePoint } from '../fixtures/eventSamples';
import { gptStyle } from '../fixtures/gptStyle';
import { profileJob } from '../fixtures/profileJob';

const ASKED = 4096;
const shape: AttentionShape = {
  batch: 1,
  heads: 4,
  kvHeads: 4,
  headDim: 16,
  n: ASKED,
  causal: true,
  dtype: 'float32',
};
const causal = replacements.filter(({ causal: masks }) => masks !== 'no');

/** A run in which dense attention has three lengths and every replacement those given; the rates are made up. */
function reportOf(lengths: readonly number[], denseLengths: readonly number[] = [256, 512, 1024]): Report {
  const builder = new ReportBuilder(
    profileJob({
      model: gptStyle(64, 4, 3),
      scenario: { sequenceLength: ASKED, batch: 1, dtype: 'bfloat16' },
    }),
    11,
  );
  builder.add({ type: 'device', device: sampleDevice });
  const add = (mechanism: AttentionMechanism, at: readonly number[], msPerFlop: number): void => {
    const parameters = resolveParameters(mechanism, shape);
    for (const n of at) {
      const flops = mechanism.flops({ ...shape, n }, parameters);
      const point = { ...samplePoint(n, flops * msPerFlop), flops };
      builder.add({
        type: 'point',
        layerKind: 'full_attention',
        mechanism: mechanism.id,
        parameters,
        point,
      });
    }
  };
  add(dense, denseLengths, 1e-6);
  for (const mechanism of causal) add(mechanism, lengths, 1.3e-6);
  builder.end({ state: 'complete' });
  return builder.report();
}

function resultsOf(report: Report): readonly MechanismResult[] {
  const [kind] = report.layerKinds;
  assert.ok(kind);
  return kind.replacements.filter(({ points }) => points.length > 0);
}

function askedPoint({ id, projection }: MechanismResult): ProjectionPoint {
  const point = projection.find(({ n }) => n === ASKED);
  assert.ok(point, id);
  return point;
}

function inText(report: Report): string {
  return terminalText(reportSections(report), { width: 2000, bold: (text) => text });
}

describe('times from one measured length', () => {
  const once = reportOf([256]);
  const thrice = reportOf([256, 512, 1024]);
  const lastOnly = reportOf([1024]);

  it('are projected for every mechanism, with a wider band than from three', () => {
    assert.equal(resultsOf(once).length, causal.length);
    const width = ({ low, high }: ProjectionPoint): number => high / low;
    const wide = new Map(resultsOf(lastOnly).map((result) => [result.id, width(askedPoint(result))]));
    for (const result of resultsOf(thrice)) {
      assert.ok((wide.get(result.id) ?? 0) > width(askedPoint(result)), result.id);
      assert.equal(askedPoint(result).fromOneLength, undefined);
    }
    for (const result of resultsOf(once)) assert.equal(askedPoint(result).fromOneLength, true);
  });

  it('say so in the text and in the Markdown, and nothing says so where there are three', () => {
    for (const text of [inText(once), renderMarkdown(once)]) {
      assert.match(text, /ms projected from one length/);
      assert.match(text, /Projected from one length: the time budget reached one length of the mechanism/);
      assert.match(text, /Projected at n = 4,096 from one measured length: /);
      assert.match(text, /Faster than dense from n = [\d,]+ tokens \(from one measured length; /);
    }
    for (const text of [inText(thrice), renderMarkdown(thrice)])
      assert.doesNotMatch(text, /one (measured )?length/);
  });

  it('say so in the panel: rows, scatter and curves', () => {
    const [kind] = once.layerKinds;
    assert.ok(kind);
    for (const row of replacementRows(kind, { sequenceLength: ASKED }, [])) {
      if (row.status !== 'measured' || row.rank === 'rival') continue;
      assert.match(row.projected.notes.join(), /projected from one length, band /);
      assert.match(row.facts.join(), /in proportion to the FLOPs: how the time grows was not measured/);
      assert.doesNotMatch(row.projected.notes.join(), /by the fits|error of the fits/);
    }
    const [rival, ...others] = scatterPoints(kind, ASKED);
    assert.equal(rival?.fromOneLength, undefined);
    assert.ok(others.every(({ fromOneLength }) => fromOneLength === true));
    const [denseCurve, ...curves] = timeCurves(kind);
    assert.ok(denseCurve && !isFromOneLength(denseCurve));
    assert.ok(curves.length > 0 && curves.every(isFromOneLength));
  });

  it('have one point in the JSON, beside what is projected from it', () => {
    const measured = profileJson(once).replacements.filter(({ n }) => n !== null);
    assert.equal(measured.length, causal.length);
    for (const { points, projection, reason } of measured) {
      assert.deepEqual(
        points.map(({ n }) => n),
        [256],
      );
      assert.ok(projection.some((point) => point.n === ASKED && !point.measured));
      assert.match(reason ?? '', /from one measured length/);
    }
  });

  it('tell that dense attention itself has no more', () => {
    const text = inText(reportOf([256], [256]));
    assert.match(text, /Projected from one measured length, t\(n\) = c·FLOPs\(n\)/);
    assert.match(
      text,
      /[Dd]ense attention \(kernel some\).* projected from n = 256 alone|nothing that was run here is clearly faster/,
    );
  });

  it('leave the break-even open where the FLOPs grow as those of dense attention', () => {
    const shared = resultsOf(once).find(({ id }) => id === 'grouped-query');
    assert.equal(shared?.comparison?.breakEven, undefined);
    assert.equal(shared?.comparison?.fromOneLength, true);
    assert.match(
      inText(once),
      /One measured length does not tell from which one on it is faster than dense\./,
    );
  });
});
