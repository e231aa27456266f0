import * as l10n from '@vscode/l10n';
import type { AttentionSpec, FeedForwardSpec } from '../../model/modelSpec';
import type { FieldReader } from '../fieldReader';
import { readEmbedding, readPositions, readRelativeTable, readTokenTypes } from './bertEmbeddings';
import { readBertHead } from './bertHead';
import { bertNames, withoutWidth, type BertLayers, type BertRules } from './bertRules';
import type { FamilyReading } from './family';
import { flag, multiHead, readDropouts, size } from './originalFields';
import { crossAttention, originalLayer, singleStack } from './originalLayers';
import { positionEmbedding, tokenEmbedding } from './weights/outside';
import { hidden, norm } from './weights/vectors';

const TOKENS = 'embeddings.word_embeddings.weight';

const crossNames = {
  prefix: 'crossattention.',
  projections: bertNames.attention.projections,
  norm: 'crossattention.output.LayerNorm',
} as const;

/**
 * An encoder of BERT's line (Devlin et al. 2019): learned positions, a LayerNorm on the embeddings and after
 * each block, biases, a plain MLP. Throws ConfigError for a config that describes none.
 */
export function readBertEncoder(reader: FieldReader, rules: BertRules): FamilyReading {
  const keys = { hidden: ['hidden_size'], heads: ['num_attention_heads'], ...rules.keys } as const;
  const hiddenSize = size(reader, 'hiddenSize', keys.hidden);
  const layers = size(reader, 'layers', rules.keys?.layers ?? ['num_hidden_layers']);
  const causal = rules.mayDecode === true && readCausal(reader);
  const attention: AttentionSpec = { ...multiHead(reader, hiddenSize, keys), causal };
  const feedForward: FeedForwardSpec = {
    kind: 'plain',
    intermediateSize: size(reader, 'intermediateSize', rules.keys?.intermediate ?? ['intermediate_size']),
  };
  const vocabSize = size(reader, 'vocabSize', ['vocab_size']);
  const positions = readPositions(reader, rules);
  const crosses = rules.mayDecode === true && readCross(reader, causal);
  const width = hidden(hiddenSize);
  const embedding = readEmbedding(reader, rules, width);
  const bert = readBertHead(reader, rules.heads, {
    hiddenSize,
    vocabSize,
    embedding: embedding.width,
    embeddingName: TOKENS,
  });
  const bias = rules.biasKey === undefined || flag(reader, 'attentionBias', rules.biasKey, true);
  const cross: AttentionSpec = { ...attention, causal: false };
  const weights = [
    ...originalLayer({
      width,
      attention,
      feedForward,
      names: rules.names,
      biases: {
        queryKeyValue: bias,
        ...(rules.keysWithoutBias === true && { key: false }),
        output: true,
        feedForward: true,
      },
    }),
    ...readRelativeTable(reader, attention),
    ...(crosses ? crossAttention(width, cross, crossNames) : []),
  ];
  const each: BertLayers = { layers, hiddenSize, attention, feedForward, norms: crosses ? 3 : 2, weights };
  const kinds = rules.layerKinds?.(reader, each) ?? [{ name: 'full_attention', ...withoutWidth(each) }];
  const tokenTypes = readTokenTypes(reader, rules);
  return singleStack({
    name: causal ? 'decoder' : 'encoder',
    generates: causal,
    hiddenSize,
    vocabSize,
    maxSequenceLength: positions.usable,
    ...(positions.rows > 0 && { learnedPositions: positions.usable }),
    layerKinds: crosses ? kinds.map((kind) => ({ ...kind, crossAttention: cross })) : kinds,
    weights: [
      tokenEmbedding(TOKENS, vocabSize, embedding.width),
      ...(positions.rows > 0
        ? [positionEmbedding('embeddings.position_embeddings.weight', positions.rows, embedding.width)]
        : []),
      ...(tokenTypes > 0
        ? [positionEmbedding('embeddings.token_type_embeddings.weight', tokenTypes, embedding.width)]
        : []),
      ...norm('embeddings.LayerNorm', 'layer', embedding.width),
      ...embedding.projection,
      ...(rules.outside?.(reader, attention) ?? []),
      ...bert.weights,
    ],
    outerNorms: 1 + bert.norms,
    dropout: readDropouts(
      reader,
      rules.keys?.dropout ?? { attention: 'attention_probs_dropout_prob', hidden: 'hidden_dropout_prob' },
      rules.dropout,
    ),
    head: bert.head,
  });
}

function readCausal(reader: FieldReader): boolean {
  return reader.boolean(
    { property: 'causal', keys: ['is_decoder'], meaning: l10n.t('use as a decoder') },
    { value: false, rule: l10n.t('is_decoder is absent: false, so attention is bidirectional.') },
  );
}

function readCross(reader: FieldReader, causal: boolean): boolean {
  if (reader.raw('add_cross_attention')?.value !== true) return false;
  reader.recordKey('crossAttention', 'add_cross_attention');
  reader.assumptions.push(
    causal
      ? l10n.t(
          'add_cross_attention: the encoder is not in this config; it is taken to be as wide as the decoder and is not counted.',
        )
      : l10n.t(
          'add_cross_attention is true without is_decoder, which the model class refuses: no cross-attention is counted.',
        ),
  );
  return causal;
}
