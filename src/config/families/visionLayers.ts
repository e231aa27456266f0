import * as l10n from '@vscode/l10n';
import type { Factor } from '../../model/factor';
import type { AttentionSpec, FeedForwardSpec, LayerKind } from '../../model/modelSpec';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import { readSwitch } from './decoderVariant';
import { figure } from './hybridFields';
import type { PatchGrid } from './visionPatches';
import { relativeTable } from './visionRelativePositions';
import type { VisionVariant } from './visionVariant';
import { attentionWeights } from './weights/attention';
import { feedForwardWeights } from './weights/feedForward';
import { norm, vector } from './weights/vectors';

interface Layers {
  readonly layers: number;
  readonly width: Factor;
  readonly attention: AttentionSpec;
  readonly feedForward: FeedForwardSpec;
  readonly grid: PatchGrid;
}

/** The layers of a vision tower, those with windows apart from those that see the whole image. */
export function readVisionLayers(reader: FieldReader, variant: VisionVariant, parts: Layers): LayerKind[] {
  const { layers, attention, feedForward } = parts;
  const common = {
    feedForward,
    norms: variant.names.norms.length,
    weights: layerWeights(reader, variant, parts),
  };
  const full: LayerKind = { name: 'full_attention', layers, attention, ...common };
  const windowed = readWindows(reader, variant, parts);
  if (windowed === undefined) return [full];
  const pattern = { kind: 'chunk', chunk: windowed.tokens, before: 0, after: 0 } as const;
  const kinds: LayerKind[] = [
    { ...full, name: 'window_attention', layers: windowed.layers, attention: { ...attention, pattern } },
    { ...full, layers: layers - windowed.layers },
  ];
  return kinds.filter((kind) => kind.layers > 0);
}

function layerWeights(reader: FieldReader, variant: VisionVariant, parts: Layers): WeightSpec[] {
  const { width, attention, feedForward, grid } = parts;
  const { names, layerScale, relativePositions } = variant;
  const bias = readSwitch(
    reader,
    variant.queryKeyValueBias,
    'attentionBias',
    l10n.t('biases of queries, keys and values'),
  );
  const relative =
    relativePositions !== undefined &&
    readSwitch(
      reader,
      { key: relativePositions.eachLayer, byDefault: false },
      'relativePositions',
      l10n.t('tables of relative positions'),
    );
  return [
    ...attentionWeights({
      hidden: width,
      attention,
      queryBias: bias,
      keyValueBias: bias,
      ...(variant.keyBias === false && { keyBias: false }),
      outputBias: variant.outputBias,
      prefix: names.attention.prefix,
      names: names.attention.projections,
      ...(variant.fused !== undefined && { fused: variant.fused }),
    }),
    ...(relative ? [relativeTable('attention.attention.relative_position_bias', attention, grid)] : []),
    ...feedForwardWeights({
      hidden: width,
      feedForward,
      bias: variant.feedForwardBias,
      prefix: '',
      names: names.feedForward,
      ...(feedForward.kind === 'gated' && variant.mlp.kind === 'ratio' && gatedByRatio),
    }),
    ...names.norms.flatMap((name) => norm(name, variant.norm, width)),
    ...(layerScale?.when(reader) === true ? layerScale.names.map((name) => vector(name, 'norm', width)) : []),
  ];
}

/** DINOv2's gated MLP has gate and up in one matrix (Oquab et al. 2024). */
const gatedByRatio = { names: ['mlp.weights_in', 'mlp.weights_out'], fused: 'mlp.weights_in' } as const;

/** Layers with windows, and the tokens of one; undefined where there are none. */
function readWindows(
  reader: FieldReader,
  { windows }: VisionVariant,
  { layers, grid }: Layers,
): { readonly layers: number; readonly tokens: number } | undefined {
  if (windows === undefined) return undefined;
  const whole = new Set(
    reader.integers('fullAttentionLayers', windows.listKey, limits.layers) ??
      reader.assume('fullAttentionLayers', {
        value: windows.list,
        rule: l10n.t(
          '{0} is not set: {1}, the default of this model type.',
          windows.listKey,
          windows.list.join(', '),
        ),
      }),
  );
  const pixels = figure(reader, {
    property: 'window',
    keys: ['window_size'],
    meaning: l10n.t('side of a window in pixels'),
    example: windows.pixels,
    byDefault: windows.pixels,
  });
  const rows = Math.max(1, Math.floor(pixels / grid.patchHeight));
  const columns = Math.max(1, Math.floor(pixels / grid.patchWidth));
  const full = [...whole].filter((index) => index < layers).length;
  return { layers: layers - full, tokens: rows * columns };
}
