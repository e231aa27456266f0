import * as l10n from '@vscode/l10n';
import type { Recipe } from '../model/recipe';
import { formatBytes } from '../model/units';
import type { ConfigFields } from '../config/document';
import type { FieldChange, Literal } from '../config/edit/fieldChange';
import { setFields } from '../config/edit/setFields';
import { hasAny, hasMapping, spelledField } from '../config/recipes/spelledField';
import { prefixed } from '../config/recipes/training/megatronPrefixes';
import type { ConfigMend } from './configMend';
import { changeBeside } from './besideKey';
import type { MendRequest } from './mendRequest';
import { peakChange, peakSentence } from './peakChange';

type Setting = readonly [path: string, value: Literal];

/** What turns full recomputation on, by the framework's own documentation. */
const settings: ReadonlyMap<string, readonly Setting[]> = new Map<string, readonly Setting[]>([
  ['axolotl', [['gradient_checkpointing', true]]],
  ['transformers', [['gradient_checkpointing', true]]],
  // It is on unless it is turned off.
  ['llama-factory', [['disable_gradient_checkpointing', false]]],
  ['torchtune', [['enable_activation_checkpointing', true]]],
  ['torchtitan', [['activation_checkpoint.mode', 'full']]],
  ['gpt-neox', [['checkpoint_activations', true]]],
]);

/** Keys of Megatron, and the names that NeMo gives them. */
const megatronNames = ['recompute_granularity', 'recompute_method', 'recompute_num_layers'] as const;
const nemoNames = [
  'activations_checkpoint_granularity',
  'activations_checkpoint_method',
  'activations_checkpoint_num_layers',
] as const;
const megatronValues: readonly Literal[] = ['full', 'uniform', 1];

/** Turns full recomputation on, where the format has a key for it and the training peak falls by it. */
export function recomputationMend(request: MendRequest): ConfigMend | undefined {
  const { text, name, reading } = request;
  const { recipe, document } = reading;
  if (recipe?.purpose !== 'training' || recipe.recomputation === 'full') return undefined;
  const changes = changesFor(recipe, document.fields);
  const edits = setFields(text, name, changes);
  if (edits.length === 0) return undefined;
  const peak = peakChange(request, edits, 'training');
  if (!(peak.after < peak.before)) return undefined;
  return {
    kind: 'recomputation',
    title: l10n.t(
      'Recompute activations ({0}): estimated training peak {1} instead of {2}',
      changes.map(settingText).join(', '),
      formatBytes(peak.after),
      formatBytes(peak.before),
    ),
    edits,
    note: l10n.t(
      '{0} The backward pass then computes each layer anew, about a third more computation (Chen et al. 2016).',
      peakSentence(peak),
    ),
  };
}

function changesFor(recipe: Recipe, fields: ConfigFields): FieldChange[] {
  const near = nearPath(recipe);
  switch (recipe.framework) {
    case 'megatron':
    case 'nemo':
      return megatronChanges(recipe, fields);
    case 'accelerate':
      return accelerateChanges(fields);
    default:
      return (settings.get(recipe.framework) ?? []).map(([path, value]) =>
        changeBeside(fields, path.split('.'), value, near),
      );
  }
}

/** The keys stand where the granularity does, or the number of layers. */
function megatronChanges(recipe: Recipe, fields: ConfigFields): FieldChange[] {
  const isNemo = recipe.framework === 'nemo' && !hasAny(fields, prefixed([megatronNames[0]]));
  const names = isNemo ? nemoNames : megatronNames;
  const beside = [...prefixed([names[0]]), ...prefixed(['num_layers']), ...prefixed(['micro_batch_size'])]
    .map((path) => spelledField(fields, path))
    .find((field) => field !== undefined);
  if (beside === undefined) return [];
  const near = beside.path.split('.');
  const changes = names.map((name, index) =>
    changeBeside(fields, [...near.slice(0, -1), name], megatronValues[index] ?? 1, near),
  );
  // Each missing key goes after the one before it.
  return changes.map((change, index) => {
    const before = changes[index - 1];
    return before === undefined || change.near === undefined ? change : { ...change, near: before.path };
  });
}

/** FSDP does it where accelerate sets it up; a Trainer's own key is elsewhere. */
function accelerateChanges(fields: ConfigFields): FieldChange[] {
  if (!hasMapping(fields, 'fsdp_config')) return [];
  const short = 'fsdp_config.activation_checkpointing';
  const path = hasAny(fields, [short]) ? short : 'fsdp_config.fsdp_activation_checkpointing';
  return [changeBeside(fields, path.split('.'), true, undefined)];
}

/** A key that the new one belongs beside. */
function nearPath({ fields }: Recipe): readonly string[] | undefined {
  const source = ['microBatch', 'sequenceLength'].map((property) => fields[property]);
  const found = source.find((each) => each?.kind === 'key');
  return found?.kind === 'key' ? found.path.split('.') : undefined;
}

function settingText({ path, value }: FieldChange): string {
  return `${path.join('.')}: ${String(value)}`;
}
