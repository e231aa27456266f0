import * as l10n from '@vscode/l10n';
import { factor } from '../../model/factor';
import type { AttentionSpec } from '../../model/modelSpec';
import type { FieldReader } from '../fieldReader';
import type { FamilyReading, ModelFamily } from './family';
import { dividingKvHeads } from './headShape';
import { readLanguageModelHead } from './languageModelHead';
import { flag, multiHead, readDropouts, size } from './originalFields';
import { originalLayer, singleStack, type LayerNames } from './originalLayers';
import { languageModelHead, tokenEmbedding } from './weights/outside';
import { hidden, norm } from './weights/vectors';

const names: LayerNames = {
  attention: { prefix: 'self_attn.', projections: ['q_proj', 'k_proj', 'v_proj', 'dense'] },
  feedForward: ['mlp.fc1', 'mlp.fc2'],
  norms: ['input_layernorm'],
};

/**
 * Phi-1, 1.5 and 2 (Gunasekar et al. 2023): attention and MLP side by side under one LayerNorm, biases
 * everywhere, that of the untied head among them, rotary positions.
 */
export const phi2Family: ModelFamily = {
  id: 'phi',
  modelTypes: ['phi'],
  requiredKeys: [
    'hidden_size',
    'num_hidden_layers',
    'num_attention_heads',
    'intermediate_size',
    'vocab_size',
    'max_position_embeddings',
  ],
  read: readPhi,
};

function readPhi(reader: FieldReader): FamilyReading {
  const hiddenSize = size(reader, 'hiddenSize', ['hidden_size']);
  const layers = size(reader, 'layers', ['num_hidden_layers']);
  const attention = readAttention(reader, hiddenSize);
  const feedForward = {
    kind: 'plain',
    intermediateSize: size(reader, 'intermediateSize', ['intermediate_size']),
  } as const;
  const vocabSize = size(reader, 'vocabSize', ['vocab_size']);
  const head = readLanguageModelHead(reader, false);
  const width = hidden(hiddenSize);
  const d = factor('d', attention.headDim);
  const headNorms = attention.queryKeyNorm === true ? ['q_layernorm', 'k_layernorm'] : [];
  return singleStack({
    name: 'decoder',
    generates: true,
    hiddenSize,
    vocabSize,
    maxSequenceLength: size(reader, 'maxSequenceLength', ['max_position_embeddings']),
    layerKinds: [
      {
        name: 'full_attention',
        layers,
        attention,
        feedForward,
        norms: 1,
        parallel: true,
        weights: [
          ...originalLayer({ width, attention, feedForward, names }),
          ...headNorms.flatMap((name) => norm(`self_attn.${name}`, 'layer', d)),
        ],
      },
    ],
    weights: [
      tokenEmbedding('embed_tokens.weight', vocabSize, width),
      ...norm('final_layernorm', 'layer', width),
      ...languageModelHead(head, 'lm_head', vocabSize, width, 'embed_tokens.weight', true),
    ],
    outerNorms: 1,
    dropout: readDropouts(reader, { attention: 'attention_dropout', hidden: 'resid_pdrop' }, 0),
    head,
  });
}

function readAttention(reader: FieldReader, hiddenSize: number): AttentionSpec {
  const keys = { hidden: ['hidden_size'], heads: ['num_attention_heads'] } as const;
  const attention = { ...multiHead(reader, hiddenSize, keys), causal: true };
  const { heads } = attention;
  const written = size(reader, 'kvHeads', ['num_key_value_heads'], {
    value: heads,
    rule: l10n.t('num_key_value_heads is not set: as many as heads.'),
  });
  const kvHeads = dividingKvHeads(reader, written, heads);
  const queryKeyNorm = flag(reader, 'queryKeyNorm', 'qk_layernorm', false);
  return { ...attention, kvHeads, ...(queryKeyNorm && { queryKeyNorm }) };
}
