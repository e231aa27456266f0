import * as l10n from '@vscode/l10n';
import { factor } from '../../model/factor';
import type { AttentionSpec, FeedForwardSpec } from '../../model/modelSpec';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import type { FamilyReading, ModelFamily } from './family';
import { readLanguageModelHead } from './languageModelHead';
import { dropoutOf, flag, multiHead, size } from './originalFields';
import { originalLayer, singleStack, type LayerNames } from './originalLayers';
import { languageModelHead, positionEmbedding, tokenEmbedding } from './weights/outside';
import { hidden, norm, type NormKind } from './weights/vectors';

/** The three input projections are one tensor in these checkpoints; here they are told apart. */
const names: LayerNames = {
  attention: { prefix: 'attn.', projections: ['Wqkv.q', 'Wqkv.k', 'Wqkv.v', 'out_proj'] },
  feedForward: ['ffn.up_proj', 'ffn.down_proj'],
  norms: ['norm_1', 'norm_2'],
};

/** MPT (MosaicML 2023): ALiBi in place of positions, no biases unless `no_bias` is false, tied. */
export const mptFamily: ModelFamily = {
  id: 'mpt',
  modelTypes: ['mpt'],
  requiredKeys: ['d_model', 'n_layers', 'n_heads', 'vocab_size', 'max_seq_len'],
  read: readMpt,
};

function readMpt(reader: FieldReader): FamilyReading {
  const hiddenSize = size(reader, 'hiddenSize', ['d_model', 'hidden_size']);
  const layers = size(reader, 'layers', ['n_layers', 'num_hidden_layers']);
  const nest = reader.nested('attn_config', '');
  const attention = readAttention(reader, nest, hiddenSize);
  const feedForward = readFeedForward(reader, hiddenSize);
  const vocabSize = size(reader, 'vocabSize', ['vocab_size']);
  const maxSequenceLength = size(reader, 'maxSequenceLength', ['max_seq_len']);
  const bias = !flag(reader, 'noBias', 'no_bias', true);
  const positions = readPositions(reader, nest, maxSequenceLength);
  const head = readLanguageModelHead(reader, true);
  const width = hidden(hiddenSize);
  const norms = bias ? 'layer' : 'layer-without-bias';
  return singleStack({
    name: 'decoder',
    generates: true,
    hiddenSize,
    vocabSize,
    maxSequenceLength,
    ...(positions !== undefined && { learnedPositions: positions }),
    layerKinds: [
      {
        name: 'full_attention',
        layers,
        attention,
        feedForward,
        norms: 2,
        weights: [
          ...originalLayer({
            width,
            attention,
            feedForward,
            names,
            biases: { queryKeyValue: bias, output: bias, feedForward: bias },
            norms,
          }),
          ...queryKeyNorms(attention, norms),
        ],
      },
    ],
    weights: [
      tokenEmbedding('wte.weight', vocabSize, width),
      ...(positions === undefined ? [] : [positionEmbedding('wpe.weight', positions, width)]),
      ...norm('norm_f', norms, width),
      ...languageModelHead(head, 'lm_head', vocabSize, width, 'wte.weight'),
    ],
    outerNorms: 1,
    dropout: {
      attention: dropoutOf(nest ?? reader, 'attentionDropout', 'attn_pdrop', 0),
      hidden: dropoutOf(reader, 'hiddenDropout', 'resid_pdrop', 0),
    },
    head,
  });
}

function readAttention(
  reader: FieldReader,
  nest: FieldReader | undefined,
  hiddenSize: number,
): AttentionSpec {
  const keys = { hidden: ['d_model', 'hidden_size'], heads: ['n_heads', 'num_attention_heads'] } as const;
  const attention = { ...multiHead(reader, hiddenSize, keys), causal: true };
  const { heads } = attention;
  const kind = nest?.raw('attn_type')?.value ?? 'multihead_attention';
  const queryKeyNorm = nest !== undefined && flag(nest, 'queryKeyNorm', 'qk_ln', false);
  return { ...attention, kvHeads: readKvHeads(), ...(queryKeyNorm && { queryKeyNorm }) };

  function readKvHeads(): number {
    if (nest === undefined || kind === 'multihead_attention') return heads;
    if (kind === 'multiquery_attention') {
      return reader.assume('kvHeads', { value: 1, rule: l10n.t('attn_type: one key/value head.') });
    }
    const kvHeads = size(nest, 'kvHeads', ['kv_n_heads']);
    if (kind === 'grouped_query_attention' && heads % kvHeads === 0) return kvHeads;
    return nest.fail(
      'kv_n_heads',
      l10n.t('"attn_config" does not describe groups of the {0} heads.', String(heads)),
      l10n.t('Give an "attn_type" of MPT and a "kv_n_heads" that divides "n_heads".'),
    );
  }
}

function readFeedForward(reader: FieldReader, hiddenSize: number): FeedForwardSpec {
  const ratio = reader.number(
    {
      property: 'intermediateSize',
      keys: ['expansion_ratio'],
      meaning: l10n.t('width of the MLP over d_model'),
    },
    { value: 4, rule: l10n.t('expansion_ratio is absent: 4 · d_model.'), assumed: true },
  );
  const intermediateSize = Math.floor(ratio * hiddenSize);
  if (intermediateSize >= 1 && intermediateSize <= 1e9) return { kind: 'plain', intermediateSize };
  return reader.fail(
    'expansion_ratio',
    l10n.t(
      '"expansion_ratio" is {0}, which makes the MLP {1} wide.',
      String(ratio),
      String(intermediateSize),
    ),
    l10n.t('Give the ratio of its width to "d_model", such as 4.'),
  );
}

/** Rows of learned positions; undefined with ALiBi or rotary ones, or where they are switched off. */
function readPositions(
  reader: FieldReader,
  nest: FieldReader | undefined,
  length: number,
): number | undefined {
  // The transformers class defaults to ALiBi and has no table at all.
  const relative = (nest?.raw('alibi')?.value ?? true) === true || nest?.raw('rope')?.value === true;
  if (relative || !flag(reader, 'learnedPositions', 'learned_pos_emb', true)) return undefined;
  reader.assumptions.push(
    l10n.t(
      'attn_config.alibi is false: the learned positions of the original code are counted; transformers has none.',
    ),
  );
  return length;
}

/** Norms over all heads together, as the original code has them. */
function queryKeyNorms(
  { queryKeyNorm, heads, kvHeads, headDim }: AttentionSpec,
  norms: NormKind,
): WeightSpec[] {
  if (queryKeyNorm !== true) return [];
  const d = factor('d', headDim);
  return [
    ...norm('attn.q_ln', norms, factor('a', heads), d),
    ...norm('attn.k_ln', norms, factor('kv', kvHeads), d),
  ];
}
