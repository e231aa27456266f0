import assert from 'node:assert/strict';
import { compare, rank } from '../../src/advisor/ranking';
import { fitScaling, project } from '../../src/advisor/scaling';
import { denseFlops } from '../../src/attention/maskFlops';
import type { ModelSpec } from '../../src/model/modelSpec';
import { measuredDifferently } from '../../src/report/measuredDifferently';
import { denseSections, denseTitle, projectionSection } from '../../src/report/measurementSections';
import { replacementSection } from '../../src/report/replacementSection';
import type { LayerKindResult, MeasuredPoint, MechanismResult, Report } from '../../src/report/report';
import { replacementRows } from '../../webview/model/replacementRows';
import { timeCurves } from '../../webview/model/timeCurves';
import { samplePoint } from '../fixtures/eventSamples';
import { sampleReport } from '../fixtures/sampleReport';

const ASKED = 2048;
const [sampleKind] = sampleReport().layerKinds;
assert.ok(sampleKind);
const { shape } = sampleKind;
const citation = { authors: 'A', year: 2020, title: 'T', arxiv: '0000.00000' };

/** A window's FLOPs are in proportion to n; all made up. */
function flopsOf({ id }: Pick<MechanismResult, 'id'>, n: number): number {
  return id === 'dense' ? denseFlops({ ...shape, n }) : 1e6 * n;
}

function mechanism(
  id: string,
  times: Readonly<Record<number, number>>,
  more: Partial<MechanismResult> = {},
): MechanismResult {
  const points = Object.entries(times).map(([n, ms]): MeasuredPoint => ({
    ...samplePoint(Number(n), ms),
    flops: flopsOf({ id }, Number(n)),
  }));
  const fit = fitScaling(points.map(({ n, flops, timing }) => ({ n, flops, ms: timing?.medianMs ?? NaN })));
  const lengths = [...new Set([...points.map(({ n }) => n), ASKED])];
  return {
    id,
    title: id,
    family: id === 'dense' ? 'exact' : 'linear',
    paper: citation,
    parameters: {},
    exact: id === 'dense',
    causal: 'both',
    current: id === 'dense',
    points,
    ...(fit && { fit }),
    projection: project(fit, points, lengths, (n) => ({ flops: flopsOf({ id }, n), bytes: n })),
    adoption: { kind: 'none', reason: 'A test.' },
    ...more,
  };
}

function kindOf(
  dense: MechanismResult,
  others: readonly MechanismResult[],
  more: Partial<LayerKindResult> = {},
): LayerKindResult {
  const compared = others.map((other) => {
    const comparison = compare(dense, other, ASKED, flopsOf);
    return comparison === undefined ? other : { ...other, comparison };
  });
  return {
    name: 'full_attention',
    layers: 2,
    shape,
    dense,
    replacements: rank(compared, ASKED, undefined, dense),
    ...more,
  };
}

const report: Report = {
  ...sampleReport(),
  scenario: { sequenceLength: ASKED, batch: 1, dtype: 'bfloat16' },
};
const dense = mechanism('dense', { 64: 1, 256: 2.5, 512: 11 });

function textOf(kind: LayerKindResult, of: Report = report): string {
  const { lead, remarks } = replacementSection(kind, of);
  return [...lead, ...remarks].join('\n');
}

function rowsOf(kind: LayerKindResult): Record<string, string>[] {
  const { table } = replacementSection(kind, report);
  assert.ok(table);
  const titles = table.columns.map(({ title }) => title);
  return table.rows.map((row) => Object.fromEntries(row.map((cell, index) => [titles[index] ?? '', cell])));
}

