import * as l10n from '@vscode/l10n';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import { formatInteger } from '../../model/units';
import { readBartHead } from './bartHead';
import { bartDecoder, bartEncoder, bartKeys, readBartSide } from './bartStacks';
import { blockSparse } from './bigBird';
import type { FamilyReading, ModelFamily } from './family';
import { flag, readDropouts, size } from './originalFields';
import { positionEmbedding, tokenEmbedding } from './weights/outside';
import { hidden } from './weights/vectors';

/** In what the model types of this line differ. */
interface BartVariant {
  /**
   * `sinusoidal`: fixed numbers that the class holds as parameters; `computed`: the same as a buffer, which
   * adds nothing.
   */
  readonly positions: 'learned' | 'sinusoidal' | 'computed';
  /** Rows of the table before that of the first token. */
  readonly offset: number;
  readonly embeddingNorm: boolean;
  /** A norm after the last layer: of the types that norm before each block. */
  readonly finalNorm: boolean;
  readonly attentionDropout?: number;
  /** BigBird's attention in the encoder, and biases of attention only where `use_bias` is true. */
  readonly blockSparse?: boolean;
}

const bart: BartVariant = { positions: 'learned', offset: 2, embeddingNorm: true, finalNorm: false };

const variants: ReadonlyMap<string, BartVariant> = new Map([
  ['bart', bart],
  ['mbart', { ...bart, finalNorm: true }],
  ['blenderbot', { positions: 'learned', offset: 0, embeddingNorm: false, finalNorm: true }],
  ['blenderbot-small', { positions: 'learned', offset: 0, embeddingNorm: true, finalNorm: false }],
  ['pegasus', { positions: 'sinusoidal', offset: 0, embeddingNorm: false, finalNorm: true }],
  ['marian', { positions: 'sinusoidal', offset: 0, embeddingNorm: false, finalNorm: false }],
  [
    'bigbird_pegasus',
    { positions: 'learned', offset: 0, embeddingNorm: true, finalNorm: false, blockSparse: true },
  ],
  [
    'm2m_100',
    { positions: 'computed', offset: 0, embeddingNorm: false, finalNorm: true, attentionDropout: 0.1 },
  ],
]);

/** BART (Lewis et al. 2020), mBART, Pegasus, Marian, Blenderbot, M2M-100 and BigBird-Pegasus. */
export const bartFamily: ModelFamily = {
  id: 'bart',
  modelTypes: [...variants.keys()],
  requiredKeys: [...bartKeys, 'max_position_embeddings'],
  read(reader, modelType) {
    return readBart(reader, variants.get(modelType) ?? bart);
  },
};

const SHARED = 'shared.weight';
const DECODER_TOKENS = 'decoder.embed_tokens.weight';

function readBart(reader: FieldReader, variant: BartVariant): FamilyReading {
  const hiddenSize = size(reader, 'hiddenSize', ['d_model']);
  const decoderSide = readBartSide(reader, 'decoder', hiddenSize);
  const encoderSide = readBartSide(reader, 'encoder', hiddenSize);
  const { vocabSize, sourceSize } = readVocabularies(reader);
  const maxSequenceLength = size(reader, 'maxSequenceLength', ['max_position_embeddings']);
  const isShared = sourceSize === undefined;
  const { head, weights } = readBartHead(reader, {
    hiddenSize,
    vocabSize,
    embedding: isShared ? SHARED : DECODER_TOKENS,
    headName: 'lm_head',
  });
  const dropout = readDropouts(
    reader,
    { attention: 'attention_dropout', hidden: 'dropout' },
    { attention: variant.attentionDropout ?? 0, hidden: 0.1 },
  );
  const attentionBias = variant.blockSparse !== true || flag(reader, 'attentionBias', 'use_bias', false);
  const biases = { queryKeyValue: attentionBias, output: attentionBias, feedForward: true };
  const width = hidden(hiddenSize);
  const table = (side: string): WeightSpec[] => {
    if (variant.positions === 'computed') return [];
    const name = `${side}.embed_positions.weight`;
    return [positionEmbedding(name, maxSequenceLength + variant.offset, width)];
  };
  if (variant.positions === 'sinusoidal') noteFixedPositions(reader, 2 * maxSequenceLength * hiddenSize);
  const norms = [
    ...(variant.embeddingNorm ? ['layernorm_embedding'] : []),
    ...(variant.finalNorm ? ['layer_norm'] : []),
  ];
  const decoder = bartDecoder({
    hiddenSize,
    side: decoderSide,
    biases,
    dropout,
    norms,
    weights: [
      tokenEmbedding(isShared ? SHARED : DECODER_TOKENS, vocabSize, width),
      ...table('decoder'),
      ...weights,
    ],
  });
  const encoder = bartEncoder({
    hiddenSize,
    side: encoderSide,
    biases,
    ...(variant.blockSparse === true && { layerKinds: (kind) => [blockSparse(reader, kind)] }),
    tokens: 'source',
    dropout,
    norms,
    weights: [
      ...(isShared ? [] : [tokenEmbedding('encoder.embed_tokens.weight', sourceSize, width)]),
      ...table('encoder'),
    ],
  });
  return {
    hiddenSize,
    vocabSize,
    maxSequenceLength,
    ...(variant.positions !== 'computed' && { learnedPositions: maxSequenceLength }),
    stacks: [decoder, encoder],
    head,
  };
}

/** The decoder's vocabulary, and the encoder's where it is another (Marian). */
function readVocabularies(reader: FieldReader): { vocabSize: number; sourceSize?: number } {
  const sourceKey = ['vocab_size'] as const;
  const key = 'share_encoder_decoder_embeddings';
  if (flag(reader, 'sharedEmbeddings', key, true)) return { vocabSize: size(reader, 'vocabSize', sourceKey) };
  return {
    sourceSize: size(reader, 'vocabSize', sourceKey),
    vocabSize: size(reader, 'vocabSize', ['decoder_vocab_size', 'vocab_size']),
  };
}

function noteFixedPositions(reader: FieldReader, count: number): void {
  reader.assumptions.push(
    l10n.t(
      'Sinusoidal positions are fixed, but transformers holds them as parameters: {0} are counted, as in published counts.',
      formatInteger(count),
    ),
  );
}
