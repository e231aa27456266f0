import * as l10n from '@vscode/l10n';
import type { DeviceSpec } from '../../devices/deviceSpec';
import { findDevice } from '../../devices/deviceTable';
import type { MemoryTarget } from '../../insight/memoryTarget';
import { InputProblem } from '../inputProblem';

/** Names of a message that asks for a narrower one. */
const LISTED = 6;

/** A device that was asked about. */
export interface AskedDevice {
  readonly target: MemoryTarget;
  /** What a narrower name would add, as a sentence. */
  readonly note?: string;
}

/**
 * The device of `devices` that `name` stands for. Where it fits several of the same memory, as `H100 80GB` does, a
 * target without rates. Throws InputProblem, with the names that would do, for any other name.
 */
export function toolDevice(name: string, devices: readonly DeviceSpec[]): AskedDevice {
  const match = findDevice(name, devices);
  if (match.kind === 'found') {
    const { device } = match;
    return {
      target: { name: device.name, memoryBytes: device.memoryBytes, how: 'planned', spec: device },
    };
  }
  if (match.kind === 'unknown') {
    throw new InputProblem(
      l10n.t(
        '"device" names no known device: "{0}". Give one such as "H100 SXM 80GB", "A100 SXM 40GB" or "RTX 4090", or leave "device" out for the one that is chosen in the editor.',
        name,
      ),
    );
  }
  const names = match.candidates
    .slice(0, LISTED)
    .map((candidate) => `"${candidate.name}"`)
    .join(', ');
  const [first] = match.candidates;
  if (first === undefined || match.candidates.some(({ memoryBytes }) => memoryBytes !== first.memoryBytes)) {
    throw new InputProblem(l10n.t('"device" may be one of several devices: {0}. Give one of them.', names));
  }
  return {
    target: { name, memoryBytes: first.memoryBytes, how: 'planned' },
    note: l10n.t(
      'For projected times, "device" has to name one device, whose rates are known: {0} have the same memory.',
      names,
    ),
  };
}
