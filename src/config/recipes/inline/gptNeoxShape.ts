import * as l10n from '@vscode/l10n';
import type { RecipeReader } from '../recipeReader';
import { setPaddedVocabulary } from './paddedVocabulary';
import { roundUp, ShapeDraft, type CoreSizes, type InlineModel } from './shapeDraft';

/** gpt-neox's arguments as a config of GPT-NeoX, of Llama (RMSNorm and a gated MLP) or of GPT-2 (learned positions). */
export function gptNeoxShape(reader: RecipeReader): InlineModel | undefined {
  const layers = reader.integer(['num_layers']);
  const hidden = reader.integer(['hidden_size']);
  const heads = reader.integer(['num_attention_heads']);
  if (layers === undefined || hidden === undefined || heads === undefined) return undefined;
  const sizes = { layers, hidden, heads };
  const norm = reader.text(['norm'])?.value ?? 'layernorm';
  const gated =
    reader.text(['activation'])?.value === 'swiglu' || reader.text(['mlp_type'])?.value === 'llama';
  if (norm === 'rmsnorm' && gated) return llamaShape(reader, sizes);
  const positions = reader.text(['pos_emb'])?.value ?? 'learned';
  return positions === 'learned' ? gpt2Shape(reader, sizes) : neoxShape(reader, sizes, positions);
}

function neoxShape(
  reader: RecipeReader,
  { layers, hidden, heads }: CoreSizes,
  positions: string,
): InlineModel {
  const shape = new ShapeDraft('gpt_neox', reader);
  if (positions !== 'rotary') {
    reader.note(
      l10n.t('pos_emb is {0}: counted as rotary, which has no weights either.', positions.slice(0, 20)),
    );
  }
  shape
    .set('hidden_size', hidden)
    .set('num_hidden_layers', layers)
    .set('num_attention_heads', heads)
    .setOr('intermediate_size', reader.integer(['intermediate_size']), 4 * hidden.value)
    .set('rotary_pct', reader.number(['rotary_pct'], 0, 1))
    .setOr('use_parallel_residual', reader.boolean(['gpt_j_residual']), false)
    .setOr('hidden_dropout', reader.number(['hidden_dropout'], 0, 1), 0)
    .setOr('attention_dropout', reader.number(['attention_dropout'], 0, 1), 0);
  return finish(shape, reader, 'max_position_embeddings');
}

function llamaShape(reader: RecipeReader, { layers, hidden, heads }: CoreSizes): InlineModel {
  const shape = new ShapeDraft('llama', reader);
  const intermediate = reader.integer(['intermediate_size']);
  const older = reader.text(['mlp_type'])?.value === 'llama';
  const byRule = roundUp(Math.floor((8 * hidden.value) / 3), 256);
  if (intermediate === undefined) {
    reader.note(
      l10n.t('intermediate_size is not set: {0}, 8/3 · hidden_size up to a multiple of 256.', String(byRule)),
    );
  }
  shape
    .set('hidden_size', hidden)
    .set('num_hidden_layers', layers)
    .set('num_attention_heads', heads)
    .setOr('num_key_value_heads', reader.integer(['num_kv_heads']), heads.value)
    .setOr('intermediate_size', intermediate, byRule)
    .setOr('attention_bias', reader.boolean(['use_bias_in_attn_linear']), true)
    // The older mlp_type has no biases whatever the flag.
    .setOr('mlp_bias', older ? undefined : reader.boolean(['use_bias_in_mlp']), !older)
    .setOr('attention_dropout', reader.number(['attention_dropout'], 0, 1), 0);
  return finish(shape, reader, 'max_position_embeddings');
}

function gpt2Shape(reader: RecipeReader, { layers, hidden, heads }: CoreSizes): InlineModel {
  const shape = new ShapeDraft('gpt2', reader);
  const dropout = reader.number(['hidden_dropout'], 0, 1);
  shape
    .set('n_embd', hidden)
    .set('n_layer', layers)
    .set('n_head', heads)
    .setOr('n_inner', reader.integer(['intermediate_size']), 4 * hidden.value)
    .setOr('resid_pdrop', dropout, 0)
    .setOr('embd_pdrop', dropout, 0)
    .setOr('attn_pdrop', reader.number(['attention_dropout'], 0, 1), 0);
  return finish(shape, reader, 'n_positions');
}

function finish(shape: ShapeDraft, reader: RecipeReader, positionsKey: string): InlineModel {
  const untied = reader.boolean(['no_weight_tying']);
  shape
    .set(positionsKey, reader.tokens(['max_position_embeddings', 'seq_length']))
    .setOr('tie_word_embeddings', untied && { ...untied, value: !untied.value }, true);
  setPaddedVocabulary(shape, reader, {
    paths: ['padded_vocab_size'],
    ...tokenizerOf(reader),
    divisorPaths: ['make_vocab_size_divisible_by'],
    defaultDivisor: 128,
    tensorPaths: ['model_parallel_size'],
  });
  return shape.finish();
}

function tokenizerOf(reader: RecipeReader): { entries: number; tokenizer: string } {
  const type = reader.text(['tokenizer_type'])?.value ?? 'GPT2BPETokenizer';
  return type === 'HFTokenizer' || type === 'HFGPT2Tokenizer'
    ? { entries: 50_277, tokenizer: l10n.t('the GPT-NeoX-20B tokenizer') }
    : { entries: 50_257, tokenizer: l10n.t('the GPT-2 tokenizer') };
}
