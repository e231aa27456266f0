import assert from 'node:assert/strict';
import { bandwidthText, ratesText, shortDeviceName } from '../../src/devices/deviceText';
import { findDevice, knownDevices } from '../../src/devices/deviceTable';
import { ownDevices } from '../../src/devices/ownDevices';
import { plannedDevice, type PlannedDevice } from '../../src/devices/plannedDevice';

const GiB = 2 ** 30;
const devices = knownDevices();

function problemOf(planned: PlannedDevice | undefined): string {
  return planned !== undefined && 'problem' in planned ? planned.problem : 'no problem';
}

describe('plannedDevice', () => {
  it('is none where the setting is empty', () => {
    assert.equal(plannedDevice('', devices), undefined);
    assert.equal(plannedDevice('  ', devices), undefined);
  });

  it('finds every device of the list by the name that is picked there', () => {
    for (const device of devices) {
      const planned = plannedDevice(device.name, devices);
      assert.ok(planned !== undefined && 'target' in planned, device.name);
      assert.equal(planned.target.memoryBytes, device.memoryBytes, device.name);
      assert.equal(planned.target.how, 'planned');
    }
  });

  it('takes a name that leaves only the form open as a target without rates', () => {
    assert.deepEqual(plannedDevice('H100 80GB', devices), {
      target: { name: 'H100 80GB', memoryBytes: 80 * GiB, how: 'planned' },
    });
  });

  it('says what a name may be that leaves the memory open', () => {
    const problem = problemOf(plannedDevice('A100', devices));
    assert.match(problem, /may be one of several devices: .*A100/);
    assert.match(problem, /40GB/);
  });

  it('says that a name is unknown, without all of a long one', () => {
    assert.match(problemOf(plannedDevice('Warp drive', devices)), /no known device: “Warp drive”/);
    assert.ok(problemOf(plannedDevice('x'.repeat(100_000), devices)).length < 400);
  });

  it('prefers the user’s own', () => {
    const { devices: own } = ownDevices([{ name: 'H100 80GB', memoryGiB: 79 }]);
    const planned = plannedDevice('h100 80gb', knownDevices(own));
    assert.ok(planned !== undefined && 'target' in planned);
    assert.equal(planned.target.memoryBytes, 79 * GiB);
  });
});

describe('ownDevices', () => {
  it('keeps the right ones, and says of each wrong one which it is and what to change', () => {
    const { devices: own, problems } = ownDevices([
      { name: 'My card', memoryGiB: 24 },
      { name: 'Other', memory: 24 },
      7,
    ]);
    assert.deepEqual(
      own.map(({ name }) => name),
      ['My card'],
    );
    assert.equal(problems.length, 2);
    assert.match(problems[0] ?? '', /^Device 2 .*memory/);
    assert.match(problems[1] ?? '', /^Device 3 .*object.*Write it as/);
  });

  it('takes what is no list as one problem, and nothing as none', () => {
    assert.equal(ownDevices({ name: 'My card' }).problems.length, 1);
    assert.deepEqual(ownDevices(undefined), { devices: [], problems: [] });
    assert.deepEqual(ownDevices([]), { devices: [], problems: [] });
  });
});

describe('texts of a device', () => {
  it('name rates by precision and the bandwidth in decimal units', () => {
    const match = findDevice('Tesla V100-SXM2-16GB');
    assert.ok(match.kind === 'found');
    assert.equal(ratesText(match.device), 'float32 15.7 TFLOP/s, float16 125 TFLOP/s');
    assert.equal(bandwidthText(match.device), '900 GB/s');
    assert.equal(ratesText({ ...match.device, peakFlops: {} }), '');
  });

  it('leave the maker out where room is short, but never all', () => {
    assert.equal(shortDeviceName('NVIDIA H100 SXM 80GB'), 'H100 SXM 80GB');
    assert.equal(shortDeviceName('NVIDIA GeForce RTX 4090'), 'RTX 4090');
    assert.equal(shortDeviceName('Apple M2 Max 64GB'), 'Apple M2 Max 64GB');
    assert.equal(shortDeviceName('NVIDIA'), 'NVIDIA');
  });
});
