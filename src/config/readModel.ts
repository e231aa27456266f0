import type { ModelSpec } from '../model/modelSpec';
import { ConfigError } from './configError';
import type { ModelFamily } from './families/family';
import { families } from './families/registry';
import { describe, FieldReader } from './fieldReader';
import { readJson } from './formats/json';
import { readDType } from './readDType';

/** Every `model_type` that is read. */
export const supportedModelTypes: readonly string[] = families.flatMap((family) => family.modelTypes);

/**
 * Reads a Hugging Face config. `name` is what the file is called in messages.
 *
 * `fields` of the result has the source of each figure by these names: hiddenSize, vocabSize,
 * maxSequenceLength (always a key of the file), layers, heads, kvHeads, headDim, intermediateSize, tied,
 * dtype, attentionDropout, hiddenDropout and modelType, and where the family has them window,
 * useSlidingWindow, maxWindowLayers, layerTypes, attentionBias, feedForwardBias, tokenTypes, causal.
 * A range covers the key and its value.
 *
 * Throws ConfigError, and nothing else, for any text that does not describe a model of a known family.
 */
export function readModel(text: string, name: string): ModelSpec {
  const document = readJson(text, name);
  const reader = new FieldReader(document, name);
  const { family, modelType } = findFamily(reader);
  for (const key of new Set(document.duplicates)) {
    reader.assumptions.push(`"${key.slice(0, 60)}" is written more than once: the last one counts.`);
  }
  const reading = family.read(reader, modelType);
  return {
    family: family.id,
    modelType,
    ...reading,
    dtype: readDType(reader),
    fields: reader.sources,
    assumptions: reader.assumptions,
  };
}

function findFamily(reader: FieldReader): { family: ModelFamily; modelType: string } {
  const field = reader.raw('model_type');
  const modelType = field?.value;
  const family =
    typeof modelType === 'string' ? families.find((each) => each.modelTypes.includes(modelType)) : undefined;
  if (family !== undefined && typeof modelType === 'string') {
    reader.recordKey('modelType', 'model_type');
    return { family, modelType };
  }
  const supported = `Supported values of "model_type": ${supportedModelTypes.join(', ')}.`;
  const { found, summary } = searchedFields(reader);
  if (field === undefined && found.length === 0) {
    throw new ConfigError({
      file: reader.file,
      key: 'model_type',
      problem: `This is not a model config: it has no "model_type". ${summary}`,
      mend: `Open the config.json of a Hugging Face model. ${supported}`,
    });
  }
  throw new ConfigError({
    file: reader.file,
    key: 'model_type',
    problem:
      field === undefined
        ? `"model_type" is missing. ${summary}`
        : `"model_type" is ${describe(modelType)}, which is not supported. ${summary}`,
    mend:
      field === undefined
        ? `Add it, such as "model_type": "llama". ${supported}`
        : `Use a supported model type. ${supported}`,
    ...(field === undefined ? {} : { range: field.range }),
  });
}

/** Which of the families' keys the config has: tells a near miss from a file of another kind. */
function searchedFields(reader: FieldReader): { found: string[]; summary: string } {
  const looked = [...new Set(families.flatMap((family) => family.requiredKeys))];
  const found = reader.present(looked);
  const list = found.length > 0 ? found.join(', ') : 'none';
  return { found, summary: `Fields looked for: ${looked.join(', ')}. Found: ${list}.` };
}
