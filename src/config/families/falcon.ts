import * as l10n from '@vscode/l10n';
import type { AttentionSpec } from '../../model/modelSpec';
import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import type { FamilyReading, ModelFamily } from './family';
import { readLanguageModelHead } from './languageModelHead';
import { flag, fourfoldMlp, multiHead, readDropouts, size, writtenKey } from './originalFields';
import { originalLayer, singleStack, type LayerNames } from './originalLayers';
import { languageModelHead, tokenEmbedding } from './weights/outside';
import { hidden, norm } from './weights/vectors';

const keys = {
  hidden: ['hidden_size', 'n_embed'],
  heads: ['num_attention_heads', 'n_head'],
} as const;

const TRAINED_LENGTH = 2048;

/**
 * Falcon (Almazrouei et al. 2023), old (one key/value head, one norm) and new (`new_decoder_architecture`:
 * groups of heads, two norms); `RefinedWeb` and `RefinedWebModel` are its first names, of 40B and 7B.
 */
export const falconFamily: ModelFamily = {
  id: 'falcon',
  modelTypes: ['falcon', 'RefinedWeb', 'RefinedWebModel'],
  requiredKeys: ['hidden_size', 'num_hidden_layers', 'num_attention_heads', 'vocab_size'],
  read: readFalcon,
};

function readFalcon(reader: FieldReader, modelType: string): FamilyReading {
  const hiddenSize = size(reader, 'hiddenSize', keys.hidden);
  const layers = size(reader, 'layers', ['num_hidden_layers', 'n_layer']);
  const isNew = flag(reader, 'newDecoder', 'new_decoder_architecture', modelType === 'RefinedWeb');
  const attention = readAttention(reader, hiddenSize, isNew);
  const feedForward = fourfoldMlp(reader, hiddenSize, ['ffn_hidden_size']);
  const bias = flag(reader, 'bias', 'bias', false);
  const { norms, parallel } = readNorms(reader, isNew);
  const vocabSize = size(reader, 'vocabSize', ['vocab_size']);
  const maxSequenceLength = size(reader, 'maxSequenceLength', ['max_position_embeddings', 'seq_length'], {
    value: TRAINED_LENGTH,
    rule: l10n.t(
      'max_position_embeddings is absent: {0} tokens, the default of this model type.',
      String(TRAINED_LENGTH),
    ),
    assumed: true,
  });
  const head = readLanguageModelHead(reader, true);
  if (head.tied && head.kind === 'language-model') {
    reader.assumptions.push(
      l10n.t(
        'The head shares the embedding and is counted once; published files of Falcon store it a second time.',
      ),
    );
  }
  const width = hidden(hiddenSize);
  const names: LayerNames = {
    // The three input projections are one tensor in these checkpoints; here they are told apart.
    attention: {
      prefix: 'self_attention.',
      projections: ['query_key_value.q', 'query_key_value.k', 'query_key_value.v', 'dense'],
    },
    feedForward: ['mlp.dense_h_to_4h', 'mlp.dense_4h_to_h'],
    norms,
  };
  return singleStack({
    name: 'decoder',
    generates: true,
    hiddenSize,
    vocabSize,
    maxSequenceLength,
    layerKinds: [
      {
        name: 'full_attention',
        layers,
        attention,
        feedForward,
        norms: norms.length,
        // With two norms side by side the MLP reads another tensor than attention.
        ...(parallel && norms.length === 1 && { parallel }),
        weights: originalLayer({
          width,
          attention,
          feedForward,
          names,
          biases: { queryKeyValue: bias, output: bias, feedForward: bias },
        }),
      },
    ],
    weights: [
      tokenEmbedding('word_embeddings.weight', vocabSize, width),
      ...norm('ln_f', 'layer', width),
      ...languageModelHead(head, 'lm_head', vocabSize, width, 'word_embeddings.weight'),
    ],
    outerNorms: 1,
    dropout: readDropouts(reader, { attention: 'attention_dropout', hidden: 'hidden_dropout' }, 0),
    head,
  });
}

function readAttention(reader: FieldReader, hiddenSize: number, isNew: boolean): AttentionSpec {
  const attention = { ...multiHead(reader, hiddenSize, keys), causal: true };
  if (isNew) return { ...attention, kvHeads: readKvHeads(reader, attention.heads) };
  if (!flag(reader, 'multiQuery', 'multi_query', true, 'told')) return attention;
  reader.assume('kvHeads', { value: 1, rule: l10n.t('multi_query: one key/value head.') });
  return { ...attention, kvHeads: 1 };
}

function readKvHeads(reader: FieldReader, heads: number): number {
  const kvKeys = ['num_kv_heads', 'n_head_kv'] as const;
  const kvHeads = size(reader, 'kvHeads', kvKeys, {
    value: heads,
    rule: l10n.t('num_kv_heads is not set: as many as heads.'),
    assumed: true,
  });
  if (heads % kvHeads === 0) return kvHeads;
  const key = writtenKey(reader, kvKeys);
  return reader.fail(
    key,
    l10n.t('"{0}" is {1}, which does not divide the {2} heads.', key, String(kvHeads), String(heads)),
    l10n.t('Give a number of key/value heads that divides {0}.', String(heads)),
  );
}

/** The norms of a layer: one, or two side by side, or two in turn. */
function readNorms(reader: FieldReader, isNew: boolean): { norms: readonly string[]; parallel: boolean } {
  const parallel = flag(reader, 'parallel', 'parallel_attn', true, 'told');
  const side = reader.integer(
    {
      property: 'parallelNorms',
      keys: ['num_ln_in_parallel_attn'],
      meaning: l10n.t('number of norms of a parallel layer'),
      limit: limits.layers,
      example: 1,
    },
    {
      value: isNew ? 2 : 1,
      rule: isNew
        ? l10n.t('num_ln_in_parallel_attn is not set: 2 in the new architecture.')
        : l10n.t('num_ln_in_parallel_attn is not set: 1 in the old architecture.'),
    },
  );
  if (isNew && side === 2) return { norms: ['ln_attn', 'ln_mlp'], parallel };
  return {
    norms: parallel ? ['input_layernorm'] : ['input_layernorm', 'post_attention_layernorm'],
    parallel,
  };
}
