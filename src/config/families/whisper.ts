import * as l10n from '@vscode/l10n';
import { factor } from '../../model/factor';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import { readBartHead } from './bartHead';
import { bartDecoder, bartEncoder, bartKeys, readBartSide } from './bartStacks';
import type { FamilyReading, ModelFamily } from './family';
import { readDropouts, size } from './originalFields';
import { positionEmbedding, tokenEmbedding } from './weights/outside';
import { hidden, vector } from './weights/vectors';

/** Frames that both convolutions look at. */
const KERNEL = 3;
const TOKENS = 'decoder.embed_tokens.weight';

/** Whisper (Radford et al. 2022): two convolutions, an encoder of fixed length, a text decoder, keys without biases. */
export const whisperFamily: ModelFamily = {
  id: 'whisper',
  modelTypes: ['whisper'],
  requiredKeys: bartKeys,
  read: readWhisper,
};

function readWhisper(reader: FieldReader): FamilyReading {
  const hiddenSize = size(reader, 'hiddenSize', ['d_model']);
  const decoderSide = readBartSide(reader, 'decoder', hiddenSize);
  const encoderSide = readBartSide(reader, 'encoder', hiddenSize);
  const vocabSize = size(reader, 'vocabSize', ['vocab_size']);
  const sourcePositions = readTokens(reader, 'encoder.maxSequenceLength', 'max_source_positions', 1500);
  const targetPositions = readTokens(reader, 'maxSequenceLength', 'max_target_positions', 448);
  const { head, weights } = readBartHead(reader, {
    hiddenSize,
    vocabSize,
    embedding: TOKENS,
    headName: 'proj_out',
  });
  reader.assumptions.push(
    l10n.t(
      "The encoder works on {0} tokens whatever the clip's length. Its sinusoidal positions are fixed, but stored with the weights and counted.",
      String(sourcePositions),
    ),
  );
  const dropout = readDropouts(reader, { attention: 'attention_dropout', hidden: 'dropout' }, 0);
  const biases = { queryKeyValue: true, key: false, output: true, feedForward: true };
  const width = hidden(hiddenSize);
  const common = { hiddenSize, biases, dropout, norms: ['layer_norm'] };
  return {
    hiddenSize,
    vocabSize,
    maxSequenceLength: targetPositions,
    learnedPositions: targetPositions,
    stacks: [
      bartDecoder({
        ...common,
        side: decoderSide,
        weights: [
          tokenEmbedding(TOKENS, vocabSize, width),
          positionEmbedding('decoder.embed_positions.weight', targetPositions, width),
          ...weights,
        ],
      }),
      bartEncoder({
        ...common,
        side: encoderSide,
        tokens: sourcePositions,
        weights: [
          ...convolutions(reader, hiddenSize),
          positionEmbedding('encoder.embed_positions.weight', sourcePositions, width),
        ],
      }),
    ],
    head,
  };
}

/** The first convolution sees every frame, the second halves them: two frames make one token. */
function convolutions(reader: FieldReader, hiddenSize: number): WeightSpec[] {
  const mels = reader.integer(
    {
      property: 'encoder.melBins',
      keys: ['num_mel_bins'],
      meaning: l10n.t('bands of the spectrogram'),
      limit: limits.size,
      example: 80,
    },
    { value: 80, rule: l10n.t('num_mel_bins is absent: 80, the default of this model type.'), assumed: true },
  );
  const width = hidden(hiddenSize);
  const kernel = factor('k', KERNEL);
  return [
    {
      name: 'encoder.conv1.weight',
      part: 'patchEmbedding',
      shape: [width, factor('mel', mels), kernel],
      use: 'convolution',
      applications: 2,
    },
    vector('encoder.conv1.bias', 'patchEmbedding', width),
    {
      name: 'encoder.conv2.weight',
      part: 'patchEmbedding',
      shape: [width, width, kernel],
      use: 'convolution',
    },
    vector('encoder.conv2.bias', 'patchEmbedding', width),
  ];
}

function readTokens(
  reader: FieldReader,
  property: 'maxSequenceLength' | 'encoder.maxSequenceLength',
  key: string,
  byDefault: number,
): number {
  return size(reader, property, [key], {
    value: byDefault,
    rule: l10n.t('{0} is absent: {1}, the default of this model type.', key, String(byDefault)),
    assumed: true,
  });
}
