import type { FieldReader } from '../fieldReader';
import type { FamilyReading, ModelFamily } from './family';
import { readLanguageModelHead } from './languageModelHead';
import { fourfoldMlp, multiHead, readDropouts, size } from './originalFields';
import { originalLayer, singleStack, type LayerNames } from './originalLayers';
import { languageModelHead, tokenEmbedding } from './weights/outside';
import { hidden, norm } from './weights/vectors';

const gptJ: LayerNames = {
  attention: { prefix: 'attn.', projections: ['q_proj', 'k_proj', 'v_proj', 'out_proj'] },
  feedForward: ['mlp.fc_in', 'mlp.fc_out'],
  norms: ['ln_1'],
};

/** CodeGen stores q, k and v as one tensor; here they are told apart. */
const codegen: LayerNames = {
  ...gptJ,
  attention: { prefix: 'attn.', projections: ['qkv_proj.q', 'qkv_proj.k', 'qkv_proj.v', 'out_proj'] },
};

/**
 * GPT-J (Wang & Komatsuzaki 2021) and CodeGen (Nijkamp et al. 2022): attention without biases and an MLP with
 * them side by side under one LayerNorm, rotary positions, an untied head with a bias.
 */
export const gptJFamily: ModelFamily = {
  id: 'gptj',
  modelTypes: ['gptj', 'codegen'],
  requiredKeys: ['n_embd', 'n_layer', 'n_head', 'n_positions', 'vocab_size'],
  read: readGptJ,
};

function readGptJ(reader: FieldReader, modelType: string): FamilyReading {
  const hiddenSize = size(reader, 'hiddenSize', ['n_embd', 'hidden_size']);
  const layers = size(reader, 'layers', ['n_layer', 'num_hidden_layers']);
  const attention = {
    ...multiHead(reader, hiddenSize, {
      hidden: ['n_embd', 'hidden_size'],
      heads: ['n_head', 'num_attention_heads'],
    }),
    causal: true,
  };
  const feedForward = fourfoldMlp(reader, hiddenSize, ['n_inner']);
  const vocabSize = size(reader, 'vocabSize', ['vocab_size']);
  const head = readLanguageModelHead(reader, false);
  const width = hidden(hiddenSize);
  return singleStack({
    name: 'decoder',
    generates: true,
    hiddenSize,
    vocabSize,
    maxSequenceLength: size(reader, 'maxSequenceLength', ['n_positions', 'n_ctx', 'max_position_embeddings']),
    layerKinds: [
      {
        name: 'full_attention',
        layers,
        attention,
        feedForward,
        norms: 1,
        parallel: true,
        weights: originalLayer({
          width,
          attention,
          feedForward,
          names: modelType === 'codegen' ? codegen : gptJ,
          biases: { queryKeyValue: false, output: false, feedForward: true },
        }),
      },
    ],
    weights: [
      tokenEmbedding('wte.weight', vocabSize, width),
      ...norm('ln_f', 'layer', width),
      ...languageModelHead(head, 'lm_head', vocabSize, width, 'wte.weight', true),
    ],
    outerNorms: 1,
    dropout: readDropouts(reader, { attention: 'attn_pdrop', hidden: 'resid_pdrop' }, 0),
    head,
  });
}
