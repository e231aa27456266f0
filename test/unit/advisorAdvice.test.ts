import assert from 'node:assert/strict';
import { advise, needsTraining } from '../../src/advisor/advice';
import { paretoFront } from '../../src/advisor/pareto';
import { rank } from '../../src/advisor/ranking';
import { dense } from '../../src/attention/dense';
import type { MechanismResult } from '../../src/report/report';

interface Options {
  readonly exact?: boolean;
  readonly bytes?: number;
  readonly modelPeakBytes?: number;
  readonly adoption?: MechanismResult['adoption'];
}

const code = {
  kind: 'code',
  language: 'python',
  code: 'pass',
  needsRetraining: true,
  reason: 'a test',
} as const;
const GiB = 2 ** 30;

/** A mechanism that takes `ms` at 4096 tokens, measured within 1 %. */
function result(id: string, ms: number | undefined, options: Options = {}): MechanismResult {
  const { exact = false, bytes = 1e6, modelPeakBytes, adoption = code } = options;
  return {
    id,
    title: id,
    family: 'window',
    paper: dense.paper,
    parameters: {},
    exact,
    causal: 'both',
    current: id === 'dense',
    points: [],
    projection:
      ms === undefined ? [] : [{ n: 4096, ms, low: ms * 0.99, high: ms * 1.01, measured: true, bytes }],
    adoption,
    ...(modelPeakBytes === undefined ? {} : { modelPeakBytes }),
  };
}

/** The same, projected from one length within a factor of `factor`. */
function fromOne(id: string, ms: number, factor: number, options: Options = {}): MechanismResult {
  const known = result(id, ms, options);
  return {
    ...known,
    projection: known.projection.map((point) => ({
      ...point,
      low: ms / factor,
      high: ms * factor,
      measured: false,
      fromOneLength: true,
    })),
  };
}

const base = result('dense', 10, { exact: true });

function adviceFor(replacements: readonly MechanismResult[], peakBytes: number, limitBytes?: number) {
  const advice = advise({
    dense: base,
    replacements,
    sequenceLength: 4096,
    peakBytes,
    ...(limitBytes === undefined ? {} : { limitBytes }),
  });
  assert.ok(advice);
  return advice;
}

describe('advise', () => {
  it('keeps what the layers have where nothing is clearly faster and memory lasts', () => {
    const advice = adviceFor([result('slow', 12), result('even', 9.95)], GiB, 2 * GiB);
    assert.equal(advice.keep, true);
    assert.equal(advice.fastest, undefined);
    assert.match(
      advice.sentences.join(' '),
      /^Keep what these layers have: at n = 4,096 .*\(10\.0 ms measured\)\.$/,
    );
  });

  it('names the fastest that is clearly faster, and that its quality is unknown', () => {
    const advice = adviceFor(
      [result('good', 5), result('best', 2), result('no', 1, { adoption: { kind: 'none', reason: '' } })],
      GiB,
    );
    assert.equal(advice.keep, false);
    assert.equal(advice.fastest, 'best');
    assert.match(advice.sentences.join(' '), /best, 2\.00 ms measured .* unknown without weights\.$/);
    assert.match(
      adviceFor([result('flash', 5, { exact: true })], GiB).sentences.join(' '),
      /with the same result\.$/,
    );
  });

  it('calls what is projected from one length clearly faster only where its whole band is, and says what it is', () => {
    assert.equal(adviceFor([fromOne('guess', 2, 6)], GiB, 2 * GiB).keep, true);
    const advice = adviceFor([fromOne('guess', 2, 4)], GiB, 2 * GiB);
    assert.equal(advice.fastest, 'guess');
    assert.match(advice.sentences.join(' '), /guess, 2\.00 ms projected from one length a call against/);
    // A known 5 ms comes before a guess that may be 8.
    assert.equal(adviceFor([fromOne('guess', 2, 4), result('known', 5)], GiB, 2 * GiB).fastest, 'known');
  });

  it('names the cheapest that makes the length fit: exact before others, no training before training', () => {
    const key = { kind: 'config', edits: [], reason: 'a test' } as const;
    const candidates = [
      result('fast but heavy', 1, { modelPeakBytes: 9 * GiB }),
      result('training', 2, { modelPeakBytes: 3 * GiB }),
      result('switch', 8, { modelPeakBytes: 3 * GiB, adoption: { ...key, needsRetraining: false } }),
    ];
    const advice = adviceFor(candidates, 8 * GiB, 4 * GiB);
    assert.equal(advice.keep, false);
    assert.equal(advice.cheapestThatFits, 'switch');
    assert.equal(advice.fastest, 'fast but heavy');
    assert.match(
      advice.sentences[0] ?? '',
      /^Cheapest that makes n = 4,096 fit: switch, .* 3\.00 GiB instead of 8\.00 GiB on 4\.00 GiB\.$/,
    );
  });

  it('says so where no replacement makes it fit, with the least peak', () => {
    const advice = adviceFor([result('window', 2, { modelPeakBytes: 6 * GiB })], 8 * GiB, 4 * GiB);
    assert.equal(advice.cheapestThatFits, undefined);
    assert.equal(advice.keep, false);
    assert.match(
      advice.sentences[0] ?? '',
      /^No replacement .* 8\.00 GiB, 6\.00 GiB at the least, on 4\.00 GiB\.$/,
    );
  });

  it('has nothing to say before dense attention has a time', () => {
    const subject = {
      dense: result('dense', undefined),
      replacements: [],
      sequenceLength: 4096,
      peakBytes: 1,
    };
    assert.equal(advise(subject), undefined);
  });

  it('counts what is not offered as asking for no training', () => {
    assert.equal(needsTraining({ kind: 'none', reason: '' }), false);
    assert.equal(needsTraining(code), true);
  });
});

describe('rank', () => {
  it('puts those with which the model fits first where a limit is given', () => {
    const results = [
      result('a', 1, { modelPeakBytes: 9 * GiB }),
      result('b', 5, { modelPeakBytes: GiB }),
      result('c', undefined),
    ];
    const ids = (limit?: number) => rank(results, 4096, limit).map(({ id }) => id);
    assert.deepEqual(ids(), ['a', 'b', 'c']);
    assert.deepEqual(ids(4 * GiB), ['b', 'a', 'c']);
  });
});

describe('paretoFront', () => {
  it('takes what is projected from one length at the upper end of its band', () => {
    const front = (factor: number): string[] => [
      ...paretoFront([result('known', 5, { bytes: 1e6 }), fromOne('guess', 2, factor, { bytes: 1e6 })], 4096),
    ];
    assert.deepEqual(front(2), ['guess']);
    assert.deepEqual(front(3), ['known']);
  });

  it('keeps what nothing else beats in time, memory and exactness', () => {
    const front = paretoFront(
      [
        result('dense', 10, { exact: true, bytes: 100 }),
        result('fast', 1, { bytes: 50 }),
        result('small', 4, { bytes: 10 }),
        result('beaten', 5, { bytes: 60 }),
        result('exact and slower', 11, { exact: true, bytes: 100 }),
        result('waiting', undefined),
      ],
      4096,
    );
    assert.deepEqual([...front], ['dense', 'fast', 'small']);
  });

  it('lets an exact one beat an approximation, never the other way', () => {
    const both = [result('dense', 10, { exact: true, bytes: 10 }), result('worse', 10, { bytes: 10 })];
    assert.deepEqual([...paretoFront(both, 4096)], ['dense']);
  });
});
