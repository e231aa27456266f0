import * as l10n from '@vscode/l10n';
import type { ModelSpec } from '../model/modelSpec';
import { ConfigError } from './configError';
import type { ConfigDocument } from './document';
import { readBestEffort } from './families/bestEffort';
import { coreKeys, nestKeys } from './families/bestEffortKeys';
import type { Interpretation, Interpreter } from './families/decoderInterpretation';
import { findDecoderVariant } from './families/decoderVariants';
import { readGenaiConfig } from './families/genaiConfig';
import { readMetaParams } from './families/metaParams';
import { nestTextTypes } from './families/nestTextTypes';
import { addTowers } from './families/nestTowers';
import { families } from './families/registry';
import { describe, FieldReader } from './fieldReader';
import { readJson } from './formats/json';
import { readDType } from './readDType';
import { refuseOtherFile } from './refuseOtherFile';
import { readWeightFormat } from './readWeightFormat';

/** Every `model_type` whose architecture is known; others are read by the usual names of their fields. */
export const supportedModelTypes: readonly string[] = families.flatMap((family) => family.modelTypes);

/** How deep a language model stands in mappings: Qwen2.5-Omni has it under `thinker_config.text_config`. */
const NEST_DEPTH = 1;

/** Mappings of which a file may have any, beside what has nothing to do with the model. */
const holderKeys: ReadonlySet<string> = new Set(['model', 'model_config']);

/** How many model types a refusal names: all of them fill a screen. */
const NAMED_TYPES = 8;

/** Names of fields that a message lists. */
const NAMED_KEYS = 8;

/** From the surest to the most daring: the first that understands a config reads it. */
const interpreters: readonly Interpreter[] = [
  readKnownType,
  readMetaParams,
  readGenaiConfig,
  readBestEffort,
  (reader) => readNested(reader),
];

/**
 * Reads a config in JSON: that of a Hugging Face model, Meta's `params.json`, a `genai_config.json`, or another
 * that names its sizes in a usual way. `name` is what the file is called in messages.
 *
 * `fields` of the result has the source of each figure by these names: hiddenSize, vocabSize,
 * maxSequenceLength, layers, heads, kvHeads, headDim, intermediateSize, tied, dtype, attentionDropout,
 * hiddenDropout and modelType, and where the family has them window, useSlidingWindow, maxWindowLayers,
 * layerTypes, slidingWindowPattern, attentionBias, feedForwardBias, experts, activeExperts, expertSize,
 * sharedExperts, firstDense, kvRank, queryRank, ropeDim, valueHeadDim, tokenTypes, causal, …; of the parts of a
 * nest led by the part's name, as in `vision.heads`. A range covers the key and its value.
 *
 * Throws ConfigError, and nothing else, for any text that does not describe a model.
 */
export function readModel(text: string, name: string): ModelSpec {
  return readModelDocument(readJson(text, name), name);
}

/** The same for a document of any format. */
export function readModelDocument(
  document: Pick<ConfigDocument, 'fields' | 'duplicates'>,
  name: string,
): ModelSpec {
  const reader = new FieldReader(document, name);
  for (const key of new Set(document.duplicates)) {
    reader.assumptions.push(
      l10n.t('"{0}" is written more than once: the last one counts.', key.slice(0, 60)),
    );
  }
  refuseOtherFile(reader);
  const interpretation = interpret(reader) ?? refuse(reader);
  const { model, dtype, ...identity } = interpretation;
  const weightFormat = readWeightFormat(reader);
  return {
    ...identity,
    ...model,
    dtype: dtype ?? readDType(reader, weightFormat !== undefined),
    ...(weightFormat && { weightFormat }),
    fields: reader.sources,
    assumptions: reader.assumptions,
  };
}

function interpret(reader: FieldReader): Interpretation | undefined {
  for (const interpreter of interpreters) {
    const interpretation = interpreter(reader);
    if (interpretation !== undefined) return interpretation;
  }
  return undefined;
}

function readKnownType(reader: FieldReader, nested = false): Interpretation | undefined {
  const modelType = reader.raw('model_type')?.value;
  if (typeof modelType !== 'string') return undefined;
  const shape = nested ? (nestTextTypes.get(modelType) ?? modelType) : modelType;
  const family = families.find((each) => each.modelTypes.includes(shape));
  if (family === undefined) return undefined;
  reader.recordKey('modelType', 'model_type');
  return { family: family.id, modelType, reading: 'known', model: family.read(reader, shape, nested) };
}

/** A language model inside a mapping of an unknown file, and the towers beside it. */
function readNested(reader: FieldReader, depth = 0): Interpretation | undefined {
  for (const key of nestKeys) {
    const nested = reader.nested(key, '');
    if (nested === undefined) continue;
    const inner = readPart(nested) ?? (depth < NEST_DEPTH ? readNested(nested, depth + 1) : undefined);
    if (inner === undefined) continue;
    const model = addTowers(reader, key, inner.model);
    // A training config that holds a model under a key of its own is no architecture around it.
    const isHeld = holderKeys.has(key) && reader.raw('model_type') === undefined && model === inner.model;
    return { ...inner, model, reading: isHeld ? inner.reading : 'best effort' };
  }
  return undefined;
}

/** A part that names a known type may leave every size to its class; another has to give two of them. */
function readPart(part: FieldReader): Interpretation | undefined {
  const isTold = part.present(coreKeys).length >= 2;
  const type = part.raw('model_type')?.value;
  const isText = isTold || (typeof type === 'string' && findDecoderVariant(type)?.defaults !== undefined);
  return isText ? (readKnownType(part, true) ?? readBestEffort(part)) : undefined;
}

function refuse(reader: FieldReader): never {
  const field = reader.raw('model_type');
  const looked = l10n.t('Fields looked for: {0}, … Found: none.', coreKeys.slice(0, NAMED_KEYS).join(', '));
  const some = supportedModelTypes.slice(0, NAMED_TYPES).join(', ');
  const others = supportedModelTypes.length - NAMED_TYPES;
  const supported = l10n.t('Known values of "model_type": {0} and {1} more.', some, String(others));
  throw new ConfigError({
    file: reader.file,
    key: 'model_type',
    problem:
      field === undefined
        ? l10n.t('This is not a model config: it has no "model_type". {0}', looked)
        : l10n.t('"model_type" is {0}, which is not supported. {1}', describe(field.value), looked),
    mend: l10n.t('Open the config.json of a model, or add its sizes, such as "hidden_size". {0}', supported),
    ...(field === undefined ? {} : { range: field.range }),
  });
}
