import { readGgufHeader } from '../weights/gguf';
import { ggufToConfig, ggufWeightFormat } from '../weights/ggufModel';
import type { ByteSource } from '../weights/randomAccess';
import type { ModelSpec } from '../model/modelSpec';
import { objectDocument } from './objectDocument';
import { readModelDocument } from './readModel';
import { describeStored, type StoredWeights } from './storedWeights';

/**
 * The model of a GGUF file and what it stores, by its header; its data is not read. `name` is what the file is
 * called in messages. Throws ConfigError for a file that is none, or of an architecture that cannot be read.
 */
export async function readGgufModel(
  source: ByteSource,
  name: string,
): Promise<{ readonly model: ModelSpec; readonly stored: StoredWeights }> {
  const header = await readGgufHeader(source, name);
  const model = readModelDocument(objectDocument(ggufToConfig(header)), name);
  const weightFormat = ggufWeightFormat(header);
  return {
    model: weightFormat === undefined ? model : { ...model, weightFormat },
    stored: describeStored(name, header),
  };
}
