import type { ConfigField, ConfigFields } from '../document';
import { bestEffortKeys, nestKeys } from '../families/bestEffortKeys';
import { supportedModelTypes } from '../readModel';

const knownTypes: ReadonlySet<string> = new Set(supportedModelTypes);

/** Groups of which a description of layers has one key each. */
const coreGroups = [bestEffortKeys.hiddenSize, bestEffortKeys.layers, bestEffortKeys.heads];
const outerGroups = [bestEffortKeys.vocabSize, bestEffortKeys.maxSequenceLength];

/** How deep a language model stands in mappings. */
const NEST_DEPTH = 2;

/**
 * How sure it is that a document describes a model: `told` by a model type or an architecture, so that what is wrong
 * in it is worth saying; `likely` by its sizes alone; undefined for any other file. Throws ConfigError for an entry
 * of a long text that cannot be read.
 */
export function modelSigns(fields: ConfigFields): 'told' | 'likely' | undefined {
  // Parts of a diffusion pipeline have sizes by the same names.
  if (fields.has('_diffusers_version') || fields.has('_class_name')) return undefined;
  return signsOf(fields, 0);
}

function signsOf(fields: ConfigFields, depth: number): 'told' | 'likely' | undefined {
  const type = fields.get('model_type')?.value();
  const isKnown = typeof type === 'string' && knownTypes.has(type);
  const hasArchitecture = namesArchitecture(fields.get('architectures'));
  const core = coreGroups.filter((keys) => hasNumber(fields, keys)).length;
  const nests = nestKeys.map((key) => fields.get(key)?.children()).filter((nest) => nest !== undefined);
  const isFull =
    core > 0 || hasArchitecture || fields.has('transformers_version') || nests.some(({ size }) => size > 0);
  if (isKnown && isFull) return 'told';
  if (hasArchitecture && (core > 0 || typeof type === 'string')) return 'told';
  if (core === coreGroups.length && outerGroups.some((keys) => hasNumber(fields, keys))) return 'likely';
  if (core === coreGroups.length && fields.has('norm_eps')) return 'likely';
  if (depth >= NEST_DEPTH) return undefined;
  for (const nest of [...nests, ...genaiDecoder(fields)]) {
    const signs = signsOf(nest, depth + 1);
    if (signs !== undefined) return signs;
  }
  return undefined;
}

/** The decoder of a `genai_config.json`. */
function genaiDecoder(fields: ConfigFields): ConfigFields[] {
  const decoder = fields.get('decoder')?.children();
  return decoder === undefined || !fields.has('context_length') ? [] : [new Map([...fields, ...decoder])];
}

function namesArchitecture(field: ConfigField | undefined): boolean {
  const value = field !== undefined && field.valueRange.length < 1000 ? field.value() : undefined;
  const first: unknown = Array.isArray(value) ? value[0] : undefined;
  return typeof first === 'string' && /^[A-Z]\w*(?:Model|For[A-Z]\w+|LM\w*|Encoder|Decoder)$/.test(first);
}

function hasNumber(fields: ConfigFields, keys: readonly string[]): boolean {
  return keys.some((key) => {
    const field = fields.get(key);
    return field !== undefined && field.valueRange.length < 100 && typeof field.value() === 'number';
  });
}
