import * as l10n from '@vscode/l10n';
import {
  modelReference,
  type ParallelismDraft,
  type RecipeDraft,
  type RecipeFramework,
  type RecipeView,
} from '../recipeFramework';
import type { Found, RecipeReader } from '../recipeReader';
import { countPresent, textAt } from '../spelledField';
import { readCacheDType, readMemoryShare, readServerDType, readWeightFormat } from './serverFields';

/** Arguments of vLLM's engine that no other program has. */
const own = [
  'max_model_len',
  'gpu_memory_utilization',
  'max_num_seqs',
  'max_num_batched_tokens',
  'enable_chunked_prefill',
  'enable_prefix_caching',
  'enforce_eager',
  'tensor_parallel_size',
  'swap_space',
];

const modelPaths = ['model', 'model_tag', 'model_id', 'modelURL', 'model_loading_config.model_source'];

/** vLLM: the YAML that `vllm serve --config` reads, and its flags anywhere else. */
export const vllm: RecipeFramework = {
  framework: 'vllm',
  purpose: 'serving',
  matches: isVllm,
  read: readVllm,
};

function isVllm({ fields, words }: RecipeView): boolean {
  const engineKeys = countPresent(fields, own);
  const named = modelPaths.some((path) => textAt(fields, path) !== undefined);
  if (words !== undefined) return engineKeys >= 1 && (named || words.some((word) => word.includes('vllm')));
  return engineKeys >= 2 || (engineKeys >= 1 && named);
}

function readVllm(reader: RecipeReader): RecipeDraft {
  return {
    model: modelReference(reader, modelPaths, ['revision']),
    sequenceLength: reader.take('sequenceLength', readModelLength(reader)),
    dtype: readServerDType(reader),
    weightFormat: readWeightFormat(reader, ['quantization']),
    cacheDType: readCacheDType(reader, ['kv_cache_dtype']),
    cachePageTokens: reader.take('cachePageTokens', reader.integer(['block_size'], 65_536)),
    maxSequences: reader.take('maxSequences', reader.integer(['max_num_seqs'])),
    memoryShare: readMemoryShare(reader, ['gpu_memory_utilization']),
    attention: reader.rule('attention', 'fused', l10n.t('vLLM uses fused attention.')),
    parallelism: readDegrees(reader),
  };
}

/** vLLM also reads `32k` (thousands) and `32K` (times 1024). -1 and auto: what fits. */
function readModelLength(reader: RecipeReader): Found<number> | undefined {
  const found = reader.any(['max_model_len']);
  if (found?.value === -1 || found?.value === '-1') return undefined;
  const [, digits, unit] = /^(\d{1,9}(?:\.\d{1,6})?)([kKmM])$/.exec(String(found?.value)) ?? [];
  const factor = unit === undefined ? undefined : { k: 1e3, K: 1024, m: 1e6, M: 1024 * 1024 }[unit];
  if (found === undefined || digits === undefined || factor === undefined)
    return reader.tokens(['max_model_len']);
  return { ...found, value: Math.floor(Number(digits) * factor) };
}

function readDegrees(reader: RecipeReader): ParallelismDraft {
  const tensor = reader.degree(['tensor_parallel_size']);
  const data = reader.degree(['data_parallel_size']);
  const expert = reader.boolean(['enable_expert_parallel']);
  const devices = (tensor?.value ?? 1) * (data?.value ?? 1);
  return {
    data: reader.take('parallelism.data', data),
    tensor: reader.take('parallelism.tensor', tensor),
    pipeline: reader.take('parallelism.pipeline', reader.degree(['pipeline_parallel_size'])),
    context: reader.take('parallelism.context', reader.degree(['prefill_context_parallel_size'])),
    expert: reader.takeAs('parallelism.expert', expert, (on) => (on ? devices : 1)),
  };
}
