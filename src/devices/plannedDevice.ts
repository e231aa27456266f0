import * as l10n from '@vscode/l10n';
import type { MemoryTarget } from '../insight/memoryTarget';
import type { DeviceSpec } from './deviceSpec';
import { findDevice } from './deviceTable';

/** What the setting `headroom.plannedDevice` stands for. */
export type PlannedDevice =
  | { readonly target: MemoryTarget }
  /** Why it stands for no device, in a sentence or two. */
  | { readonly problem: string };

/** Names of a message that asks for a narrower one. */
const LISTED = 4;

/**
 * The device of `devices` that `text` names. Where it fits several that have the same memory, as `H100 80GB`
 * does, it is a target without rates; undefined for an empty `text`.
 */
export function plannedDevice(text: string, devices: readonly DeviceSpec[]): PlannedDevice | undefined {
  const name = text.trim();
  if (name === '') return undefined;
  const match = findDevice(name, devices);
  if (match.kind === 'found') return { target: targetOf(match.device) };
  const shown = name.slice(0, 80);
  if (match.kind === 'unknown') {
    return {
      problem: l10n.t(
        'The setting headroom.plannedDevice names no known device: “{0}”. Choose one from the list, or describe it in headroom.devices.',
        shown,
      ),
    };
  }
  const [first] = match.candidates;
  if (first !== undefined && match.candidates.every(({ memoryBytes }) => memoryBytes === first.memoryBytes)) {
    return { target: { name: shown, memoryBytes: first.memoryBytes, how: 'planned' } };
  }
  const names = match.candidates.slice(0, LISTED).map((candidate) => candidate.name);
  return {
    problem: l10n.t(
      'The setting headroom.plannedDevice, “{0}”, may be one of several devices: {1}. Choose one of them.',
      shown,
      names.join(', '),
    ),
  };
}

/** `device` as the one that verdicts are about. */
function targetOf(device: DeviceSpec): MemoryTarget {
  return { name: device.name, memoryBytes: device.memoryBytes, how: 'planned', spec: device };
}
