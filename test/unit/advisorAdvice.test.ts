import assert from 'node:assert/strict';
import { advise, type MemorySubject } from '../../src/advisor/advice';
import { memoryAdvice } from '../../src/advisor/memoryAdvice';
import { needsTraining } from '../../src/advisor/needsTraining';
import { paretoFront } from '../../src/advisor/pareto';
import { rank } from '../../src/advisor/ranking';
import { dense } from '../../src/attention/dense';
import type { TrainingOptions } from '../../src/cost/estimate';
import { estimate } from '../../src/cost/estimateModel';
import { formatBytes } from '../../src/model/units';
import type { MechanismResult, MemoryAdvice } from '../../src/report/report';
import { unverifiedPoint } from '../fixtures/eventSamples';
import { llama1b } from '../fixtures/readFixture';

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

const options = { sequenceLength: 4096, batch: 1, dtype: 'bfloat16' } as const;
const model = llama1b();
const estimated = estimate(model, options);

/** The question about Llama's memory, with the peak of inference as it is and what may be taken of the device. */
function memoryOf(peakBytes: number, limitBytes: number, more: Partial<MemoryAdvice> = {}): MemorySubject {
  return {
    inference: { fits: peakBytes <= limitBytes, peakBytes, limitBytes, ...more },
    training: { fits: true, peakBytes: 1, limitBytes },
    estimate: estimated,
    owner: 'cpu (a processor)',
    served: 'cpu (a processor; 90.0 % of its memory, by key)',
  };
}

function adviceFor(replacements: readonly MechanismResult[], memory?: MemorySubject, rival = base) {
  const advice = advise({
    dense: rival,
    replacements,
    sequenceLength: 4096,
    dtype: 'float32',
    provider: 'cpu',
    isOver: true,
    ...(memory && { memory }),
  });
  assert.ok(advice);
  return advice;
}

const ample = memoryOf(GiB, 2 * GiB);
const float8: MemoryAdvice['cheapest'] = {
  changes: [{ setting: 'cacheDType', value: 'float8' }],
  peakBytes: 3.5 * GiB,
};

