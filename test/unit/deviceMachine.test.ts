import assert from 'node:assert/strict';
import { knownDevices } from '../../src/devices/deviceTable';
import { machineDevice, type MachineFacts } from '../../src/devices/machineDevice';
import { matchDevice } from '../../src/devices/matchDevice';
import { usableMemory } from '../../src/engine/thisHost';
import type { DeviceChoice } from '../../src/report/profileJob';

const GiB = 2 ** 30;
const devices = knownDevices();
const linux = {
  platform: 'linux',
  arch: 'x64',
  processor: 'AMD EPYC 9R14',
  memoryBytes: 64 * GiB,
} as const;
const h100 = { name: 'NVIDIA H100 80GB HBM3', vendor: 'NVIDIA Corporation', memoryBytes: 81_559 * 2 ** 20 };
const radeon = {
  name: 'Radeon RX 7900 XTX',
  vendor: 'Advanced Micro Devices, Inc. [AMD/ATI]',
  memoryBytes: 24 * GiB,
};

function machine(choice: DeviceChoice, facts: Partial<MachineFacts>) {
  return machineDevice(choice, { host: linux, graphics: [], learned: {}, ...facts }, devices);
}

describe('the device of this machine', () => {
  it('is the processor with the host’s memory until a GPU is known', () => {
    const { kind, name, memoryBytes, spec } = machine('auto', {});
    assert.deepEqual(
      { kind, name, memoryBytes, spec },
      { kind: 'processor', name: 'AMD EPYC 9R14', memoryBytes: 64 * GiB, spec: undefined },
    );
  });

  it('is the GPU that the driver names, with the memory that it counts and the rates of the table', () => {
    const { kind, memoryBytes, spec } = machine('auto', { graphics: [h100] });
    assert.equal(kind, 'gpu');
    assert.equal(memoryBytes, 81_559 * 2 ** 20);
    assert.equal(spec?.name, 'NVIDIA H100 SXM 80GB');
  });

  it('is what the provider asked for can drive', () => {
    const graphics = [h100, radeon];
    assert.equal(machine('cpu', { graphics }).kind, 'processor');
    assert.equal(machine('webgpu', { graphics: [radeon] }).name, radeon.name);
    assert.equal(machine('cuda', { graphics: [radeon] }).kind, 'processor', 'CUDA drives no Radeon');
    assert.equal(machine('cuda', { graphics: [radeon, h100] }).name, h100.name);
    assert.equal(machine('dml', { graphics }).kind, 'processor', 'DirectML is for Windows');
    assert.equal(machine('coreml', { graphics }).kind, 'processor', 'Core ML is for macOS');
    const windows = { ...linux, platform: 'win32' } as const;
    assert.equal(machine('dml', { host: windows, graphics }).name, h100.name);
    assert.equal(machine('cuda', { host: { ...linux, arch: 'arm64' }, graphics }).kind, 'processor');
  });

  it('is no virtual display and no GPU that borrows the host’s memory', () => {
    const graphics = [{ name: 'QXL paravirtual graphic card', vendor: 'Red Hat', memoryBytes: 64 * 2 ** 20 }];
    assert.equal(machine('auto', { graphics }).kind, 'processor');
  });

  it('is Apple’s GPU at once, with all of the machine’s memory', () => {
    const host = {
      platform: 'darwin',
      arch: 'arm64',
      processor: 'Apple M2 Max',
      memoryBytes: 64 * GiB,
    } as const;
    const { kind, memoryBytes, spec } = machine('auto', { host });
    assert.equal(kind, 'unified');
    assert.equal(memoryBytes, 64 * GiB);
    assert.equal(spec?.name, 'Apple M2 Max 64GB');
    assert.equal(machine('cpu', { host }).spec, undefined, 'the processor has none of the GPU’s rates');
    assert.equal(machine('cuda', { host }).kind, 'processor');
  });

  it('is what a profile ran on, whatever the system lists', () => {
    const cpu = { provider: 'cpu', name: 'AMD EPYC 9R14', memoryBytes: 64 * GiB };
    const fellBack = machine('auto', { graphics: [h100], learned: { auto: cpu } });
    assert.deepEqual([fellBack.kind, fellBack.ran], ['processor', true]);
    const other = machine('cuda', { graphics: [h100], learned: { auto: cpu } });
    assert.deepEqual([other.kind, other.ran], ['gpu', false], 'it ran under another setting');
    const gpu = {
      provider: 'webgpu',
      name: `${radeon.name} (the largest of 2 GPUs; webgpu may use another)`,
      memoryBytes: 24 * GiB,
    };
    const learned = machine('webgpu', { learned: { webgpu: gpu } });
    assert.equal(learned.kind, 'gpu');
    assert.equal(learned.spec?.name, 'AMD Radeon RX 7900 XTX');
    const shared = machine('webgpu', { learned: { webgpu: { ...gpu, memoryBytes: 256 * 2 ** 20 } } });
    assert.deepEqual([shared.kind, shared.memoryBytes], ['unified', 64 * GiB]);
    const unknown = machine('webgpu', { learned: { webgpu: { ...gpu, memoryBytes: 0 } } });
    assert.deepEqual([unknown.kind, unknown.memoryBytes], ['gpu', 0], 'unknown stays unknown');
  });
});

describe('matchDevice', () => {
  it('tells variants apart by the memory that the driver counts', () => {
    assert.equal(matchDevice('NVIDIA A100-SXM4', 40_960 * 2 ** 20, devices)?.name, 'NVIDIA A100 40GB');
    assert.equal(matchDevice('Apple M2 Max', 96 * GiB, devices)?.name, 'Apple M2 Max 96GB');
  });

  it('takes the product where the bus names the chip first', () => {
    assert.equal(matchDevice('AD102 [GeForce RTX 4090]', 24 * GiB, devices)?.name, 'NVIDIA GeForce RTX 4090');
  });

  it('takes the name without the remark that a report adds, in any language', () => {
    for (const remark of [' (the largest of 2 GPUs; webgpu may use another)', '（2 个 GPU 中最大的一个）']) {
      const match = matchDevice(`NVIDIA GeForce RTX 4090${remark}`, 24 * GiB, devices);
      assert.equal(match?.name, 'NVIDIA GeForce RTX 4090', remark);
    }
    const arc = matchDevice('Intel(R) Arc(TM) B580 Graphics', 12 * GiB, devices);
    assert.equal(arc?.name, 'Intel Arc B580');
  });

  it('gives no rates where the form is open or the memory is another', () => {
    assert.equal(matchDevice('NVIDIA H100', 80 * GiB, devices), undefined);
    assert.equal(matchDevice('NVIDIA GeForce RTX 4090', 16 * GiB, devices), undefined);
    assert.equal(matchDevice('Some card', 16 * GiB, devices), undefined);
    assert.equal(matchDevice(`${'['.repeat(50_000)}x`, 0, devices), undefined);
  });
});

describe('usableMemory', () => {
  it('is a container’s limit where there is one', () => {
    assert.equal(usableMemory(64 * GiB, 8 * GiB), 8 * GiB);
    assert.equal(usableMemory(64 * GiB, 0), 64 * GiB);
    assert.equal(usableMemory(64 * GiB, 2 ** 64), 64 * GiB);
  });
});
