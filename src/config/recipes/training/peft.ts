import * as l10n from '@vscode/l10n';
import { modelReference, type RecipeDraft, type RecipeFramework } from '../recipeFramework';
import type { RecipeReader } from '../recipeReader';
import { everyLinearWords, readLora } from './adapter';

/** adapter_config.json: what PEFT writes beside the weights of an adapter, with the model that it belongs to. */
export const peft: RecipeFramework = {
  framework: 'peft',
  purpose: 'training',
  matches: ({ fields }) => fields.has('peft_type') && fields.has('base_model_name_or_path'),
  read: readAdapterConfig,
};

function readAdapterConfig(reader: RecipeReader): RecipeDraft {
  const model = modelReference(reader, ['base_model_name_or_path'], ['revision']);
  const kind = reader.text(['peft_type'])?.value ?? '';
  if (kind.toUpperCase() !== 'LORA') {
    reader.note(l10n.t('peft_type is "{0}": adapters other than LoRA are not counted.', kind.slice(0, 40)));
    return { model };
  }
  const lora = readLora(
    reader,
    {
      rank: ['r'],
      defaultRank: 8,
      targets: ['target_modules'],
      everyLinear: everyLinearWords,
      defaultTargets: ['q_proj', 'v_proj'],
    },
    'none',
  );
  for (const { key, what } of leftOut) {
    if (isSet(reader.any([key])?.value)) reader.note(l10n.t('{0}: {1}.', key, what()));
  }
  return { model, lora };
}

const leftOut = [
  { key: 'rank_pattern', what: () => l10n.t('modules with a rank of their own are counted with r') },
  {
    key: 'modules_to_save',
    what: () => l10n.t('modules that are trained in full beside the adapters are not counted'),
  },
  {
    key: 'layers_to_transform',
    what: () => l10n.t('the adapters are counted in every layer, not in the listed ones alone'),
  },
  { key: 'use_dora', what: () => l10n.t('the magnitudes that DoRA learns are not counted') },
] as const;

function isSet(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return value !== undefined && value !== null && value !== false;
}
