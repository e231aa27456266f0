import * as l10n from '@vscode/l10n';
import type { Recipe } from './recipe';
import { formatPercent } from './units';

/** The part of a device's memory that a server may take, such as vLLM's `gpu_memory_utilization`. */
export interface MemoryShare {
  /** 0 to 1. */
  readonly of: number;
  /** The key that says so; empty where no key does. */
  readonly key: string;
}

/** What a serving config lets its server take; undefined where it sets no bound, and for what does not serve. */
export function memoryShareOf(recipe: Recipe | undefined): MemoryShare | undefined {
  const of = recipe?.purpose === 'serving' ? recipe.memoryShare : undefined;
  if (of === undefined) return undefined;
  const source = recipe?.fields['memoryShare'];
  return { of, key: source?.kind === 'key' ? (source.path.split('.').at(-1) ?? source.path) : '' };
}

/** Bytes of a device's `deviceBytes` that inference may take. */
export function servedBytes(deviceBytes: number, share: MemoryShare | undefined): number {
  return share === undefined ? deviceBytes : Math.floor(deviceBytes * share.of);
}

/** A device's name, that it is planned where it is not in this machine, and how much of its memory a server may take. */
export function memoryOwner(name: string, isPlanned: boolean, share: MemoryShare | undefined): string {
  if (share !== undefined) {
    const part = formatPercent(share.of);
    return isPlanned
      ? l10n.t('{0} (planned; {1} of its memory, by {2})', name, part, share.key)
      : l10n.t('{0} ({1} of its memory, by {2})', name, part, share.key);
  }
  return isPlanned ? l10n.t('{0} (planned)', name) : name;
}