describe('replacement section', () => {
  it('says beside each median at which n it is, and what dense takes there', () => {
    const kind = kindOf(dense, [mechanism('short', { 64: 0.2 }), mechanism('long', { 256: 1.2 })]);
    assert.deepEqual(
      rowsOf(kind)
        .map((row) => [row['Mechanism'], row['Median (ms)'], row['At n']])
        .sort(([a = ''], [b = '']) => a.localeCompare(b)),
      [
        ['dense', '11.0', '512'],
        ['long', '1.20', '256'],
        ['short', '0.200', '64'],
      ],
    );
    assert.match(textOf(kind), /Speed-up: against dense at the same n, which is in the column 'At n'/);
    assert.match(textOf(kind), /At n = 64: 200 µs against 1\.00 ms of dense, measured\./);
    const panel = JSON.stringify(replacementRows(kind, { sequenceLength: ASKED }, []));
    assert.match(panel, /"200 µs","notes":\["at n.=.64",/);
    assert.match(panel, /dense: 1\.00 ms/);
  });

  it('names precision and device of the times, and what peak memory leaves out', () => {
    const text = textOf(kindOf(dense, [mechanism('a', { 256: 1 })]));
    assert.match(text, /one call of one layer in float32 on cpu\./);
    assert.match(text, /Peak memory: .*inputs and outputs not counted/);
  });

  it('gives no break-even where the fits and the measured lengths disagree, and says so', () => {
    // Slower at 512, although the fits cross before it.
    const odd = mechanism('odd', { 64: 0.2, 256: 1.4, 512: 12 });
    const kind = kindOf(dense, [{ ...odd, fit: { constant: 0, linear: 0, perGflop: 0.5, pointsUsed: 3 } }]);
    assert.equal(kind.replacements[0]?.comparison?.fitsDisagree, true);
    assert.match(
      textOf(kind),
      /disagree on a break-even, so none is given; measured faster at n = 64, 256, slower at n = 512\./,
    );
    assert.doesNotMatch(textOf(kind), /Faster than dense from|By the fits it is faster/);
    assert.equal(rowsOf(kind)[1]?.['Break-even n'], '–');
    const [, row] = replacementRows(kind, { sequenceLength: ASKED }, []);
    assert.ok(row?.status === 'measured');
    assert.match(row.projected.notes.join(), /no break-even|no clear difference/);
    assert.match(row.reason, /disagree on a break-even, so none is given/);
  });

  it('compares with what the layers have now as well, and holds a slower one for no gain', () => {
    const bare = { ...dense, current: false };
    const now = mechanism('now', { 512: 2 }, { current: true });
    const kind = kindOf(bare, [mechanism('slower', { 512: 5 }), mechanism('faster', { 512: 1 }), now]);
    assert.match(
      textOf(kind),
      /2\.50× slower than what these layers have now \(now\) at n = 512, measured: no gain/,
    );
    assert.match(
      textOf(kind),
      /2\.00× faster than what these layers have now \(now\) at n = 512, measured\./,
    );
    assert.doesNotMatch(textOf(kind), /own pattern was not measured/);
    const panel = JSON.stringify(replacementRows(kind, { sequenceLength: ASKED }, []));
    assert.match(panel, /0\.40× as fast as now: no gain"/);
    assert.match(panel, /2\.00× as fast as now"/);
  });

  it('calls what dense attention lacks by its name, a window or a pattern', () => {
    const bare = { ...dense, current: false };
    const named = (id: string | undefined, window?: number): string => {
      const present = id === undefined ? [] : [mechanism(id, { 512: 2 }, { current: true })];
      const kind = kindOf(bare, [...present, mechanism('a', { 512: 3 })], { ...(window && { window }) });
      return [denseTitle(kind), projectionSection(kind).title, textOf(kind)].join('\n');
    };
    const windowed = named('sliding-window', 512);
    assert.match(
      windowed,
      /Dense attention, for comparison: without the window\n.*dense without the window, /,
    );
    assert.doesNotMatch(windowed, /pattern/);
    for (const other of [named('bigbird'), named('global-window', 512)]) {
      assert.doesNotMatch(other, /without the window/);
      assert.match(other, /against dense attention without the pattern of these layers at the same n/);
      assert.doesNotMatch(other, /own pattern was not measured/);
    }
    assert.match(
      named(undefined),
      /own pattern was not measured: dense attention is the rival here, not what they cost now/,
    );
  });

  it('says by what it orders where nothing is known at the asked length', () => {
    const without = (id: string, ms: number): MechanismResult => ({
      ...mechanism(id, { 256: ms }),
      projection: [],
    });
    const kind = kindOf(dense, [without('a', 2), without('b', 1)]);
    assert.deepEqual(
      kind.replacements.map(({ id }) => id),
      ['b', 'a'],
    );
    assert.match(textOf(kind), /No time at n = 2,048 is known: .* measured speed-up at n = 256\./);
    assert.doesNotMatch(textOf(kindOf(dense, [mechanism('a', { 256: 2 })])), /rows are ordered by/);
  });

  it('says by what else it orders where a slower one comes before a faster one', () => {
    const at = (id: string, ms: number): MechanismResult => ({
      ...mechanism(id, { 256: 1 }),
      projection: [{ n: ASKED, ms, low: ms, high: ms, bytes: 1, measured: false }],
    });
    const kind = kindOf(dense, []);
    const [quick, slow] = [at('a', 10), at('b', 20)];
    const why = /Ranked by the time at n = 2,048, but those with which the model fits come first/;
    assert.doesNotMatch(textOf({ ...kind, replacements: [quick, slow] }), why);
    assert.match(textOf({ ...kind, replacements: [slow, quick] }), why);
  });

  it('is about the length of the layers where that does not follow the question', () => {
    const [stack] = report.model.stacks;
    assert.ok(stack);
    const model: ModelSpec = { ...report.model, stacks: [{ ...stack, tokens: 1500 }] };
    const { table } = replacementSection(kindOf(dense, [mechanism('a', { 256: 2 })]), { ...report, model });
    assert.ok(table?.columns.some(({ title }) => title === 'At n = 1,500'));
  });

  it('cites a paper once, and says once where the snippets are', () => {
    const quality = {
      text: 'Long Range Arena average 50.0 (Tay et al. 2020, table 1).',
      source: { ...citation, authors: 'Tay et al.' },
    };
    const code = { kind: 'code', language: 'python', code: '', needsRetraining: true, reason: 'R.' } as const;
    const more = { quality, adoption: code };
    const text = textOf(kindOf(dense, [mechanism('a', { 256: 2 }, more), mechanism('b', { 256: 1 }, more)]));
    assert.equal(text.match(/Tay et al/g)?.length, 2);
    assert.match(text, /table 1\)\. \(arXiv 0000\.00000\)/);
    assert.equal(text.match(/adoptionCode/g)?.length, 1);
  });

  it('gives the break-even once', () => {
    const slow = mechanism('slow', { 64: 2, 256: 4, 512: 12 });
    const [, , , ...reasons] = textOf(kindOf(dense, [slow])).split('\n');
    assert.ok((reasons.join('').match(/Faster than dense from|pays/g)?.length ?? 0) <= 1);
    assert.doesNotMatch(reasons.join(''), /Keep dense attention at n = 512/);
  });
});

describe('times of one run', () => {
  const once = { ...samplePoint(512, 11) };
  assert.ok(once.timing);
  const timing = { ...once.timing, lowMs: 11, highMs: 11, interval: 'range', repetitions: 1 } as const;
  const single = { ...mechanism('dense', { 512: 11 }), points: [{ ...once, timing }] };
  const kind = kindOf(single, []);

  it('have no interval in the tables', () => {
    const [section] = denseSections(kind, undefined);
    assert.deepEqual(section?.table?.rows[0]?.slice(1, 5), ['11.0', '1 run', '–', '1 run']);
    const row = projectionSection(kind).table?.rows.find((cells) => cells[0] === '512');
    assert.deepEqual(row?.slice(1, 4), ['11.0 ms', '1 run', '–']);
  });
});

describe('a length of dense that was measured beside decode', () => {
  it('is a measured point of its curve', () => {
    const projection = dense.projection.map((point) =>
      point.n === ASKED ? { n: ASKED, ms: 150, low: 140, high: 160, measured: true, bytes: 1 } : point,
    );
    const [curve] = timeCurves(kindOf({ ...dense, projection }, []));
    assert.deepEqual(curve?.measured.at(-1), { n: ASKED, ms: 150, low: 140, high: 160 });
  });
});

describe('measuredDifferently', () => {
  const withPattern = (pattern: NonNullable<LayerPattern>): string => {
    const [stack] = report.model.stacks;
    const [kind] = stack?.layerKinds ?? [];
    assert.ok(stack && kind?.attention);
    const attention = { ...kind.attention, causal: false, pattern };
    const model = { stacks: [{ ...stack, layerKinds: [{ ...kind, attention }] }] };
    return measuredDifferently(model).join(' ');
  };

  it('speaks of a pattern only where nothing here computes it', () => {
    assert.match(
      withPattern({ kind: 'chunk', chunk: 64, before: 1, after: 0 }),
      /sparse pattern of its own \(chunk\), which is estimated, not measured: dense attention is the rival/,
    );
    const block = { kind: 'block', block: 64, local: 3, random: 3, global: 2 } as const;
    assert.doesNotMatch(withPattern(block), /pattern of its own/);
  });
});

type LayerPattern = NonNullable<ModelSpec['stacks'][number]['layerKinds'][number]['attention']>['pattern'];
