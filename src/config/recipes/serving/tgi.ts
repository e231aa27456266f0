import * as l10n from '@vscode/l10n';
import type { WeightFormat } from '../../../model/recipe';
import { modelReference, type RecipeDraft, type RecipeFramework, type RecipeView } from '../recipeFramework';
import type { RecipeReader } from '../recipeReader';
import { countPresent, textAt } from '../spelledField';
import { readCacheDType, readMemoryShare, readServerDType, readWeightFormat } from './serverFields';

/** Arguments of the launcher that no other program has. */
const own = [
  'max_total_tokens',
  'max_input_tokens',
  'max_input_length',
  'max_batch_prefill_tokens',
  'max_batch_total_tokens',
  'num_shard',
  'cuda_memory_fraction',
  'max_concurrent_requests',
];

/** Hugging Face's text-generation-inference. */
export const tgi: RecipeFramework = {
  framework: 'tgi',
  purpose: 'serving',
  matches: isTgi,
  read: readTgi,
};

function isTgi({ fields, words }: RecipeView): boolean {
  const image = words?.some((word) => word.includes('text-generation-')) === true;
  const named = textAt(fields, 'model_id') !== undefined;
  return (named || image) && countPresent(fields, own) >= 1;
}

function readTgi(reader: RecipeReader): RecipeDraft {
  return {
    model: modelReference(reader, ['model_id'], ['revision']),
    sequenceLength: reader.take(
      'sequenceLength',
      reader.tokens(['max_total_tokens', 'max_input_tokens', 'max_input_length']),
    ),
    dtype: readServerDType(reader),
    weightFormat: readWeightFormat(reader, ['quantize'], loadedFormat),
    cacheDType: readCacheDType(reader, ['kv_cache_dtype']),
    maxSequences: reader.take('maxSequences', reader.integer(['max_batch_size'])),
    memoryShare: readMemoryShare(reader, ['cuda_memory_fraction']),
    attention: reader.rule('attention', 'fused', l10n.t('TGI uses fused attention.')),
    parallelism: { tensor: reader.take('parallelism.tensor', reader.degree(['num_shard'])) },
  };
}

/** TGI's plain `bitsandbytes` is LLM.int8 (Dettmers et al. 2022). `fp4` is as wide as `nf4`. */
function loadedFormat(name: string): WeightFormat | undefined {
  if (name === 'bitsandbytes') return 'int8';
  return name === 'bitsandbytes-fp4' ? 'nf4' : undefined;
}
