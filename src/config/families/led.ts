import type { LayerKind } from '../../model/modelSpec';
import type { FieldReader } from '../fieldReader';
import { readBartHead } from './bartHead';
import { bartDecoder, bartEncoder, bartKeys, readBartSide } from './bartStacks';
import type { FamilyReading, ModelFamily } from './family';
import { globalProjections } from './longformer';
import { assumeOneGlobalToken, readAttentionWindows } from './longformerWindows';
import { classDefault, readDropouts, size } from './originalFields';
import { positionEmbedding, tokenEmbedding } from './weights/outside';
import { hidden } from './weights/vectors';

const TOKENS = 'shared.weight';

/** LED (Beltagy et al. 2020): BART with Longformer's attention in the encoder. */
export const ledFamily: ModelFamily = {
  id: 'led',
  modelTypes: ['led'],
  requiredKeys: bartKeys,
  read: readLed,
};

function readLed(reader: FieldReader): FamilyReading {
  const hiddenSize = size(reader, 'hiddenSize', ['d_model']);
  const decoderSide = readBartSide(reader, 'decoder', hiddenSize);
  const encoderSide = readBartSide(reader, 'encoder', hiddenSize);
  const vocabSize = size(reader, 'vocabSize', ['vocab_size']);
  const encoderKey = 'max_encoder_position_embeddings';
  const decoderKey = 'max_decoder_position_embeddings';
  const source = size(reader, 'encoder.maxSequenceLength', [encoderKey], classDefault(encoderKey, 16384));
  const target = size(reader, 'maxSequenceLength', [decoderKey], classDefault(decoderKey, 1024));
  const { head, weights } = readBartHead(reader, {
    hiddenSize,
    vocabSize,
    embedding: TOKENS,
    headName: 'lm_head',
  });
  const dropout = readDropouts(
    reader,
    { attention: 'attention_dropout', hidden: 'dropout' },
    { attention: 0, hidden: 0.1 },
  );
  const width = hidden(hiddenSize);
  const common = { hiddenSize, dropout, norms: ['layernorm_embedding'] };
  return {
    hiddenSize,
    vocabSize,
    maxSequenceLength: target,
    learnedPositions: target,
    stacks: [
      bartDecoder({
        ...common,
        side: decoderSide,
        weights: [
          tokenEmbedding(TOKENS, vocabSize, width),
          positionEmbedding('decoder.embed_positions.weight', target, width),
          ...weights,
        ],
      }),
      bartEncoder({
        ...common,
        side: encoderSide,
        tokens: 'source',
        weights: [positionEmbedding('encoder.embed_positions.weight', source, width)],
        layerKinds: (kind) => localLayers(reader, kind, hiddenSize),
      }),
    ],
    head,
  };
}

function localLayers(reader: FieldReader, kind: LayerKind, hiddenSize: number): readonly LayerKind[] {
  const { attention } = kind;
  if (attention === undefined) return [kind];
  const global = assumeOneGlobalToken(reader);
  const weights = [...kind.weights, ...globalProjections(hiddenSize, 'self_attn.longformer_self_attn.')];
  return readAttentionWindows(reader, kind.layers).map(({ name, layers, keys }) => ({
    ...kind,
    name,
    layers,
    attention: { ...attention, window: keys, pattern: { kind: 'global', global } },
    weights,
  }));
}
