import assert from 'node:assert/strict';
import { choicesOf, parseStoredDevices, storedDevices, withLearned } from '../../src/devices/learnedDevices';
import type { DeviceRecord } from '../../src/report/report';

const cpu: DeviceRecord = {
  provider: 'cpu',
  name: 'AMD EPYC 9R14',
  memoryBytes: 2 ** 36,
  freeMemoryBytes: 2 ** 35,
  tried: [attempt('cpu', true)],
  precision: 'float32',
  runtime: 'onnxruntime-node',
  platform: 'linux',
  threads: 2,
};

function attempt(provider: string, ok: boolean): DeviceRecord['tried'][number] {
  return { provider, ok, detail: '' };
}

describe('what a profile tells of the device', () => {
  const failed = ['cuda', 'dml', 'coreml', 'webgpu'].map((provider) => attempt(provider, false));
  const cases: readonly [what: string, record: DeviceRecord, choices: string[]][] = [
    ['the processor, asked for', cpu, ['cpu']],
    [
      'the processor, the last that auto tried',
      { ...cpu, tried: [...failed, attempt('cpu', true)] },
      ['auto'],
    ],
    [
      'the processor, instead of CUDA',
      { ...cpu, fallbackFrom: 'cuda', tried: [attempt('cuda', false), attempt('cpu', true)] },
      ['cuda'],
    ],
    ['CUDA', { ...cpu, provider: 'cuda', tried: [attempt('cuda', true)] }, ['cuda', 'auto']],
    ['WebGPU, asked for', { ...cpu, provider: 'webgpu', tried: [attempt('webgpu', true)] }, ['webgpu']],
    [
      'WebGPU, found by auto',
      { ...cpu, provider: 'webgpu', tried: [...failed.slice(0, 3), attempt('webgpu', true)] },
      ['auto'],
    ],
  ];
  for (const [what, record, choices] of cases) {
    it(`${what}: ${choices.join(' and ')}`, () => {
      assert.deepEqual(choicesOf(record), choices);
    });
  }

  it('is kept beside what is known, and newer news wins', () => {
    const gpu = { ...cpu, provider: 'webgpu', name: 'A GPU', tried: [attempt('webgpu', true)] };
    const known = withLearned(withLearned({}, cpu), gpu);
    assert.deepEqual(Object.keys(known), ['cpu', 'webgpu']);
    assert.equal(withLearned(known, { ...gpu, name: 'Another' }).webgpu?.name, 'Another');
  });

  it('is read back on the same machine only', () => {
    const known = withLearned({}, cpu);
    const stored: unknown = JSON.parse(JSON.stringify(storedDevices('here', known)));
    assert.deepEqual(parseStoredDevices(stored, 'here'), known);
    assert.deepEqual(parseStoredDevices(stored, 'there'), {});
  });

  it('is nothing where the storage holds anything else', () => {
    const bad = { provider: 'cpu', name: 'x', memoryBytes: -1 };
    for (const value of [undefined, null, 7, 'x', [], {}, { host: 'here', devices: { cpu: bad } }]) {
      assert.deepEqual(parseStoredDevices(value, 'here'), {});
    }
  });
});
