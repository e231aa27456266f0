import * as l10n from '@vscode/l10n';
import * as v from 'valibot';
import { MAX_CONFIG_SIZE } from '../../config/formats/textGuard';
import { dtypes } from '../../model/dtype';
import { longestSequence, shortestSequence } from '../../model/sequenceLength';
import { formatInteger } from '../../model/units';
import { InputProblem } from '../inputProblem';

/** Sequences of a batch, at most, as in the setting `headroom.batch`. */
const LARGEST_BATCH = 1024;
const LONGEST_PATH = 4096;
const LONGEST_NAME = 200;
const [SHORTEST_BUDGET, LONGEST_BUDGET] = [2, 600];

const whole = (least: number, most: number) =>
  v.optional(v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most)));
const text = (most: number) => v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(most));

const estimateSchema = v.strictObject({
  file: v.optional(text(LONGEST_PATH)),
  config: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_CONFIG_SIZE))),
  name: v.optional(text(LONGEST_NAME)),
  sequenceLength: whole(shortestSequence, longestSequence),
  batch: whole(1, LARGEST_BATCH),
  dtype: v.optional(v.picklist(dtypes)),
  device: v.optional(text(LONGEST_NAME)),
});

const profileSchema = v.strictObject({
  file: text(LONGEST_PATH),
  sequenceLength: whole(shortestSequence, longestSequence),
  budgetSeconds: v.optional(
    v.pipe(v.number(), v.finite(), v.minValue(SHORTEST_BUDGET), v.maxValue(LONGEST_BUDGET)),
  ),
});

/** The parameters of each tool. package.json declares the same ones: a test compares them. */
export const toolParameters = {
  estimate: Object.keys(estimateSchema.entries),
  profile: Object.keys(profileSchema.entries),
} as const;

type Asked = v.InferOutput<typeof estimateSchema>;

/** What `headroom_estimate` is asked: of a file, or of a config's text. Lengths in tokens, batch in sequences. */
export type EstimateInput = Omit<Asked, 'file' | 'config' | 'name'> & {
  readonly subject: { readonly file: string } | { readonly config: string; readonly name: string };
};

/** What `headroom_profile` is asked: length in tokens, budget in seconds. */
export type ProfileInput = v.InferOutput<typeof profileSchema>;

/** Throws InputProblem, in words that tell a model how to call again. */
export function parseEstimateInput(input: unknown): EstimateInput {
  const { file, config, name, ...asked } = parsed(estimateSchema, input);
  if (file !== undefined && config !== undefined) {
    throw new InputProblem(l10n.t('Both "file" and "config" were given. Give one of them.'));
  }
  if (file !== undefined) return { ...asked, subject: { file } };
  if (config !== undefined) return { ...asked, subject: { config, name: name ?? 'config.json' } };
  throw new InputProblem(
    l10n.t(
      'Neither "file" nor "config" was given. Give the path or URI of a config as "file", or its text as "config".',
    ),
  );
}

/** Throws InputProblem, in words that tell a model how to call again. */
export function parseProfileInput(input: unknown): ProfileInput {
  return parsed(profileSchema, input);
}

type Schema = typeof estimateSchema | typeof profileSchema;

function parsed<S extends Schema>(schema: S, input: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, input, { abortEarly: true });
  if (result.success) return result.output;
  const [{ path, expected }] = result.issues;
  const key = path?.[0].key;
  const names = Object.keys(schema.entries);
  if (typeof key !== 'string') {
    throw new InputProblem(
      l10n.t('The input has to be an object with the parameters {0}.', names.join(', ')),
    );
  }
  if (expected === 'never' || !isParameter(key)) {
    throw new InputProblem(
      l10n.t('There is no parameter "{0}". The parameters are {1}.', key.slice(0, 60), names.join(', ')),
    );
  }
  throw new InputProblem(allowed[key]());
}

type Parameter = keyof Asked | keyof ProfileInput;

/** What each parameter takes, as a sentence. */
const allowed: Readonly<Record<Parameter, () => string>> = {
  file: () =>
    l10n.t(
      '"file" has to be the path or URI of a config in the workspace, such as models/llama/config.json.',
    ),
  config: () =>
    l10n.t(
      '"config" has to be the text of a config, at most {0} characters.',
      formatInteger(MAX_CONFIG_SIZE),
    ),
  name: () =>
    l10n.t(
      '"name" has to be the file name that the text of "config" would have, such as config.json or train.yaml.',
    ),
  sequenceLength: () =>
    l10n.t(
      '"sequenceLength" has to be a whole number of tokens from {0} to {1}, such as 4096.',
      formatInteger(shortestSequence),
      formatInteger(longestSequence),
    ),
  batch: () =>
    l10n.t('"batch" has to be a whole number of sequences from 1 to {0}.', formatInteger(LARGEST_BATCH)),
  dtype: () => l10n.t('"dtype" has to be one of {0}.', dtypes.join(', ')),
  device: () =>
    l10n.t('"device" has to be the name of a device, such as "H100 SXM 80GB", "A100 40GB" or "RTX 4090".'),
  budgetSeconds: () =>
    l10n.t(
      '"budgetSeconds" has to be a number of seconds from {0} to {1}.',
      String(SHORTEST_BUDGET),
      String(LONGEST_BUDGET),
    ),
};

function isParameter(key: string): key is Parameter {
  return Object.hasOwn(allowed, key);
}
