import * as l10n from '@vscode/l10n';
import { joinSentences } from '../model/phrases';
import type { OpenByteSource } from '../weights/randomAccess';
import { readGgufHeader } from '../weights/gguf';
import { readSafetensorsHeader } from '../weights/safetensors';
import { readSafetensorsIndex, readShardedHeader } from '../weights/safetensorsIndex';
import { dominantDType, type WeightHeader } from '../weights/weightHeader';
import { ConfigError, isConfigError } from './configError';
import type { ReadContext } from './readContext';

/** What the weight files beside a config hold, by their headers: none of their data was read. */
export interface StoredWeights {
  /** `model.safetensors`, or the index or file that names the shards. */
  readonly file: string;
  /** Elements of all tensors, exact. */
  readonly parameters: number;
  readonly bytes: number;
  /** The dtype that most of them are in, as the file names it. */
  readonly dtype?: string;
  /** Why a file that is there could not be read. */
  readonly problem?: string;
}

/**
 * Reads the headers of the weights in the config's folder: safetensors in one file or in shards, or one GGUF.
 * Undefined where there are none, or files cannot be opened here; a broken file is told by `problem`.
 */
export async function readStoredWeights(context: ReadContext): Promise<StoredWeights | undefined> {
  const { folder, files, openBytes } = context;
  if (folder === undefined || openBytes === undefined) return undefined;
  const names = (await files.list(folder)) ?? [];
  const place = (file: string): string => files.join(folder, file);
  const index = 'model.safetensors.index.json';
  // Of several quantisations none is the model of the config more than another; a projector is none of it.
  const ggufs = names.filter((name) => name.endsWith('.gguf') && !name.startsWith('mmproj'));
  const single = names.includes('model.safetensors')
    ? 'model.safetensors'
    : ggufs.length === 1
      ? ggufs[0]
      : undefined;
  const file = single ?? (names.includes(index) ? index : undefined);
  if (file === undefined) return undefined;
  try {
    const header =
      file === index ? await readShards(place, index, context) : await readOne(place(file), file, openBytes);
    return header && describeStored(file, header);
  } catch (error) {
    if (!isConfigError(error)) throw error;
    return { file, parameters: 0, bytes: 0, problem: joinSentences([error.problem, error.mend]) };
  }
}

async function readOne(
  path: string,
  name: string,
  openBytes: NonNullable<ReadContext['openBytes']>,
): Promise<WeightHeader | undefined> {
  const source = await openBytes(path);
  if (source === undefined) return undefined;
  try {
    return await (name.endsWith('.gguf') ? readGgufHeader : readSafetensorsHeader)(source, name);
  } finally {
    await source.close();
  }
}

async function readShards(
  place: (file: string) => string,
  index: string,
  { files, openBytes }: ReadContext,
): Promise<WeightHeader | undefined> {
  const text = await files.readText(place(index));
  if (text === undefined || openBytes === undefined) return undefined;
  return readShardedHeader(readSafetensorsIndex(text, index), (shard) =>
    openShard(place(shard), shard, openBytes),
  );
}

async function openShard(
  path: string,
  shard: string,
  openBytes: NonNullable<ReadContext['openBytes']>,
): Promise<OpenByteSource> {
  const source = await openBytes(path);
  if (source !== undefined) return source;
  throw new ConfigError({
    file: shard,
    problem: l10n.t('The index names this shard, but it is not there.'),
    mend: l10n.t('Download it, or remove the index.'),
  });
}

/** What a header says of its file. */
export function describeStored(file: string, header: WeightHeader): StoredWeights {
  const dtype = dominantDType(header);
  return {
    file,
    parameters: header.parameters,
    bytes: header.bytes,
    ...(dtype !== undefined && { dtype }),
  };
}
