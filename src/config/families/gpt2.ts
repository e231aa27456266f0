import * as l10n from '@vscode/l10n';
import type { AttentionSpec } from '../../model/modelSpec';
import type { FieldReader } from '../fieldReader';
import type { FamilyReading, ModelFamily } from './family';
import { readLanguageModelHead } from './languageModelHead';
import { flag, fourfoldMlp, multiHead, readDropouts, size } from './originalFields';
import { crossAttention, originalLayer, singleStack, type LayerNames } from './originalLayers';
import { languageModelHead, positionEmbedding, tokenEmbedding } from './weights/outside';
import { hidden, norm } from './weights/vectors';

/** The second spelling is the one that the configuration class maps to the first. */
const keys = {
  hidden: ['n_embd', 'hidden_size'],
  layers: ['n_layer', 'num_hidden_layers'],
  heads: ['n_head', 'num_attention_heads'],
  positions: ['n_positions', 'n_ctx', 'max_position_embeddings'],
} as const;

/** The three input projections are one tensor in these checkpoints; here they are told apart. */
const names: LayerNames = {
  attention: { prefix: 'attn.', projections: ['c_attn.q', 'c_attn.k', 'c_attn.v', 'c_proj'] },
  feedForward: ['mlp.c_fc', 'mlp.c_proj'],
  norms: ['ln_1', 'ln_2'],
};

const crossNames = {
  prefix: 'crossattention.',
  projections: ['q_attn', 'c_attn.k', 'c_attn.v', 'c_proj'],
  norm: 'ln_cross_attn',
} as const;

/** GPT-2 and, with one key/value head, GPT-BigCode (Li et al. 2023): learned positions, biases, tied by default. */
export const gpt2Family: ModelFamily = {
  id: 'gpt2',
  modelTypes: ['gpt2', 'gpt_bigcode'],
  requiredKeys: ['n_embd', 'n_layer', 'n_head', 'n_positions', 'vocab_size'],
  read: readGpt2,
};

function readGpt2(reader: FieldReader, modelType: string): FamilyReading {
  const hiddenSize = size(reader, 'hiddenSize', keys.hidden);
  const layers = size(reader, 'layers', keys.layers);
  const attention = readAttention(reader, hiddenSize, modelType === 'gpt_bigcode');
  const crosses = readCrossAttention(reader, attention);
  const positions = size(reader, 'maxSequenceLength', keys.positions);
  const vocabSize = size(reader, 'vocabSize', ['vocab_size']);
  const feedForward = fourfoldMlp(reader, hiddenSize, ['n_inner']);
  const head = readLanguageModelHead(reader, true);
  const width = hidden(hiddenSize);
  const cross: AttentionSpec = { ...attention, causal: false };
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
        ...(crosses && { crossAttention: cross }),
        feedForward,
        norms: crosses ? 3 : 2,
        weights: [
          ...originalLayer({ width, attention, feedForward, names }),
          ...(crosses ? crossAttention(width, cross, crossNames) : []),
        ],
      },
    ],
    weights: [
      tokenEmbedding('wte.weight', vocabSize, width),
      positionEmbedding('wpe.weight', positions, width),
      ...norm('ln_f', 'layer', width),
      ...languageModelHead(head, 'lm_head', vocabSize, width, 'wte.weight'),
    ],
    outerNorms: 1,
    dropout: readDropouts(reader, { attention: 'attn_pdrop', hidden: 'resid_pdrop' }, 0.1),
    head,
  });
}

function readAttention(reader: FieldReader, hiddenSize: number, isBigCode: boolean): AttentionSpec {
  const attention = { ...multiHead(reader, hiddenSize, keys), causal: true };
  if (!isBigCode || !flag(reader, 'multiQuery', 'multi_query', true, 'told')) return attention;
  reader.assume('kvHeads', { value: 1, rule: l10n.t('multi_query: one key/value head.') });
  return { ...attention, kvHeads: 1 };
}

/** Whether the layers attend to an encoder too. The classes refuse that with multi-query attention. */
function readCrossAttention(reader: FieldReader, { heads, kvHeads }: AttentionSpec): boolean {
  if (!flag(reader, 'crossAttention', 'add_cross_attention', false)) return false;
  if (kvHeads !== heads) {
    return reader.fail(
      'add_cross_attention',
      l10n.t('"add_cross_attention" is true, which this model type does not allow with "multi_query".'),
      l10n.t('Set "multi_query" or "add_cross_attention" to false.'),
    );
  }
  reader.assumptions.push(
    l10n.t(
      'add_cross_attention: the encoder is not in this config; it is taken to be as wide as the decoder and is not counted.',
    ),
  );
  return true;
}
