import assert from 'node:assert/strict';
import { summariseTrace, traceGap } from '../../src/engine/decompose';
import { parseTrace, type Trace } from '../../src/engine/runtime/trace';
import type { AttentionShape } from '../../src/attention/mechanism';
import { parseStageNodeName, stageNodeName, stages } from '../../src/attention/decomposed';

const run = (ts: number, dur: number): object => ({
  cat: 'Session',
  pid: 1,
  name: 'model_run',
  ts,
  dur,
  args: {},
});
const node = (name: string, ts: number, dur: number, args: object = {}): object => ({
  cat: 'Node',
  pid: 1,
  name: `${name}_kernel_time`,
  ts,
  dur,
  args,
});
const api = (name: string, ts: number, dur: number): object => ({
  cat: 'Api',
  pid: 1,
  name,
  ts,
  dur,
  args: {},
});

describe('parseTrace', () => {
  it('reads node times of each run on cpu, in milliseconds, and the highest peak', () => {
    const trace = parseTrace(
      JSON.stringify([
        { cat: 'Session', name: 'model_loading_array', ts: 1, dur: 50, args: {} },
        { cat: 'Session', name: 'session_initialization', ts: 60, dur: 30, args: {} },
        node('layer/head0/qk', 110, 1500, { mem_in_use_peak: '4096', op_name: 'MatMul' }),
        { cat: 'Node', name: 'layer/head0/qk_fence_before', ts: 100, dur: 1, args: {} },
        node('layer/head0/pv', 1700, 250, { mem_in_use_peak: '8192' }),
        run(100, 2000),
        node('layer/head0/qk', 3010, 1250, { mem_in_use_peak: '6000' }),
        run(3000, 1900),
      ]),
    );
    assert.deepEqual(trace, {
      runs: [
        [
          { node: 'layer/head0/qk', durationMs: 1.5 },
          { node: 'layer/head0/pv', durationMs: 0.25 },
        ],
        [{ node: 'layer/head0/qk', durationMs: 1.25 }],
      ],
      clock: 'cpu',
      peakBytes: 8192,
    });
  });

  it("reads the device's kernels on webgpu, and not the host's enqueue times", () => {
    const trace = parseTrace(
      JSON.stringify([
        node('layer/head0/qk', 10, 7),
        node('layer/head1/qk', 20, 7),
        api('layer/head0/qk&MatMul&MatMul', 12, 300),
        api('layer/head0/softmax&Softmax&Softmax', 400, 90),
        api('layer/head1/qk&MatMul&Transpose', 500, 40),
        api('layer/head1/qk&MatMul&MatMul', 550, 310),
        api('Flush', 900, 5),
        run(5, 1000),
      ]),
    );
    assert.equal(trace.clock, 'gpu');
    assert.equal(trace.peakBytes, undefined);
    assert.deepEqual(trace.runs, [
      [
        { node: 'layer/head0/qk', durationMs: 0.3 },
        { node: 'layer/head0/softmax', durationMs: 0.09 },
        { node: 'layer/head1/qk', durationMs: 0.04 },
        { node: 'layer/head1/qk', durationMs: 0.31 },
      ],
    ]);
  });

  it('leaves out what happened in no run, and what is no event', () => {
    const trace = parseTrace(
      JSON.stringify([
        null,
        7,
        'text',
        {},
        { cat: 'Node', name: 'x_kernel_time' },
        node('early', 1, 1),
        run(10, 5),
      ]),
    );
    assert.deepEqual(trace, { runs: [[]], clock: 'cpu' });
  });

  it('throws a SyntaxError for a file that was cut off', () => {
    const whole = JSON.stringify([node('layer/head0/qk', 10, 7), run(5, 100)]);
    for (const length of [0, 1, 20, whole.length - 1]) {
      assert.throws(() => parseTrace(whole.slice(0, length)), SyntaxError);
    }
    assert.throws(() => parseTrace('{"traceEvents": []}'), SyntaxError);
  });
});

describe('stage names', () => {
  it('are read back as they were written', () => {
    for (const stage of stages) {
      assert.deepEqual(parseStageNodeName(stageNodeName(31, stage)), { head: 31, stage });
    }
  });

  it('are not seen in other nodes', () => {
    for (const name of [
      'layer/shared/scale',
      'layer/head/qk',
      'layer/head1/other',
      'x/layer/head1/qk',
      'layer/head1/qk/2',
      '',
    ]) {
      assert.equal(parseStageNodeName(name), undefined, name);
    }
  });
});

describe('summariseTrace', () => {
  const shape = {
    batch: 1,
    heads: 2,
    kvHeads: 2,
    headDim: 8,
    n: 64,
    causal: true,
    dtype: 'float32',
  } as const;
  const events = (scale: number): Trace['runs'][number] => [
    { node: 'layer/shared/scale', durationMs: 0.5 * scale },
    { node: 'layer/head0/qk', durationMs: 1 * scale },
    { node: 'layer/head0/mask', durationMs: 0.25 * scale },
    { node: 'layer/head0/softmax', durationMs: 2 * scale },
    { node: 'layer/head0/pv', durationMs: 3 * scale },
    { node: 'layer/head1/qk', durationMs: 2 * scale },
    // Two kernels of one node, as a GPU has them.
    { node: 'layer/head1/qk', durationMs: 2 * scale },
    { node: 'layer/head1/softmax', durationMs: 1 * scale },
    { node: 'layer/head1/pv', durationMs: 1 * scale },
  ];

  it('drops the first run and takes medians of the others, the mask counted with the softmax', () => {
    const summary = summariseTrace(
      { runs: [events(100), events(1), events(2), events(3)], clock: 'cpu' },
      shape,
    );
    assert.equal(summary.repetitions, 3);
    assert.equal(summary.clock, 'runtime profile, cpu');
    assert.deepEqual(summary.perHead, [
      { head: 0, qkMs: 2, softmaxMs: 4.5, pvMs: 6, spreadMs: 6.25 },
      { head: 1, qkMs: 8, softmaxMs: 2, pvMs: 2, spreadMs: 6 },
    ]);
    assert.equal(summary.totalMs, 24.5);
    assert.equal(summary.sharedMs, 1);
  });

  it('names the clock of a GPU', () => {
    assert.equal(
      summariseTrace({ runs: [events(1), events(1)], clock: 'gpu' }, shape).clock,
      'runtime profile, gpu',
    );
  });
});

describe('traceGap', () => {
  const shape: AttentionShape = {
    batch: 1,
    heads: 2,
    kvHeads: 1,
    headDim: 8,
    n: 16,
    causal: false,
    dtype: 'float32',
  };
  const events = [0, 1].flatMap((head) =>
    (['qk', 'softmax', 'pv'] as const).map((stage) => ({ node: stageNodeName(head, stage), durationMs: 1 })),
  );
  const trace = (clock: Trace['clock'], runs = [events, events]): Trace => ({ clock, runs });

  it('finds none where every stage of every head was timed on the device', () => {
    assert.equal(traceGap(trace('cpu'), shape, 'cpu'), undefined);
    assert.equal(traceGap(trace('gpu'), shape, 'webgpu'), undefined);
  });

  it('refuses host times of an asynchronous device', () => {
    assert.match(traceGap(trace('cpu'), shape, 'cuda') ?? '', /no device times for cuda/);
  });

  it('names a stage that a run lacks, rather than counting it as nothing', () => {
    const gap = traceGap(trace('cpu', [events, events.slice(0, -1)]), shape, 'cpu');
    assert.match(gap ?? '', /pv stage of head 1/);
  });
});
