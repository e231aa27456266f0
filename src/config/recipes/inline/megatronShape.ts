import * as l10n from '@vscode/l10n';
import type { RecipeReader } from '../recipeReader';
import { prefixed } from '../training/megatronPrefixes';
import { setPaddedVocabulary } from './paddedVocabulary';
import { dividedWidth, ShapeDraft, type CoreSizes, type InlineModel } from './shapeDraft';

/**
 * The arguments of Megatron-LM, or NeMo's below `model`, as a config of GPT-2 (learned positions) or of the
 * line of Llama: Qwen where queries, keys and values have biases or norms, Mixtral where there are experts.
 */
export function megatronShape(reader: RecipeReader): InlineModel | undefined {
  const layers = reader.integer(prefixed(['num_layers']));
  const hidden = reader.integer(prefixed(['hidden_size']));
  const heads = reader.integer(prefixed(['num_attention_heads']));
  if (layers === undefined || hidden === undefined || heads === undefined) return undefined;
  const sizes = { layers, hidden, heads };
  return hasLearnedPositions(reader) ? gpt2Shape(reader, sizes) : llamaShape(reader, sizes);
}

/** Learned positions are the default of both. */
function hasLearnedPositions(reader: RecipeReader): boolean {
  if (reader.boolean(prefixed(['use_rotary_position_embeddings']))?.value === true) return false;
  const kind = reader.text(prefixed(['position_embedding_type']))?.value ?? 'learned_absolute';
  return kind === 'learned_absolute';
}

function gpt2Shape(reader: RecipeReader, { layers, hidden, heads }: CoreSizes): InlineModel {
  const shape = new ShapeDraft('gpt2', reader);
  const dropout = reader.number(prefixed(['hidden_dropout']), 0, 1);
  shape
    .set('n_embd', hidden)
    .set('n_layer', layers)
    .set('n_head', heads)
    .setOr('n_inner', reader.integer(prefixed(['ffn_hidden_size'])), 4 * hidden.value)
    .setOr('resid_pdrop', dropout, 0.1)
    .setOr('embd_pdrop', dropout, 0.1)
    .setOr('attn_pdrop', reader.number(prefixed(['attention_dropout']), 0, 1), 0.1);
  return finish(shape, reader, 'n_positions');
}

function llamaShape(reader: RecipeReader, { layers, hidden, heads }: CoreSizes): InlineModel {
  const experts = reader.integer(prefixed(['num_moe_experts', 'num_experts']), 1e6);
  const queryBias = reader.boolean(prefixed(['add_qkv_bias', 'qkv_bias']))?.value === true;
  const queryNorm = reader.boolean(prefixed(['qk_layernorm']))?.value === true;
  const shape = new ShapeDraft(modelType(experts !== undefined, queryBias, queryNorm), reader);
  const groups = reader.integer(prefixed(['num_query_groups']));
  const intermediate = reader.integer(
    prefixed(experts === undefined ? ['ffn_hidden_size'] : ['moe_ffn_hidden_size', 'ffn_hidden_size']),
  );
  if (intermediate === undefined) reader.note(l10n.t('ffn_hidden_size is not set: 4 · hidden_size.'));
  shape
    .set('hidden_size', hidden)
    .set('num_hidden_layers', layers)
    .set('num_attention_heads', heads)
    .setOr('num_key_value_heads', groups, heads.value)
    .setOr('head_dim', reader.integer(prefixed(['kv_channels'])), dividedWidth(hidden.value, heads.value))
    .setOr('intermediate_size', intermediate, 4 * hidden.value)
    .setOr('attention_dropout', reader.number(prefixed(['attention_dropout']), 0, 1), 0.1);
  if (!queryBias && !queryNorm && experts === undefined) setBiases(shape, reader);
  if (experts !== undefined) {
    shape
      .set('num_local_experts', experts)
      .setOr('num_experts_per_tok', reader.integer(prefixed(['moe_router_topk']), 1e6), 2);
  }
  notePlainMlp(reader);
  return finish(shape, reader, 'max_position_embeddings');
}

function modelType(hasExperts: boolean, queryBias: boolean, queryNorm: boolean): string {
  if (hasExperts) return 'mixtral';
  if (queryNorm) return 'qwen3';
  return queryBias ? 'qwen2' : 'llama';
}

/** NeMo's `bias` and Megatron-LM's opposite flag govern all linear layers. */
function setBiases(shape: ShapeDraft, reader: RecipeReader): void {
  const bias = reader.boolean(prefixed(['bias', 'add_bias_linear']));
  const without = reader.boolean(prefixed(['disable_bias_linear']));
  const found = bias ?? (without && { ...without, value: !without.value });
  shape.setOr('attention_bias', found, true).setOr('mlp_bias', found, true);
}

/** The line of Llama has a gated MLP and RMSNorm. */
function notePlainMlp(reader: RecipeReader): void {
  const activation = reader.text(prefixed(['activation']))?.value;
  const gated = reader.boolean(prefixed(['swiglu', 'gated_linear_unit']))?.value === true;
  if (!gated && activation?.includes('glu') !== true) {
    reader.note(
      l10n.t(
        'The MLP is not gated in this file, but counted as a gated one: its weights are counted too high.',
      ),
    );
  }
  if (reader.text(prefixed(['normalization']))?.value.toLowerCase() !== 'rmsnorm') {
    reader.note(l10n.t('The norms are no RMSNorm in this file: their biases are not counted.'));
  }
}

function finish(shape: ShapeDraft, reader: RecipeReader, positionsKey: string): InlineModel {
  const untied = reader.boolean(prefixed(['untie_embeddings_and_output_weights']));
  const tied =
    reader.boolean(prefixed(['share_embeddings_and_output_weights'])) ??
    (untied && { ...untied, value: !untied.value });
  shape
    .set(
      positionsKey,
      reader.tokens(prefixed(['max_position_embeddings', 'encoder_seq_length', 'seq_length'])),
    )
    .setOr('tie_word_embeddings', tied, true);
  setPaddedVocabulary(shape, reader, {
    paths: prefixed(['padded_vocab_size', 'override_vocab_size', 'vocab_size']),
    ...tokenizerOf(reader),
    divisorPaths: prefixed(['make_vocab_size_divisible_by']),
    defaultDivisor: 128,
    tensorPaths: prefixed(['tensor_model_parallel_size']),
  });
  return shape.finish();
}

/** Which tokenizer is meant, by the words of its keys; its file is not opened. */
function tokenizerOf(reader: RecipeReader): { entries: number; tokenizer: string } {
  const keys = [
    'model.tokenizer.library',
    'model.tokenizer.type',
    'model.tokenizer.model',
    ...prefixed(['tokenizer_type', 'tokenizer_model']),
  ];
  const words = keys
    .map((path) => reader.field(path)?.value())
    .filter((value) => typeof value === 'string')
    .map((value) => value.slice(0, 200).toLowerCase())
    .join(' ');
  if (/llama[-_ ]?3/.test(words)) return { entries: 128_256, tokenizer: l10n.t('the Llama 3 tokenizer') };
  if (/llama|sentencepiece/.test(words)) return { entries: 32_000, tokenizer: l10n.t('the Llama tokenizer') };
  return { entries: 50_257, tokenizer: l10n.t('the GPT-2 tokenizer') };
}
