import * as l10n from '@vscode/l10n';
import type { BuiltinModel } from './builtin/builtinModel';
import { ambiguousWithoutOrganisation, builtinAliases } from './builtinAliases';
import { builtinModels } from './builtinModels';
import { canonicalName, lastPart, taggedName, withoutQuantisation, type ModelName } from './modelName';

export interface BuiltinMatch {
  readonly model: BuiltinModel;
  /** What was assumed to see the name in the table, as sentences for the user. */
  readonly notes: readonly string[];
}

/** Parts of a name that tell how a model was tuned or stored; they change no shape. */
const TUNING = /-(?:instruct|chat|it|pt|hf|text|sft|dpo|deduped)(?=-|$)/g;

const byName = new Map(builtinModels.map((model) => [canonicalName(lastPart(model.id)), model]));
const byUntunedName = new Map(
  builtinModels.toReversed().map((model) => [untuned(canonicalName(lastPart(model.id))), model]),
);

/** The built-in model of a name, whoever's copy it is and however it was tuned or quantised; or undefined. */
export function findBuiltin(name: ModelName): BuiltinMatch | undefined {
  const written = name.last === undefined ? undefined : taggedName(name.last, name.tag);
  if (written === undefined) return undefined;
  const { name: plain, stripped } = withoutQuantisation(written);
  const canonical = canonicalName(plain);
  if (name.organisation === undefined && ambiguousWithoutOrganisation.has(canonical)) return undefined;
  const bare = untuned(canonical).replace(/-base$/, '');
  const exact = byName.get(canonical) ?? byAlias(canonical);
  const model = exact ?? byName.get(bare) ?? byAlias(bare) ?? byUntunedName.get(bare);
  if (model === undefined) return undefined;
  return {
    model,
    notes: [
      ...(stripped === '' ? [] : [strippedNote(stripped)]),
      ...(exact === undefined ? [l10n.t('How it was tuned changes no shape and is left aside.')] : []),
      ...organisationNote(name, model),
      ...(model.remark === undefined ? [] : [model.remark]),
    ],
  };
}

/** The sentence that tells the user which ending of the name was left aside. */
export function strippedNote(stripped: string): string {
  return l10n.t(
    '"{0}" at the end of the name tells how the weights are stored, not their shape, and is left aside.',
    stripped,
  );
}

function byAlias(canonical: string): BuiltinModel | undefined {
  const model = builtinAliases.get(canonical);
  return model === undefined ? undefined : byName.get(canonicalName(model));
}

function untuned(canonical: string): string {
  return canonical.replace(TUNING, '');
}

function organisationNote(name: ModelName, model: BuiltinModel): string[] {
  const { organisation } = name;
  const own = model.id.slice(0, model.id.indexOf('/'));
  if (organisation === undefined || organisation.toLowerCase() === own.toLowerCase()) return [];
  return [l10n.t('"{0}" is taken to have a copy of {1}.', organisation, model.id)];
}
