import * as l10n from '@vscode/l10n';
import { factor } from '../../model/factor';
import type { LayerKind } from '../../model/modelSpec';
import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import type { FamilyReading } from './family';
import { figure } from './hybridFields';
import { classDefault, readDropouts } from './originalFields';
import { originalLayer, singleStack } from './originalLayers';
import { readTowerAttention, readTowerMlp, readTowerSize, type TowerReading } from './visionSizes';
import { clipVision } from './visionVariants';
import { positionEmbedding, tokenEmbedding } from './weights/outside';
import { hidden, linear, norm } from './weights/vectors';

const defaults = {
  clip: { hiddenSize: 512, layers: 12, heads: 8, intermediateSize: 2048, vocabSize: 49408, positions: 77 },
  siglip: { hiddenSize: 768, layers: 12, heads: 12, intermediateSize: 3072, vocabSize: 32000, positions: 64 },
} as const;

/**
 * The text tower of CLIP (Radford et al. 2021), causal but no generator, or of SigLIP (Zhai et al. 2023), which
 * sees both ways and projects its last token. `nested`: the class fills in what the config leaves out.
 */
export function readClipText(reader: FieldReader, kind: 'clip' | 'siglip', nested: boolean): FamilyReading {
  const byDefault = defaults[kind];
  const reading: TowerReading = { reader, defaults: byDefault, nested };
  const hiddenSize = readTowerSize(reading, 'hiddenSize');
  const layers = readTowerSize(reading, 'layers');
  const width = hidden(hiddenSize);
  const attention = readTowerAttention(reading, hiddenSize, kind === 'clip');
  const feedForward = readTowerMlp(reading, hiddenSize, { kind: 'plain' });
  const vocabSize = figure(reader, {
    property: 'vocabSize',
    keys: ['vocab_size'],
    meaning: l10n.t('size of the vocabulary'),
    example: byDefault.vocabSize,
    ...(nested && { byDefault: byDefault.vocabSize }),
  });
  const positions = figure(reader, {
    property: 'maxSequenceLength',
    keys: ['max_position_embeddings'],
    meaning: l10n.t('longest sequence in tokens'),
    limit: limits.tokens,
    example: byDefault.positions,
    ...(nested && { byDefault: byDefault.positions }),
  });
  const layer: LayerKind = {
    name: 'full_attention',
    layers,
    attention,
    feedForward,
    norms: 2,
    weights: originalLayer({ width, attention, feedForward, names: clipVision.names }),
  };
  return singleStack({
    name: 'text',
    generates: false,
    hiddenSize,
    vocabSize,
    maxSequenceLength: positions,
    learnedPositions: positions,
    layerKinds: [layer],
    weights: [
      tokenEmbedding('embeddings.token_embedding.weight', vocabSize, width),
      positionEmbedding('embeddings.position_embedding.weight', positions, width),
      ...norm('final_layer_norm', 'layer', width),
      ...(kind === 'siglip' ? pooledHead(reader, hiddenSize) : []),
    ],
    outerNorms: 1,
    dropout: readDropouts(reader, clipVision.dropout, 0),
    head: { kind: 'none', tied: false },
  });
}

function pooledHead(reader: FieldReader, hiddenSize: number): ReturnType<typeof linear> {
  const size = reader.integer(
    {
      property: 'projectionSize',
      keys: ['projection_size'],
      meaning: l10n.t('width in which text and images are compared'),
      limit: limits.size,
      example: hiddenSize,
    },
    // The class takes the width of the text tower.
    { ...classDefault('projection_size', hiddenSize), assumed: false },
  );
  return linear('head', 'projector', [factor('projection', size)], [hidden(hiddenSize)], true, {
    per: 'sequence',
  });
}
