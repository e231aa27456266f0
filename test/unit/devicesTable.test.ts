import assert from 'node:assert/strict';
import type { DeviceSpec, Precision } from '../../src/devices/deviceSpec';
import { findDevice, knownDevices } from '../../src/devices/deviceTable';
import { packageDevices } from '../../src/devices/packageHardware';
import { devicesWithPeaks } from '../../src/devices/peaks';
import { planningOrder } from '../../src/devices/planningOrder';

const GiB = 2 ** 30;
const devices = knownDevices();

function device(id: string): DeviceSpec {
  const found = devices.find((candidate) => candidate.id === id);
  assert.ok(found, `no device ${id}`);
  return found;
}

describe('the device table', () => {
  it('holds data-sheet devices and those of the package, each id and name once', () => {
    assert.ok(devicesWithPeaks().length > 90);
    assert.ok(devices.length > devicesWithPeaks().length + 90);
    for (const key of ['id', 'name'] as const) {
      assert.equal(new Set(devices.map((entry) => entry[key].toLowerCase())).size, devices.length, key);
    }
  });

  it('has sane figures for every device', () => {
    for (const { name, memoryBytes, source, bandwidth } of devices) {
      assert.ok(memoryBytes >= 2 * GiB && memoryBytes <= 1024 * GiB, name);
      assert.ok(Number.isInteger(memoryBytes), name);
      assert.ok(source.length > 0, name);
      assert.ok(bandwidth === undefined || (bandwidth >= 50e9 && bandwidth <= 20e12), name);
    }
  });

  it('has no rate that is below that of a wider precision', () => {
    const narrower: readonly (readonly [Precision, Precision])[] = [
      ['float32', 'tf32'],
      ['float32', 'float16'],
      ['float32', 'bfloat16'],
      ['tf32', 'bfloat16'],
      ['bfloat16', 'float8'],
      ['bfloat16', 'int8'],
    ];
    for (const { name, peakFlops: peaks } of devices) {
      for (const peak of Object.values(peaks)) assert.ok(peak >= 1e12 && peak <= 20e15, name);
      for (const [wide, narrow] of narrower) {
        assert.ok((peaks[wide] ?? 0) <= (peaks[narrow] ?? Infinity), `${name}: ${narrow} below ${wide}`);
      }
    }
  });

  it('has a bandwidth for every data-sheet device, and a rate for all but those whose maker states none', () => {
    const entries = devicesWithPeaks();
    assert.deepEqual(
      entries.filter(({ bandwidth }) => bandwidth === undefined),
      [],
    );
    const silent = entries.filter(({ peakFlops }) => Object.keys(peakFlops).length === 0);
    assert.deepEqual([...new Set(silent.map(({ name }) => name.replace(/ \d+GB$/, '')))].sort(), [
      'AMD Ryzen AI Max+ 395',
      'NVIDIA GB10',
    ]);
  });

  // TFLOP/s dense in 16 bits, GB/s: as published.
  const published: readonly (readonly [id: string, precision: Precision, tflops: number, GBps: number])[] = [
    ['nvidia-a100-sxm-80gb', 'bfloat16', 312, 2039],
    ['nvidia-a100-pcie-80gb', 'bfloat16', 312, 1935],
    ['nvidia-a100-40gb', 'tf32', 156, 1555],
    ['nvidia-h100-sxm-80gb', 'bfloat16', 989.4, 3350],
    ['nvidia-h100-sxm-80gb', 'float8', 1978.9, 3350],
    ['nvidia-h200-sxm', 'float16', 989.4, 4800],
    ['nvidia-b200', 'bfloat16', 2250, 8000],
    ['nvidia-v100-sxm2-32gb', 'float16', 125, 900],
    ['nvidia-t4', 'float16', 65, 320],
    ['nvidia-l4', 'bfloat16', 121, 300],
    ['nvidia-l40s', 'bfloat16', 362.05, 864],
    ['nvidia-geforce-rtx-3090', 'float16', 71, 936],
    ['nvidia-geforce-rtx-4090', 'float16', 165.2, 1008],
    ['nvidia-geforce-rtx-5090', 'float16', 209.5, 1792],
    ['nvidia-rtx-a6000', 'bfloat16', 154.8, 768],
    ['amd-instinct-mi300x', 'float16', 1307.4, 5300],
    ['amd-instinct-mi325x', 'float16', 1307.4, 6000],
    ['intel-gaudi-3', 'bfloat16', 1835, 3700],
    ['google-tpu-v5p', 'bfloat16', 459, 2765],
    ['google-tpu-v5e', 'int8', 393, 819],
    ['apple-m2-ultra-192gb', 'float32', 27.2, 800],
    ['apple-m4-max-36gb', 'float16', 18.4, 410],
    ['apple-m4-max-128gb', 'float16', 18.4, 546],
  ];
  for (const [id, precision, tflops, GBps] of published) {
    it(`has the published ${precision} rate and bandwidth of ${id}`, () => {
      assert.equal(device(id).peakFlops[precision], Math.round(tflops * 1e12));
      assert.equal(device(id).bandwidth, GBps * 1e9);
    });
  }

  // MiB as nvidia-smi shows them: at most 1 % less than the table says, and never more.
  const shownMiB: readonly (readonly [id: string, MiB: number])[] = [
    ['nvidia-a100-sxm-80gb', 81_920],
    ['nvidia-h100-sxm-80gb', 81_559],
    ['nvidia-h200-sxm', 143_771],
    ['nvidia-gh200-144gb', 146_831],
    ['nvidia-b200', 183_359],
    ['nvidia-gb200', 189_471],
    ['nvidia-b300', 275_040],
    ['nvidia-a10', 23_028],
    ['nvidia-a40', 46_068],
    ['nvidia-l20', 46_068],
    ['nvidia-l40s', 46_068],
    ['nvidia-t4', 15_360],
    ['nvidia-geforce-rtx-4090', 24_564],
  ];
  for (const [id, MiB] of shownMiB) {
    it(`has the memory of ${id} within 1 % of what its driver shows`, () => {
      const shown = MiB * 2 ** 20;
      const { memoryBytes } = device(id);
      assert.ok(memoryBytes >= shown && memoryBytes <= shown * 1.01);
    });
  }

  it('takes no rate of the vector units for a peak', () => {
    const h100 = packageDevices().find(({ name }) => name === 'H100');
    assert.equal(h100?.vectorTflops, 267.6);
    const onlyMemory = devices.filter(({ source }) => source.startsWith('@huggingface/tasks'));
    assert.ok(onlyMemory.length > 90);
    for (const { name, peakFlops } of onlyMemory) assert.deepEqual(peakFlops, {}, name);
  });

  it('adds no second entry for a model that has a data sheet', () => {
    const models = ['H100', 'A100', 'V100', 'L40s', 'MI300', 'T4', 'RTX 4090', 'Apple M2 Max', 'B300'];
    const others = devices.filter(({ source }) => source.startsWith('@huggingface/tasks'));
    for (const { name } of others) {
      for (const model of models) assert.doesNotMatch(name, new RegExp(`${model}( \\d+GB)?$`, 'i'));
    }
  });

  it('has every size of memory that the package knows of a model, so that none is guessed', () => {
    const known: Record<string, string> = {
      'B200 192GB': 'as announced; ships with 180',
      'MI250 128GB': 'of both dies',
      'RTX A5000 8GB': 'no such card',
      'RTX A5000 12GB': 'no such card',
    };
    const missing = packageDevices()
      .filter(({ vendor }) => vendor === 'nvidia' || vendor === 'amd')
      .flatMap(({ name, memoryGB }) =>
        memoryGB.map((size) => (/ \d+GB$/.test(name) ? name : `${name} ${String(size)}GB`)),
      )
      .filter((name) => findDevice(name).kind === 'unknown');
    assert.deepEqual(missing.sort(), Object.keys(known).sort());
  });

  it('lists the user’s devices first, in the place of built-in ones with their id', () => {
    const own = { ...device('nvidia-t4'), memoryBytes: 1 };
    const listed = knownDevices([own, { ...own, memoryBytes: 2 }]);
    assert.equal(listed.length, devices.length);
    assert.equal(listed[0], own);
  });
});

