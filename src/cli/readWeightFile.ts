import { basename } from 'node:path';
import { objectDocument } from '../config/objectDocument';
import type { ConfigReading } from '../config/readConfig';
import { readModelDocument } from '../config/readModel';
import { fileByteSource } from '../weights/fileByteSource';
import { readGgufHeader } from '../weights/gguf';
import { ggufToConfig, ggufWeightFormat } from '../weights/ggufModel';
import { dominantDType } from '../weights/weightHeader';

/**
 * The model of a GGUF file, by its header; its data is not read.
 * @throws ConfigError for a file that is none, or of an architecture that cannot be read.
 */
export async function readWeightFile(path: string): Promise<Omit<ConfigReading, 'document'>> {
  const name = basename(path);
  const source = await fileByteSource(path);
  try {
    const header = await readGgufHeader(source, name);
    const model = readModelDocument(objectDocument(ggufToConfig(header)), name);
    const weightFormat = ggufWeightFormat(header);
    const dominant = dominantDType(header);
    return {
      model: weightFormat === undefined ? model : { ...model, weightFormat },
      stored: {
        file: name,
        parameters: header.parameters,
        bytes: header.bytes,
        ...(dominant && { dtype: dominant.dtype }),
      },
    };
  } finally {
    await source.close();
  }
}
