import assert from 'node:assert/strict';
import { compareMeasured } from '../../src/comparison/compareMeasured';
import type {
  LayerKindResult,
  MeasuredPoint,
  MechanismResult,
  Report,
  Timing,
} from '../../src/report/report';
import { sampleReport, twoKindReport } from '../fixtures/sampleReport';

function timing(low: number, median: number, high: number): Timing {
  return {
    medianMs: median,
    lowMs: low,
    highMs: high,
    interval: 'confidence',
    minMs: low,
    repetitions: 9,
    converged: true,
  };
}

/** A profile whose only measurements are those of dense attention, by n. */
function timed(points: Readonly<Record<number, Timing | undefined>>): Report {
  const report = sampleReport();
  const [kind] = report.layerKinds;
  const [point] = kind?.dense.points ?? [];
  assert.ok(kind && point);
  const { timing: replaced, ...untimed } = point;
  assert.ok(replaced);
  const measured = Object.entries(points).map(([n, value]): MeasuredPoint => ({
    ...untimed,
    n: Number(n),
    ...(value && { timing: value }),
  }));
  return {
    ...report,
    layerKinds: [{ ...kind, dense: { ...kind.dense, points: measured }, replacements: [] }],
  };
}

function compare(a: Report, b: Report) {
  return compareMeasured({ name: 'old', report: a }, { name: 'new', report: b });
}

function rows(a: Report, b: Report): readonly (readonly string[])[] {
  return compare(a, b)[1]?.table?.rows ?? [];
}

describe('compareMeasured', () => {
  it('says which one is faster only where the bounds are apart', () => {
    const old = timed({
      64: timing(9, 10, 11),
      128: timing(9, 10, 11),
      256: timing(9, 10, 11),
      512: timing(9, 10, 11),
    });
    const fresh = timed({
      64: timing(4, 5, 6),
      128: timing(19, 20, 21),
      256: timing(6, 8, 9.5),
      512: timing(11, 12, 13),
    });
    assert.deepEqual(
      rows(old, fresh).map((row) => [row[1], row[2], row[4], row[6], row[7]]),
      [
        ['64', '10.0', '5.00', '0.50×', 'apart: new is faster'],
        ['128', '10.0', '20.0', '2.00×', 'apart: old is faster'],
        ['256', '10.0', '8.00', '0.80×', 'overlap'],
        // Bounds that touch share a value.
        ['512', '10.0', '12.0', '1.20×', 'overlap'],
      ],
    );
  });

  it('shows what only one has, in order of n, without a ratio', () => {
    const table = rows(
      timed({ 512: timing(1, 2, 3) }),
      timed({ 64: timing(1, 2, 3), 512: undefined, 2048: timing(1, 2, 3) }),
    );
    assert.deepEqual(
      table.map((row) => row.slice(1)),
      [
        ['64', '–', '–', '2.00', '1.00 – 3.00', '–', '–'],
        ['512', '2.00', '1.00 – 3.00', '–', '–', '–', '–'],
        ['2,048', '–', '–', '2.00', '1.00 – 3.00', '–', '–'],
      ],
    );
  });

  it('keeps mechanisms with other parameters apart', () => {
    const [kind] = sampleReport().layerKinds;
    const replacement = kind?.replacements.find(
      ({ points, parameters }) => points.length > 0 && Object.keys(parameters).length > 0,
    );
    assert.ok(kind && replacement);
    const [name] = Object.keys(replacement.parameters);
    assert.ok(name !== undefined);
    const variant = (value: number): MechanismResult => ({
      ...replacement,
      parameters: { ...replacement.parameters, [name]: value },
      points: replacement.points.slice(0, 1).map((point) => ({ ...point, timing: timing(1, 2, 3) })),
    });
    const withOne = (value: number): Report => {
      const only: LayerKindResult = {
        ...kind,
        dense: { ...kind.dense, points: [] },
        replacements: [variant(value)],
      };
      return { ...sampleReport(), layerKinds: [only] };
    };
    const same = rows(withOne(16), withOne(16));
    assert.equal(same.length, 1);
    assert.match(same[0]?.[0] ?? '', new RegExp(`${name} 16`));
    const apart = rows(withOne(16), withOne(32));
    assert.deepEqual(
      apart.map((row) => row[6]),
      ['–', '–'],
    );
  });

  it('names the devices and dtypes, and says where they differ', () => {
    const old = sampleReport();
    assert.ok(old.device);
    const other: Report = {
      ...old,
      device: { ...old.device, name: 'Some GPU', provider: 'cuda', precision: 'float16' },
    };
    const [devices] = compare(old, other);
    const cells = new Map(devices?.table?.rows.map(([title, ...values]) => [title, values]));
    assert.deepEqual(cells.get('Device'), [old.device.name, 'Some GPU']);
    assert.deepEqual(cells.get('Dtype of the measurements'), ['float32', 'float16']);
    assert.equal(devices?.remarks.length, 2);
    assert.deepEqual(compare(old, old)[0]?.remarks, []);
  });

  it('pairs layer kinds by name, then by order, and names those without a partner', () => {
    const two = twoKindReport();
    const names = two.layerKinds.map(({ name }) => name);
    const swapped: Report = { ...two, layerKinds: [...two.layerKinds].reverse() };
    assert.deepEqual(
      compare(two, swapped)
        .slice(1)
        .map(({ title }) => title),
      names.map((name) => `Measured times: ${name}`),
    );
    const one: Report = {
      ...two,
      layerKinds: two.layerKinds.slice(0, 1).map((kind) => ({ ...kind, name: 'other' })),
    };
    const sections = compare(two, one);
    assert.equal(sections[1]?.title, `Measured times: ${String(names[0])} and other`);
    assert.deepEqual(sections[0]?.remarks, [`Only old has measurements of ${String(names[1])}.`]);
  });

  it('says so where nothing was measured, or the calls differ in shape', () => {
    const nothing: Report = { ...sampleReport(), layerKinds: [] };
    assert.equal(compare(nothing, sampleReport()).length, 1);
    const empty = compare(timed({}), timed({}))[1];
    assert.equal(empty?.table, undefined);
    assert.deepEqual(empty?.remarks, ['Nothing was measured.']);
    const wide = timed({ 64: timing(1, 2, 3) });
    const batch: Report = {
      ...wide,
      layerKinds: wide.layerKinds.map((kind) => ({ ...kind, shape: { ...kind.shape, batch: 4 } })),
    };
    assert.match(compare(wide, batch)[1]?.remarks.at(-1) ?? '', /differ in shape/);
    assert.doesNotMatch(compare(wide, wide)[1]?.remarks.at(-1) ?? '', /differ in shape/);
  });
});
