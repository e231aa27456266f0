import * as l10n from '@vscode/l10n';
import { factor, type Factor } from '../../model/factor';
import type { AttentionSpec, LayerKind, Stack } from '../../model/modelSpec';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import { readSwitch } from './decoderVariant';
import { classDefault, readDropouts } from './originalFields';
import { readVisionLayers } from './visionLayers';
import { readPatchGrid, type PatchGrid } from './visionPatches';
import { relativeTable } from './visionRelativePositions';
import { readTowerAttention, readTowerMlp, readTowerSize, type TowerReading } from './visionSizes';
import type { VisionVariant } from './visionVariant';
import { positionEmbedding } from './weights/outside';
import { hidden, norm, vector } from './weights/vectors';

/** A tower that turns one image into tokens. */
export interface VisionTower {
  readonly stack: Omit<Stack, 'name' | 'tokens'>;
  readonly grid: PatchGrid;
  /** Tokens of one image: patches and learned tokens. */
  readonly tokens: number;
  readonly patches: number;
  readonly hiddenSize: number;
  readonly attention: AttentionSpec;
}

/**
 * A vision transformer (Dosovitskiy et al. 2021) in the way its variant has it: n is (image / patch)² and the
 * learned tokens. Throws ConfigError for a config that describes none. `nested`: it is a part of another config.
 */
export function readVisionTower(reader: FieldReader, variant: VisionVariant, nested: boolean): VisionTower {
  const reading: TowerReading = {
    reader,
    defaults: variant.defaults,
    nested,
    ...(variant.keys && { keys: variant.keys }),
  };
  const hiddenSize = readTowerSize(reading, 'hiddenSize');
  const layers = readTowerSize(reading, 'layers');
  const width = hidden(hiddenSize);
  const attention = readTowerAttention(reading, hiddenSize, false);
  const feedForward = readTowerMlp(reading, hiddenSize, variant.mlp);
  const grid = readPatchGrid(reader, variant.patch);
  const patches = grid.rows * grid.columns;
  const registers = readRegisters(reader, variant);
  const learned = variant.classTokens.length + registers;
  const layerKinds: LayerKind[] = readVisionLayers(reader, variant, {
    layers,
    width,
    attention,
    feedForward,
    grid,
  });
  return {
    stack: {
      hiddenSize,
      generates: false,
      layerKinds,
      weights: [
        ...patchEmbedding(reader, variant, width, grid),
        ...learnedTokens(reader, variant, width, registers),
        ...positions(reader, variant, width, patches),
        ...sharedRelativePositions(reader, variant, attention, grid),
        ...variant.outerNorms.flatMap((name) => norm(name, variant.norm, width)),
      ],
      outerNorms: variant.outerNorms.length,
      dropout: readDropouts(reader, variant.dropout, 0),
    },
    grid,
    tokens: patches + learned,
    patches,
    hiddenSize,
    attention,
  };
}

/** A convolution whose stride is its size: each patch is multiplied once with h·C·p² elements. */
export function patchEmbedding(
  reader: FieldReader,
  { patchName, patchBias, frames }: Pick<VisionVariant, 'patchName' | 'patchBias' | 'frames'>,
  width: Factor,
  grid: PatchGrid,
): WeightSpec[] {
  const depth = frames && readFrames(reader, frames);
  const weight: WeightSpec = {
    name: `${patchName}.weight`,
    part: 'patchEmbedding',
    shape: [
      width,
      factor('C', grid.channels),
      ...(depth === undefined ? [] : [factor('frames', depth)]),
      factor('p', grid.patchHeight),
      factor('p', grid.patchWidth),
    ],
    rowFactors: 1,
    use: 'convolution',
    // Of one image, because learned tokens pass it by.
    per: 'sequence',
    applications: grid.rows * grid.columns,
  };
  return patchBias ? [weight, vector(`${patchName}.bias`, 'patchEmbedding', width)] : [weight];
}

function readFrames(reader: FieldReader, { key, byDefault }: NonNullable<VisionVariant['frames']>): number {
  return reader.integer(
    {
      property: 'frames',
      keys: [key],
      meaning: l10n.t('frames of a patch'),
      limit: limits.heads,
      example: byDefault,
    },
    classDefault(key, byDefault),
  );
}

function readRegisters(reader: FieldReader, { registers }: VisionVariant): number {
  if (registers === undefined) return 0;
  const { key, byDefault } = registers;
  return reader.count(
    {
      property: 'registers',
      keys: [key],
      meaning: l10n.t('number of registers'),
      limit: limits.heads,
      example: byDefault,
    },
    classDefault(key, byDefault),
  );
}

function learnedTokens(
  reader: FieldReader,
  { classTokens, maskToken = false, registers }: VisionVariant,
  width: Factor,
  count: number,
): WeightSpec[] {
  const masked = readSwitch(reader, maskToken, 'maskToken', l10n.t('a token for masked patches'));
  return [
    ...[...classTokens, ...(masked ? ['embeddings.mask_token'] : [])].map((name) =>
      vector(name, 'positionEmbedding', width),
    ),
    ...(registers !== undefined && count > 0
      ? [vector('embeddings.register_tokens', 'positionEmbedding', factor('registers', count), width)]
      : []),
  ];
}

function positions(
  reader: FieldReader,
  { positions: rule, classTokens }: VisionVariant,
  width: Factor,
  patches: number,
): WeightSpec[] {
  if (rule === undefined || !readSwitch(reader, rule.when, 'positions', l10n.t('learned positions')))
    return [];
  return [positionEmbedding(rule.name, patches + classTokens.length, width)];
}

function sharedRelativePositions(
  reader: FieldReader,
  { relativePositions }: VisionVariant,
  attention: AttentionSpec,
  grid: PatchGrid,
): WeightSpec[] {
  if (relativePositions === undefined) return [];
  const rule = { key: relativePositions.shared, byDefault: false };
  const isShared = readSwitch(
    reader,
    rule,
    'sharedRelativePositions',
    l10n.t('a shared table of relative positions'),
  );
  return isShared ? [relativeTable('encoder.relative_position_bias', attention, grid)] : [];
}
