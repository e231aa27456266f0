import * as l10n from '@vscode/l10n';
import { modelReference, type RecipeDraft, type RecipeFramework, type RecipeView } from '../recipeFramework';
import type { RecipeReader } from '../recipeReader';
import { countPresent, hasAny, textAt } from '../spelledField';
import { readCacheDType, readMemoryShare, readServerDType, readWeightFormat } from './serverFields';

/** Arguments of SGLang's server that no other program has. */
const own = [
  'mem_fraction_static',
  'context_length',
  'max_running_requests',
  'max_total_tokens',
  'chunked_prefill_size',
  'attention_backend',
  'cuda_graph_max_bs',
  'schedule_policy',
  'tp',
  'tp_size',
  'tensor_parallel_size',
];

/** SGLang: the YAML that `launch_server --config` reads, and its flags anywhere else. */
export const sglang: RecipeFramework = {
  framework: 'sglang',
  purpose: 'serving',
  matches: isSglang,
  read: readSglang,
};

function isSglang({ fields, words }: RecipeView): boolean {
  const named = textAt(fields, 'model_path') !== undefined;
  if (words?.some((word) => word.includes('sglang')) === true) return named || countPresent(fields, own) >= 1;
  if (hasAny(fields, ['mem_fraction_static'])) return true;
  return named && countPresent(fields, own) >= 1;
}

function readSglang(reader: RecipeReader): RecipeDraft {
  const data = reader.degree(['dp_size', 'dp', 'data_parallel_size']);
  return {
    model: modelReference(reader, ['model_path', 'model'], ['revision']),
    sequenceLength: reader.take('sequenceLength', reader.tokens(['context_length'])),
    dtype: readServerDType(reader),
    weightFormat: readWeightFormat(reader, ['quantization']),
    cacheDType: readCacheDType(reader, ['kv_cache_dtype']),
    cachePageTokens: reader.take('cachePageTokens', reader.integer(['page_size'], 65_536)),
    maxSequences: reader.take('maxSequences', reader.integer(['max_running_requests'])),
    memoryShare: readMemoryShare(reader, ['mem_fraction_static']),
    attention: reader.rule('attention', 'fused', l10n.t('SGLang uses fused attention.')),
    parallelism: {
      data: reader.take('parallelism.data', data),
      tensor: reader.take('parallelism.tensor', reader.degree(['tp_size', 'tp', 'tensor_parallel_size'])),
      pipeline: reader.take(
        'parallelism.pipeline',
        reader.degree(['pp_size', 'pp', 'pipeline_parallel_size']),
      ),
      expert: reader.take('parallelism.expert', reader.degree(['ep_size', 'ep', 'expert_parallel_size'])),
    },
  };
}
