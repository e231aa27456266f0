import { basename } from 'node:path';
import { readGgufModel } from '../config/ggufReading';
import type { ConfigReading } from '../config/readConfig';
import { fileByteSource } from '../weights/fileByteSource';

/**
 * The model of a GGUF file, by its header; its data is not read.
 * @throws ConfigError for a file that is none, or of an architecture that cannot be read.
 */
export async function readWeightFile(path: string): Promise<Omit<ConfigReading, 'document'>> {
  const source = await fileByteSource(path);
  try {
    return await readGgufModel(source, basename(path));
  } finally {
    await source.close();
  }
}