describe('the order of devices to plan for', () => {
  const { usual, others } = planningOrder(devices);

  it('starts with the GPUs of data centres that are in use, and no old one', () => {
    const names = usual.map(({ name }) => name);
    assert.match(names[0] ?? '', /^NVIDIA H100/);
    const first = (model: string): number => names.findIndex((name) => name.startsWith(model));
    const models = [
      'NVIDIA H100',
      'NVIDIA H200',
      'NVIDIA B200',
      'NVIDIA A100',
      'AMD Instinct MI300X',
      'NVIDIA L40S',
    ];
    const places = models.map(first);
    assert.ok(places.every((place) => place >= 0));
    assert.deepEqual(
      places,
      [...places].sort((one, other) => one - other),
    );
    assert.ok(names.every((name) => !/V100|P100|T4|GeForce|Apple/.test(name)));
    assert.ok(!names.includes('NVIDIA A10G'));
  });

  it('leaves none out, and has the others of a vendor together', () => {
    assert.deepEqual(new Set([...usual, ...others]), new Set(devices));
    assert.equal(usual.length + others.length, devices.length);
    const runs = others.map(({ vendor }) => vendor).filter((vendor, index, all) => vendor !== all[index - 1]);
    assert.equal(new Set(runs).size, runs.length);
    assert.equal(runs[0], 'nvidia');
  });
});
