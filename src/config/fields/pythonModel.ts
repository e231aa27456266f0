import type { Recipe } from '../../model/recipe';
import type { ConfigDocument, ConfigField, ConfigFields } from '../document';
import { plainField } from '../formats/plainField';
import { callArguments } from '../formats/pythonLines';
import { readPythonLiteral } from '../formats/pythonLiteral';
import { completeRecipe, finishRecipe } from '../recipes/completeRecipe';
import type { RecipeView } from '../recipes/recipeFramework';
import { RecipeReader } from '../recipes/recipeReader';
import { recipeFrameworks } from '../recipes/registry';
import type { LocatedField } from './locatedField';

/** Calls whose arguments say how a model is trained or served. */
const configuring =
  /\b(?:LLM|Engine|EngineArgs|AsyncEngineArgs|ServerArgs|from_pretrained|\w{0,30}TrainingArguments|(?:SFT|DPO|GRPO|KTO|ORPO|Reward)Config)[ \t]*\(/g;

/** Those whose first argument is the model. */
const namesModel = /^(?:LLM|from_pretrained)\b/;

/** Names under which scripts keep the name of the model, in order of preference. */
const modelNames = [
  'model_name_or_path',
  'pretrained_model_name_or_path',
  'model_path',
  'model_name',
  'model_id',
  'base_model',
  'model',
  'checkpoint',
];

/** Characters that are searched, the longest call, and how many are looked into. */
const MAX_TEXT = 500_000;
const MAX_CALL = 6000;
const MAX_CALLS = 200;

const keyword = /^([A-Za-z_]\w*)[ \t]*=(?!=)\s*/;
/** A repository or a path: any other text may be a name of anything. */
const reference = /^(?:[\w.~-]*\/)+[\w.-]+$/;

/**
 * How a Python text trains or serves a model that it names: by the settings of its classes, arguments and calls.
 * `fields` are those that were found in it. Undefined where it names none. Throws nothing.
 */
export function pythonRecipe(
  text: string,
  document: ConfigDocument,
  fields: readonly LocatedField[],
  file: string,
): Recipe | undefined {
  const settings = settingsOf(text.slice(0, MAX_TEXT), document);
  const model = modelNames
    .flatMap((name) => [settings.get(name), settings.get(name.toUpperCase())])
    .find((field) => isReference(field?.value()));
  const name = model?.value();
  if (model === undefined || typeof name !== 'string') return undefined;
  const recipe = frameworkRecipe(new Map([...settings, ['model', model]]), text, file);
  const length = fields.find(({ kind, value }) => kind === 'length' && value !== undefined);
  const isGiven = recipe.sequenceLength === undefined && length?.value !== undefined;
  return {
    ...recipe,
    model: { name, path: model.path },
    ...(isGiven && { sequenceLength: length.value }),
    fields: {
      ...recipe.fields,
      model: { kind: 'key', path: model.path, value: name, range: model.range },
      ...(isGiven && {
        sequenceLength: { kind: 'key', path: length.path, value: length.value, range: length.range },
      }),
    },
    assumptions: [
      ...recipe.assumptions,
      'The script was not run: what it writes out as numbers and texts is taken from it.',
    ],
  };
}

function frameworkRecipe(settings: ConfigFields, text: string, file: string): Recipe {
  const reader = new RecipeReader(settings);
  const view: RecipeView = { fields: settings, format: 'python', file };
  const known = /\bsglang\b/.test(text) ? 'sglang' : /\bvllm\b/.test(text) ? 'vllm' : 'transformers';
  const framework = recipeFrameworks.find((each) => each.framework === known);
  const isTraining = known === 'transformers' && /\bTrainer\b|TrainingArguments|\.backward\(/.test(text);
  const isOwn = framework !== undefined && (known !== 'transformers' || framework.matches(view));
  const draft = isOwn ? completeRecipe(framework.read(reader, view), reader) : {};
  return finishRecipe({ framework: known, purpose: isTraining ? 'training' : 'serving' }, draft, reader);
}

/** Everything that the text sets to a literal: later ones, and those of calls, count. */
function settingsOf(text: string, document: ConfigDocument): ConfigFields {
  const settings = new Map<string, ConfigField>();
  for (const field of document.fields.values()) {
    const inner = field.children();
    if (inner.size === 0) settings.set(field.key, field);
    for (const each of inner.values()) settings.set(each.key, each);
  }
  let calls = 0;
  for (const match of text.matchAll(configuring)) {
    if (++calls > MAX_CALLS) break;
    const open = match.index + match[0].length - 1;
    for (const field of argumentsOf(text, open, namesModel.test(match[0]), document.fields)) {
      settings.set(field.key, field);
    }
  }
  return settings;
}

/** The arguments of a call that are literals, or names of literals. */
function argumentsOf(text: string, open: number, isModel: boolean, named: ConfigFields): ConfigField[] {
  const call = text.slice(open, open + MAX_CALL);
  return callArguments(call, 0).flatMap(({ start, end }, index): ConfigField[] => {
    const argument = call.slice(start, end);
    const match = keyword.exec(argument);
    const key = match?.[1] ?? (index === 0 && isModel ? 'model' : undefined);
    if (key === undefined) return [];
    const written = argument.slice(match?.[0].length ?? 0);
    const at = open + start + argument.length - written.length;
    const literal = readPythonLiteral(written) ?? valueNamed(written, named);
    return literal === undefined ? [] : [plainField(key, '', open + start, at, written, literal.value)];
  });
}

function valueNamed(written: string, named: ConfigFields): { readonly value: unknown } | undefined {
  const field = named.get(written);
  return field === undefined || field.children().size > 0 ? undefined : { value: field.value() };
}

function isReference(value: unknown): boolean {
  return typeof value === 'string' && value.length <= 200 && reference.test(value);
}
