import * as l10n from '@vscode/l10n';
import type { WeightFormat } from '../../../model/recipe';
import { ggufFormatIn } from '../names/weightFormatNames';
import { modelReference, type RecipeDraft, type RecipeFramework, type RecipeView } from '../recipeFramework';
import type { RecipeReader } from '../recipeReader';
import { countPresent, hasAny, textAt } from '../spelledField';
import { readCacheDType } from './serverFields';

const own = [
  'n_ctx',
  'ctx_size',
  'n_gpu_layers',
  'gpu_layers',
  'cache_type_k',
  'cache_type_v',
  'type_k',
  'n_threads',
  'n_batch',
  'flash_attn',
];

const modelPaths = ['model', 'model_path', 'hf_repo', 'hf_model_repo_id'];

/** llama.cpp's server, and llama-cpp-python's, whose config has the same names with underscores. */
export const llamaCpp: RecipeFramework = {
  framework: 'llama.cpp',
  purpose: 'serving',
  matches: isLlamaCpp,
  read: readLlamaCpp,
};

function isLlamaCpp({ fields }: RecipeView): boolean {
  const names = modelPaths.map((path) => textAt(fields, path)).filter((name) => name !== undefined);
  const gguf = names.some((name) => name.toLowerCase().includes('gguf'));
  if (!hasAny(fields, ['n_ctx', 'ctx_size', 'n_gpu_layers', 'cache_type_k'])) return false;
  return gguf || (names.length > 0 && countPresent(fields, own) >= 2);
}

function readLlamaCpp(reader: RecipeReader): RecipeDraft {
  const model = modelReference(reader, modelPaths);
  const length = reader.tokens(['n_ctx', 'ctx_size']);
  const slots = reader.integer(['parallel', 'n_parallel']);
  if (slots !== undefined && slots.value > 1 && length !== undefined) {
    reader.note(
      l10n.t(
        '"{0}" is shared by the {1} slots of "{2}": counted as one sequence.',
        length.path,
        String(slots.value),
        slots.path,
      ),
    );
  }
  const flash = reader.any(['flash_attn']);
  return {
    model,
    sequenceLength: reader.take('sequenceLength', length),
    cacheDType: readCacheTypes(reader),
    weightFormat: readFormat(reader, model?.name),
    attention: reader.takeAs('attention', flash, (value) =>
      value === false || value === 'off' || value === '0' ? ('naive' as const) : ('fused' as const),
    ),
  };
}

function readCacheTypes(reader: RecipeReader): RecipeDraft['cacheDType'] {
  const keys = reader.text(['cache_type_k', 'type_k'])?.value;
  const values = reader.text(['cache_type_v', 'type_v'])?.value;
  if (keys !== undefined && values !== undefined && keys !== values) {
    reader.note(
      l10n.t(
        'Keys are cached as {0}, values as {1}: both are counted as keys.',
        keys.slice(0, 20),
        values.slice(0, 20),
      ),
    );
  }
  return readCacheDType(reader, ['cache_type_k', 'type_k', 'cache_type_v', 'type_v']);
}

function readFormat(reader: RecipeReader, name: string | undefined): WeightFormat | undefined {
  const format = name === undefined ? undefined : ggufFormatIn(name);
  return (
    format &&
    reader.rule('weightFormat', format, l10n.t('The name of the model says how its weights are stored.'))
  );
}