describe('advise', () => {
  it('keeps what the layers have where nothing is clearly faster and memory lasts', () => {
    const advice = adviceFor([result('slow', 12), result('even', 9.95)], ample);
    assert.equal(advice.keep, true);
    assert.equal(advice.fastest, undefined);
    const [memory, speed, ...rest] = advice.sentences;
    assert.equal(
      memory,
      'Inference at n = 4,096 with a batch of 1 fits on cpu (a processor; 90.0 % of its memory, by key): projected peak 1.00 GiB, 2.00 GiB available.',
    );
    assert.match(
      speed ?? '',
      /^Keep what these layers have: at n = 4,096 \(float32 on cpu\) .* 10\.0 ms \(9\.90 ms to 10\.1 ms\), measured\.$/,
    );
    assert.deepEqual(rest, []);
  });

  it('names the fastest that is clearly faster, with its parameters, and that its quality is unknown', () => {
    const best = { ...result('best', 2), parameters: { window: 256 } };
    const advice = adviceFor([
      result('good', 5),
      best,
      result('no', 1, { adoption: { kind: 'none', reason: '' } }),
    ]);
    assert.equal(advice.keep, false);
    assert.equal(advice.fastest, 'best');
    assert.match(
      advice.sentences.join(' '),
      /best \(window 256\), a call of one layer 2\.00 ms .* unknown without weights\.$/,
    );
    assert.match(
      adviceFor([result('flash', 5, { exact: true })]).sentences.join(' '),
      /The result stays the same\.$/,
    );
  });

  it('calls what is projected from one length clearly faster only where its whole band is, and else leaves it open', () => {
    const open = adviceFor([fromOne('guess', 2, 6)], ample);
    assert.deepEqual([open.fastest, open.keep], [undefined, false]);
    assert.match(
      open.sentences.join(' '),
      /nothing that was run here is clearly faster than what these layers/,
    );
    assert.match(open.sentences.join(' '), /By the middle of the projections it would be guess, 2\.00 ms/);
    // Neither a slower guess nor two measured intervals that overlap leave anything open.
    assert.equal(adviceFor([fromOne('guess', 11, 6)], ample).keep, true);
    assert.equal(adviceFor([result('close', 9.95)], ample).keep, true);
    const advice = adviceFor([fromOne('guess', 2, 4)], ample);
    assert.equal(advice.fastest, 'guess');
    assert.match(
      advice.sentences.join(' '),
      /guess, a call of one layer 2\.00 ms \(.* to 8\.00 ms\), projected from/,
    );
    // A known 5 ms comes before a guess that may be 8.
    assert.equal(adviceFor([fromOne('guess', 2, 4), result('known', 5)], ample).fastest, 'known');
  });

  it('names settings that leave the attention alone before any replacement', () => {
    const window = { ...result('window', 2, { modelPeakBytes: 3 * GiB }), parameters: { window: 256 } };
    const advice = adviceFor([window], memoryOf(8 * GiB, 4 * GiB, { cheapest: float8 }));
    const [verdict, settings, replacement] = advice.sentences;
    assert.match(
      verdict ?? '',
      /^Inference at n = 4,096 .* does not fit on .*: projected peak 8\.00 GiB, 4\.00 GiB available\.$/,
    );
    assert.equal(
      settings,
      'Cheapest change that makes it fit and leaves the attention as it is: KV cache in float8; projected inference peak 3.50 GiB. It asks for a runtime that quantizes the cached keys and values.',
    );
    assert.equal(
      replacement,
      'Cheapest replacement in these layers with which it fits: window (window 256); projected inference peak 3.00 GiB. It changes the result and needs retraining.',
    );
    assert.equal(advice.cheapestThatFits, 'window');
    assert.deepEqual(advice.inference?.cheapest, float8);
  });

  it('names the cheapest replacement: exact before others, no training before training', () => {
    const key = { kind: 'config', edits: [], reason: 'a test' } as const;
    const candidates = [
      result('fast but heavy', 1, { modelPeakBytes: 9 * GiB }),
      result('training', 2, { modelPeakBytes: 3 * GiB }),
      result('switch', 8, { modelPeakBytes: 3 * GiB, adoption: { ...key, needsRetraining: false } }),
    ];
    const advice = adviceFor(candidates, memoryOf(8 * GiB, 4 * GiB, { cheapest: float8 }));
    assert.equal(advice.keep, false);
    assert.equal(advice.cheapestThatFits, 'switch');
    assert.equal(advice.fastest, 'fast but heavy');
    assert.doesNotMatch(advice.sentences.join(' '), /with it: 9/);
    const heavy = { ...result('heavy', 1, { modelPeakBytes: 9 * GiB }), modelFits: false };
    assert.match(
      adviceFor([heavy], memoryOf(8 * GiB, 4 * GiB)).sentences.join(' '),
      /unknown without weights\. .* with it: 9\.00 GiB, which does not fit on this device\.$/,
    );
    // Of two that ask alike the faster one; what did not verify is not offered.
    const two = [result('b', 3, { modelPeakBytes: GiB }), result('a', 4, { modelPeakBytes: GiB })];
    const memory = memoryOf(8 * GiB, 4 * GiB);
    assert.equal(adviceFor(two, memory).cheapestThatFits, 'b');
    const wrong = { ...result('b', 3, { modelPeakBytes: GiB }), points: [unverifiedPoint(4096)] };
    assert.equal(adviceFor([wrong, result('a', 4, { modelPeakBytes: GiB })], memory).cheapestThatFits, 'a');
  });

  it('says so where neither settings nor a replacement makes it fit, with the least peaks', () => {
    const memory = memoryOf(8 * GiB, 4 * GiB, {
      least: { changes: [{ setting: 'weightFormat', value: 'nf4' }], peakBytes: 5 * GiB },
      longestWithLeast: 1000,
    });
    const advice = adviceFor([result('window', 2, { modelPeakBytes: 6 * GiB })], memory);
    assert.equal(advice.cheapestThatFits, undefined);
    assert.equal(advice.keep, false);
    assert.match(
      advice.sentences[1] ?? '',
      /^No settings .* even with weights stored as nf4, .* 5\.00 GiB\. With these .* n = 1,000 tokens \(projected\)\.$/,
    );
    assert.match(advice.sentences[2] ?? '', /^None of the replacements .* 6\.00 GiB, with window\.$/);
  });

  it('answers for memory without any time, and says that nothing was timed once the run is over', () => {
    const subject = {
      dense: result('dense', undefined),
      replacements: [result('window', undefined, { modelPeakBytes: GiB })],
      sequenceLength: 4096,
      dtype: 'float32',
      provider: 'cpu',
    } as const;
    assert.equal(advise({ ...subject, isOver: true }), undefined);
    const memory = memoryOf(8 * GiB, 4 * GiB, { cheapest: float8 });
    const running = advise({ ...subject, isOver: false, memory });
    assert.equal(running?.sentences.length, 3);
    assert.equal(running.keep, false);
    assert.equal(running.cheapestThatFits, 'window');
    const over = advise({ ...subject, isOver: true, memory });
    assert.match(
      over?.sentences.at(-1) ?? '',
      /^Dense attention has no time at n = 4,096 \(float32 on cpu\)/,
    );
  });

  it('names the settings once, with the first layers', () => {
    const memory = { ...memoryOf(8 * GiB, 4 * GiB, { cheapest: float8 }), settingsWith: 'full_attention' };
    const advice = adviceFor([], { ...memory, training: { ...memory.training, fits: false } });
    assert.match(advice.sentences[1] ?? '', /is said with the full_attention layers\.$/);
    assert.doesNotMatch(advice.sentences.join(' '), /float8|Training/);
  });

  it('says what makes training fit, or that nothing does, and what no attention changes', () => {
    const at = (limitBytes: number, recipe: Partial<TrainingOptions> = {}): string => {
      const training = memoryAdvice(
        model,
        { ...options, training: recipe },
        { inference: limitBytes, training: limitBytes },
        'training',
      );
      return adviceFor([], { ...ample, training }).sentences.at(-1) ?? '';
    };
    const { peak, weights, gradients, optimizer, logits } = estimated.perDevice.training;
    const unchanged = formatBytes(weights + gradients + optimizer + logits);
    const fitting = at(0.95 * peak);
    assert.match(
      fitting,
      /^Training at n = 4,096 with a micro-batch of 1 does not fit on cpu \(a processor\): .* recomputation/,
    );
    assert.ok(
      fitting.endsWith(
        `leaves the ${unchanged} of weights, gradients, optimizer state and logits nearly as they are.`,
      ),
    );
    assert.match(
      at(GiB),
      /No settings of this training .* even with full recomputation.* Even so no length fits, /,
    );
    assert.doesNotMatch(at(2 * peak), /Training/);
    assert.match(
      at(8 * GiB, { optimizer: 'sgd', recomputation: 'full' }),
      /\. Neither recomputation nor another .* No length fits\. What would fit instead: LoRA of rank 16 on all linear layers; projected peak \d\.\d\d GiB\. It asks for training adapters /,
    );
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
