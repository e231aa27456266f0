import type { RecipeReader } from '../recipeReader';
import { parseTorchtuneBuilder } from '../training/torchtuneBuilder';
import { dividedWidth, roundUp, ShapeDraft, type InlineModel } from './shapeDraft';

interface Line {
  readonly modelType: string;
  readonly tied: boolean;
}

/** Lines of models whose builders take sizes, by their modules, and what is not among the arguments. */
const lines: ReadonlyMap<string, Line> = new Map([
  ['llama2', { modelType: 'llama', tied: false }],
  ['code_llama2', { modelType: 'llama', tied: false }],
  ['llama3', { modelType: 'llama', tied: false }],
  ['llama3_1', { modelType: 'llama', tied: false }],
  ['llama3_2', { modelType: 'llama', tied: true }],
  ['mistral', { modelType: 'mistral', tied: false }],
  ['qwen2', { modelType: 'qwen2', tied: false }],
  ['gemma', { modelType: 'gemma', tied: true }],
]);

/** A torchtune builder that takes the sizes as arguments, such as `torchtune.models.llama2.llama2`. */
export function torchtuneShape(reader: RecipeReader): InlineModel | undefined {
  const component = reader.text(['model._component_'])?.value;
  const builder = component === undefined ? undefined : parseTorchtuneBuilder(component);
  const line = builder === undefined ? undefined : lines.get(builder.line);
  const layers = reader.integer(['model.num_layers']);
  const hidden = reader.integer(['model.embed_dim']);
  const heads = reader.integer(['model.num_heads']);
  const vocabulary = reader.integer(['model.vocab_size']);
  if (line === undefined || layers === undefined || hidden === undefined || heads === undefined)
    return undefined;
  const shape = new ShapeDraft(line.modelType, reader)
    .set('hidden_size', hidden)
    .set('num_hidden_layers', layers)
    .set('num_attention_heads', heads)
    .setOr('num_key_value_heads', reader.integer(['model.num_kv_heads']), heads.value)
    .setOr('head_dim', reader.integer(['model.head_dim']), dividedWidth(hidden.value, heads.value))
    .setOr('intermediate_size', reader.integer(['model.intermediate_dim']), gatedWidth(hidden.value))
    .set('vocab_size', vocabulary)
    .set('max_position_embeddings', reader.tokens(['model.max_seq_len', 'tokenizer.max_seq_len']))
    .setOr('attention_dropout', reader.number(['model.attn_dropout'], 0, 1), 0)
    .setOr('tie_word_embeddings', reader.boolean(['model.tie_word_embeddings']), line.tied);
  if (line.modelType === 'mistral') shape.setOr('sliding_window', undefined, null);
  return shape.finish();
}

/** torchtune's `scale_hidden_dim_for_mlp`: 8/3 of the width, up to a multiple of 256 (Touvron et al. 2023). */
function gatedWidth(hidden: number): number {
  return roundUp(Math.floor((8 * hidden) / 3), 256);
}
