import { nestKeys } from './families/bestEffortKeys';
import type { FieldReader } from './fieldReader';

/** How deep a language model stands below the config: Qwen2.5-Omni has it in `thinker_config.text_config`. */
const NEST_DEPTH = 2;

/** `config` itself, or its language model where only that has one of `keys`: those of Qwen3-VL say their dtype there. */
export function partThatSays(config: FieldReader, keys: readonly string[]): FieldReader {
  return find(config, keys, NEST_DEPTH) ?? config;
}

function find(reader: FieldReader, keys: readonly string[], depth: number): FieldReader | undefined {
  if (keys.some((key) => reader.raw(key) !== undefined)) return reader;
  if (depth === 0) return undefined;
  for (const key of nestKeys) {
    const part = reader.nested(key, '');
    const found = part && find(part, keys, depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
