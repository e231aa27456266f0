import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findDevice, knownDevices } from '../../src/devices/deviceTable';
import { parseDeviceSetting } from '../../src/devices/parseDeviceSetting';

describe('findDevice', () => {
  // As runtimes and clouds write them.
  const named: readonly (readonly [text: string, id: string])[] = [
    ['NVIDIA H100 80GB HBM3', 'nvidia-h100-sxm-80gb'],
    ['NVIDIA H100 PCIe', 'nvidia-h100-pcie-80gb'],
    ['NVIDIA H100 NVL', 'nvidia-h100-nvl'],
    ['H100 SXM5', 'nvidia-h100-sxm-80gb'],
    ['NVIDIA H200', 'nvidia-h200-sxm'],
    ['NVIDIA H200 NVL', 'nvidia-h200-nvl'],
    ['NVIDIA GH200 480GB', 'nvidia-gh200-96gb'],
    ['NVIDIA GH200 144G HBM3e', 'nvidia-gh200-144gb'],
    ['NVIDIA B300 SXM6 AC', 'nvidia-b300'],
    ['NVIDIA A100-SXM4-40GB', 'nvidia-a100-40gb'],
    ['NVIDIA A100-PCIE-40GB', 'nvidia-a100-40gb'],
    ['NVIDIA A100-SXM4-80GB', 'nvidia-a100-sxm-80gb'],
    ['NVIDIA A100 80GB PCIe', 'nvidia-a100-pcie-80gb'],
    ['Tesla V100-SXM2-16GB', 'nvidia-v100-sxm2-16gb'],
    ['Tesla V100S-PCIE-32GB', 'nvidia-v100s-pcie-32gb'],
    ['Tesla T4', 'nvidia-t4'],
    ['Tesla P100-PCIE-16GB', 'nvidia-p100-pcie-16gb'],
    ['NVIDIA A10', 'nvidia-a10'],
    ['NVIDIA A10G', 'nvidia-a10g'],
    ['NVIDIA L40S', 'nvidia-l40s'],
    ['NVIDIA GeForce RTX 4090', 'nvidia-geforce-rtx-4090'],
    ['rtx4090', 'nvidia-geforce-rtx-4090'],
    ['RTX 3090Ti', 'nvidia-geforce-rtx-3090-ti'],
    ['NVIDIA GeForce RTX 4090 Laptop GPU', 'nvidia-rtx-4090-mobile'],
    ['NVIDIA RTX A6000', 'nvidia-rtx-a6000'],
    ['NVIDIA RTX 6000 Ada Generation', 'nvidia-rtx-6000-ada-generation'],
    ['Quadro RTX 6000', 'quadro-rtx-6000'],
    [
      'NVIDIA RTX PRO 6000 Blackwell Workstation Edition',
      'nvidia-rtx-pro-6000-blackwell-workstation-edition',
    ],
    ['AMD Instinct MI300X', 'amd-instinct-mi300x'],
    ['AMD Instinct MI300X OAM', 'amd-instinct-mi300x'],
    ['AMD Radeon RX 7900 XTX', 'amd-radeon-rx-7900-xtx'],
    ['Intel(R) Arc(TM) B580 Graphics', 'intel-arc-b580'],
    ['TPU v5 lite', 'google-tpu-v5e'],
    ['HL-225', 'intel-gaudi-2'],
    ['gaudi3', 'intel-gaudi-3'],
    ['Apple M2 Max 64 GB', 'apple-m2-max-64gb'],
    ['apple-m3-max-36gb', 'apple-m3-max-36gb'],
  ];
  for (const [text, id] of named) {
    it(`knows “${text}”`, () => {
      const match = findDevice(text);
      assert.equal(match.kind === 'found' ? match.device.id : match.kind, id);
    });
  }

  const open: readonly (readonly [text: string, candidates: number])[] = [
    ['NVIDIA A100', 3],
    ['A100 80GB', 2],
    ['NVIDIA H100', 2],
    ['NVIDIA GH200', 2],
    ['Apple M2 Max', 3],
    ['RTX 6000', 2],
    ['MI300', 2],
    ['NVIDIA GeForce RTX 3080', 2],
    ['NVIDIA GeForce RTX 3060', 2],
  ];
  for (const [text, count] of open) {
    it(`leaves “${text}” to the user`, () => {
      const match = findDevice(text);
      assert.equal(match.kind === 'ambiguous' ? match.candidates.length : match.kind, count);
    });
  }

  const strangers = [
    '',
    'GPU',
    'nvidia',
    '80GB',
    'NVIDIA H100 80GB HBM3 MIG 1g.10gb',
    'NVIDIA A100-SXM-64GB',
    'Tesla M4',
    'AMD H100 PCIe',
    'Apple M2 Max 65GB',
    'NVIDIA A10 24GB and another',
    'nvidia h100 pcie '.repeat(100_000),
  ];
  for (const text of strangers) {
    it(`does not guess at “${text.slice(0, 40)}”`, () => {
      assert.deepEqual(findDevice(text), { kind: 'unknown' });
    });
  }

  it('finds every device by its id and by its name', () => {
    for (const device of knownDevices()) {
      assert.deepEqual(findDevice(device.id), { kind: 'found', device });
      assert.deepEqual(findDevice(` ${device.name.toUpperCase()} `), { kind: 'found', device });
    }
  });

  it('finds a device of the user, also under the name of a built-in one', () => {
    const parsed = parseDeviceSetting({ name: 'NVIDIA T4', memoryGiB: 3 });
    assert.ok('device' in parsed);
    const devices = knownDevices([parsed.device]);
    assert.deepEqual(findDevice('nvidia t4', devices), { kind: 'found', device: parsed.device });
    assert.deepEqual(findDevice('user:NVIDIA T4', devices), { kind: 'found', device: parsed.device });
  });

  it('answers for any text', () => {
    const words = fc.constantFrom(
      'NVIDIA',
      'H100',
      '80',
      'GB',
      '80GB',
      'SXM',
      'g',
      '(R)',
      'rtx',
      '4090',
      'd',
      '-',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(words).map((list) => list.join(' ')),
    );
    fc.assert(
      fc.property(text, (name) => {
        const match = findDevice(name);
        if (match.kind === 'ambiguous') assert.ok(match.candidates.length > 1);
      }),
    );
  });
});
