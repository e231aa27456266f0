import * as l10n from '@vscode/l10n';
import { isMapping } from '../model/isMapping';
import type { OpenByteSource } from './randomAccess';
import { MAX_SAFETENSORS_HEADER, readSafetensorsHeader } from './safetensors';
import { parseStrictObject } from './strictJson';
import { quoted, weightError } from './weightError';
import type { MetadataValue, TensorInfo, WeightHeader } from './weightHeader';
import { weightHeader } from './weightHeader';

/** What a `model.safetensors.index.json` says. */
export interface SafetensorsIndex {
  /** Its own name, for messages. */
  readonly file: string;
  /** Files beside it, each once, in the order of their names. */
  readonly shards: readonly string[];
  /** The shard of each tensor, by the tensor's name. */
  readonly weightMap: ReadonlyMap<string, string>;
}

/**
 * Reads an index of shards (Hugging Face Hub, "Safetensors", sharded weights). A shard must be a file
 * beside the index: a path to elsewhere is refused. Throws ConfigError for a text that is no such index.
 */
export function readSafetensorsIndex(text: string, file: string): SafetensorsIndex {
  if (text.length > MAX_SAFETENSORS_HEADER) {
    throw weightError(
      file,
      l10n.t('The file is too large for an index of shards.'),
      l10n.t('Name the index, not a data file.'),
    );
  }
  const { weight_map: map } = parseStrictObject(text, file);
  if (!isMapping(map)) {
    throw weightError(
      file,
      l10n.t('The file has no "weight_map", so it is no index of shards.'),
      l10n.t('Name a model.safetensors.index.json.'),
    );
  }
  const weightMap = new Map<string, string>();
  for (const [name, shard] of Object.entries(map)) {
    if (typeof shard !== 'string' || !isFileName(shard)) {
      throw weightError(
        file,
        l10n.t('The tensor {0} is mapped to something that is no file name.', quoted(name)),
      );
    }
    weightMap.set(name, shard);
  }
  return {
    file,
    shards: [...new Set(weightMap.values())].sort(),
    weightMap,
  };
}

/**
 * Reads the header of every shard, one after the other, and sums the tensors that the index names: a tensor
 * counts in the shard that the index gives it. `open` gets a shard's name; what it returns is closed here.
 * Throws ConfigError where a shard is broken or lacks a tensor.
 */
export async function readShardedHeader(
  index: SafetensorsIndex,
  open: (shard: string) => Promise<OpenByteSource>,
): Promise<WeightHeader> {
  const tensors: TensorInfo[] = [];
  const metadata: [string, MetadataValue][] = [];
  for (const shard of index.shards) {
    const source = await open(shard);
    try {
      const header = await readSafetensorsHeader(source, shard);
      for (const tensor of header.tensors) {
        if (index.weightMap.get(tensor.name) === shard) tensors.push(tensor);
      }
      metadata.push(...Object.entries(header.metadata));
    } finally {
      await source.close();
    }
  }
  if (tensors.length < index.weightMap.size) throw missingTensor(index, tensors);
  return weightHeader(tensors, Object.fromEntries(metadata));
}

function missingTensor(index: SafetensorsIndex, tensors: readonly TensorInfo[]): Error {
  const found = new Set(tensors.map(({ name }) => name));
  const [name = '', shard = ''] = [...index.weightMap].find(([each]) => !found.has(each)) ?? [];
  return weightError(
    index.file,
    l10n.t('The tensor {0} is not in {1}, where the index places it.', quoted(name), quoted(shard)),
    l10n.t('Download the index and all shards again, from one revision.'),
  );
}

function isFileName(text: string): boolean {
  return /^[^/\\:]+$/.test(text) && text !== '.' && text !== '..' && !text.includes('\0');
}
