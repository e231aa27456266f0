import type { Recipe } from '../model/recipe';
import type { MemoryTarget } from './memoryTarget';

/**
 * The target with the share of its memory that a serving config lets the server take, such as vLLM's
 * `gpu_memory_utilization`; unchanged where the config sets none.
 */
export function servedTarget<T extends MemoryTarget | undefined>(
  target: T,
  recipe: Recipe | undefined,
): T | MemoryTarget {
  const share = recipe?.purpose === 'serving' ? recipe.memoryShare : undefined;
  if (target === undefined || share === undefined) return target;
  const source = recipe?.fields['memoryShare'];
  const key = source?.kind === 'key' ? (source.path.split('.').at(-1) ?? source.path) : '';
  const { memoryBytes: deviceBytes } = target;
  return { ...target, memoryBytes: Math.floor(deviceBytes * share), share: { of: share, deviceBytes, key } };
}
