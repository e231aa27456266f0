import * as l10n from '@vscode/l10n';
import type { AttentionSpec, FeedForwardSpec } from '../../model/modelSpec';
import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import type { FamilyReading, ModelFamily } from './family';
import { flag, fourfoldMlp, multiHead, readDropouts, size } from './originalFields';
import { originalLayer, singleStack, type LayerNames } from './originalLayers';
import { positionEmbedding, tokenEmbedding } from './weights/outside';
import { hidden, norm } from './weights/vectors';

const keys = {
  hidden: ['n_embd', 'hidden_size'],
  heads: ['n_head', 'num_attention_heads'],
} as const;

const attentionNames = {
  prefix: 'attn.',
  projections: ['Wqkv.q', 'Wqkv.k', 'Wqkv.v', 'out_proj'],
} as const;

/** Nomic's BERT (Nussbaum et al. 2024): rotary positions, a gated MLP, no biases in the linear layers. */
export const bertNomicFamily: ModelFamily = {
  id: 'nomic_bert',
  modelTypes: ['nomic_bert'],
  requiredKeys: ['n_embd', 'n_layer', 'n_head', 'n_positions', 'vocab_size'],
  read: readNomicBert,
};

function readNomicBert(reader: FieldReader): FamilyReading {
  const hiddenSize = size(reader, 'hiddenSize', keys.hidden);
  const layers = size(reader, 'layers', ['n_layer', 'num_hidden_layers']);
  const attention: AttentionSpec = { ...multiHead(reader, hiddenSize, keys), causal: false };
  const feedForward = readFeedForward(reader, hiddenSize);
  const names: LayerNames = {
    attention: attentionNames,
    feedForward: feedForward.kind === 'gated' ? ['mlp.fc11', 'mlp.fc2', 'mlp.fc12'] : ['mlp.fc1', 'mlp.fc2'],
    norms: ['norm1', 'norm2'],
  };
  const attentionBias = flag(reader, 'attentionBias', 'qkv_proj_bias', false);
  const feedForwardBias = flag(reader, 'feedForwardBias', 'mlp_fc1_bias', false);
  const vocabSize = size(reader, 'vocabSize', ['vocab_size']);
  const tokenTypes = reader.count(
    {
      property: 'tokenTypes',
      keys: ['type_vocab_size'],
      meaning: l10n.t('number of token types'),
      limit: limits.size,
      example: 2,
    },
    { value: 2, rule: l10n.t('type_vocab_size is absent: 2, the default of this model type.') },
  );
  noteHead(reader);
  const width = hidden(hiddenSize);
  return singleStack({
    name: 'encoder',
    generates: false,
    hiddenSize,
    vocabSize,
    maxSequenceLength: size(reader, 'maxSequenceLength', ['n_positions', 'max_position_embeddings']),
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
          biases: { queryKeyValue: attentionBias, output: attentionBias, feedForward: feedForwardBias },
        }),
      },
    ],
    weights: [
      tokenEmbedding('embeddings.word_embeddings.weight', vocabSize, width),
      ...(tokenTypes > 0
        ? [positionEmbedding('embeddings.token_type_embeddings.weight', tokenTypes, width)]
        : []),
      ...norm('emb_ln', 'layer', width),
    ],
    outerNorms: 1,
    dropout: readDropouts(reader, { attention: 'attn_pdrop', hidden: 'resid_pdrop' }, 0),
    head: { kind: 'none', tied: true },
  });
}

function readFeedForward(reader: FieldReader, hiddenSize: number): FeedForwardSpec {
  const activation = reader.text(
    { property: 'feedForwardKind', keys: ['activation_function'], meaning: l10n.t('activation function') },
    {
      value: 'swiglu',
      rule: l10n.t('activation_function is absent: swiglu, as in the published models.'),
      assumed: true,
    },
  );
  const { intermediateSize } = fourfoldMlp(reader, hiddenSize, ['n_inner', 'intermediate_size']);
  return { kind: activation?.endsWith('glu') === true ? 'gated' : 'plain', intermediateSize };
}

function noteHead(reader: FieldReader): void {
  const architecture = reader.texts('architectures')?.[0] ?? '';
  if (/For\w+$/.test(architecture)) {
    reader.assumptions.push(
      l10n.t('{0}: counted as the base model, without the heads of the task.', architecture),
    );
  }
}
