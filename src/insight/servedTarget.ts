import { memoryShareOf, servedBytes } from '../model/memoryShare';
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
  const share = memoryShareOf(recipe);
  if (target === undefined || share === undefined) return target;
  return { ...target, memoryBytes: servedBytes(target.memoryBytes, share), share };
}
