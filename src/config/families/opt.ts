import * as l10n from '@vscode/l10n';
import { factor } from '../../model/factor';
import type { FieldReader } from '../fieldReader';
import type { FamilyReading, ModelFamily } from './family';
import { readLanguageModelHead } from './languageModelHead';
import { flag, multiHead, readDropouts, size } from './originalFields';
import { originalLayer, singleStack, type LayerNames } from './originalLayers';
import { languageModelHead, positionEmbedding, tokenEmbedding } from './weights/outside';
import { hidden, linear, norm } from './weights/vectors';

const names: LayerNames = {
  attention: { prefix: 'self_attn.', projections: ['q_proj', 'k_proj', 'v_proj', 'out_proj'] },
  feedForward: ['fc1', 'fc2'],
  norms: ['self_attn_layer_norm', 'final_layer_norm'],
};

/** Rows of the table of positions before that of the first token. */
const POSITION_OFFSET = 2;

/**
 * OPT (Zhang et al. 2022): learned positions, biases, tied; embeddings may be narrower than the layers
 * (`word_embed_proj_dim`), and the norms may come after each block, with none at the end.
 */
export const optFamily: ModelFamily = {
  id: 'opt',
  modelTypes: ['opt'],
  requiredKeys: [
    'hidden_size',
    'num_hidden_layers',
    'num_attention_heads',
    'ffn_dim',
    'vocab_size',
    'max_position_embeddings',
  ],
  read: readOpt,
};

function readOpt(reader: FieldReader): FamilyReading {
  const hiddenSize = size(reader, 'hiddenSize', ['hidden_size']);
  const layers = size(reader, 'layers', ['num_hidden_layers']);
  const keys = { hidden: ['hidden_size'], heads: ['num_attention_heads'] } as const;
  const attention = { ...multiHead(reader, hiddenSize, keys), causal: true };
  const feedForward = {
    kind: 'plain',
    intermediateSize: size(reader, 'intermediateSize', ['ffn_dim']),
  } as const;
  const vocabSize = size(reader, 'vocabSize', ['vocab_size']);
  const positions = size(reader, 'maxSequenceLength', ['max_position_embeddings']);
  const embeddingSize = size(reader, 'embeddingSize', ['word_embed_proj_dim'], {
    value: hiddenSize,
    rule: l10n.t('word_embed_proj_dim is not set: hidden_size.'),
  });
  const head = readLanguageModelHead(reader, true);
  const bias = flag(reader, 'bias', 'enable_bias', true);
  const normsFirst = flag(reader, 'normsFirst', 'do_layer_norm_before', true, 'told');
  const finalNorm = normsFirst && !flag(reader, 'finalNormRemoved', '_remove_final_layer_norm', false);
  const norms = flag(reader, 'normWeights', 'layer_norm_elementwise_affine', true) ? 'layer' : 'none';
  const width = hidden(hiddenSize);
  const narrow = embeddingSize === hiddenSize ? width : factor('hₑ', embeddingSize);
  return singleStack({
    name: 'decoder',
    generates: true,
    hiddenSize,
    vocabSize,
    maxSequenceLength: positions,
    learnedPositions: positions,
    layerKinds: [
      {
        name: 'full_attention',
        layers,
        attention,
        feedForward,
        norms: 2,
        weights: originalLayer({
          width,
          attention,
          feedForward,
          names,
          biases: { queryKeyValue: bias, output: bias, feedForward: bias },
          norms,
        }),
      },
    ],
    weights: [
      tokenEmbedding('embed_tokens.weight', vocabSize, narrow),
      positionEmbedding('embed_positions.weight', positions + POSITION_OFFSET, width),
      ...(narrow === width
        ? []
        : [
            ...linear('project_in', 'projector', [width], [narrow], false),
            ...linear('project_out', 'projector', [narrow], [width], false),
          ]),
      ...(finalNorm ? norm('final_layer_norm', norms, width) : []),
      ...languageModelHead(head, 'lm_head', vocabSize, narrow, 'embed_tokens.weight'),
    ],
    outerNorms: finalNorm ? 1 : 0,
    dropout: readDropouts(
      reader,
      { attention: 'attention_dropout', hidden: 'dropout' },
      { attention: 0, hidden: 0.1 },
    ),
    head,
  });
}
