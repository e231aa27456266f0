import * as l10n from '@vscode/l10n';
import { factor, type Factor } from '../../model/factor';
import type { LayerKind, Stack } from '../../model/modelSpec';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import type { FamilyReading, ModelFamily } from './family';
import { readLayerIndices, sizeByClass } from './hybridFields';
import type { FamilyLookup } from './nest';
import { readVisionTower } from './visionTower';
import type { VisionVariant } from './visionVariant';
import { clipVision } from './visionVariants';
import { attentionWeights } from './weights/attention';
import { positionEmbedding } from './weights/outside';
import { hidden, linear, vector } from './weights/vectors';

/** Rows of the embedding beyond the vocabulary, for the image token. */
const EXTRA_ROWS = 8;

const crossLayers = [3, 8, 13, 18, 23, 28, 33, 38] as const;

const one = factor('1', 1);

/**
 * Llama 3.2 Vision (Grattafiori et al. 2024, §7): a Llama of which some layers attend to the image in place of the
 * text, and a tower that sees several tiles at once.
 */
export function mllamaFamily(lookup: FamilyLookup): ModelFamily {
  return {
    id: 'mllama',
    modelTypes: ['mllama'],
    requiredKeys: ['text_config', 'vision_config'],
    read(reader) {
      const [part, vision] = [reader.nested('text_config', ''), reader.nested('vision_config', 'vision')];
      const missing = part === undefined ? 'text_config' : 'vision_config';
      if (part === undefined || vision === undefined) {
        return reader.fail(
          missing,
          l10n.t('"{0}" is missing.', missing),
          l10n.t('Add it as a mapping of its sizes.'),
        );
      }
      const llama = lookup('llama');
      if (llama === undefined) throw new RangeError('Llama is a family.');
      const text = withCrossAttention(part, llama.read(part, 'llama', true));
      return { ...text, stacks: [...text.stacks, readTiles(vision, text.hiddenSize)] };
    },
  };
}

/** Exchanges the attention of the layers that the config lists, and adds the rows of the embedding. */
function withCrossAttention(reader: FieldReader, text: FamilyReading): FamilyReading {
  return {
    ...text,
    stacks: text.stacks.map((stack) => ({
      ...stack,
      layerKinds: stack.layerKinds.flatMap((kind) => splitLayers(reader, kind, hidden(text.hiddenSize))),
      weights: stack.weights.map((weight) =>
        weight.part === 'tokenEmbedding'
          ? { ...weight, shape: [factor('V + 8', text.vocabSize + EXTRA_ROWS), ...weight.shape.slice(1)] }
          : weight,
      ),
    })),
  };
}

function splitLayers(reader: FieldReader, kind: LayerKind, width: Factor): LayerKind[] {
  const { attention, ...rest } = kind;
  if (attention === undefined) return [kind];
  const listed =
    readLayerIndices(reader, 'cross_attention_layers', kind.layers) ??
    reader.assume('layerTypes', {
      value: new Set(crossLayers.filter((index) => index < kind.layers)),
      rule: l10n.t(
        'cross_attention_layers is not set: {0}, the default of this model type.',
        crossLayers.join(', '),
      ),
      assumed: true,
    });
  const crossAttention = { ...attention, causal: false, queryKeyNorm: true };
  const crossing: LayerKind = {
    ...rest,
    name: 'cross_attention',
    layers: listed.size,
    crossAttention,
    weights: [
      ...attentionWeights({
        hidden: width,
        attention: crossAttention,
        queryBias: false,
        keyValueBias: false,
        outputBias: false,
        queryKeyNorm: { kind: 'rms', over: 'head' },
        prefix: 'cross_attn.',
        cross: { source: width },
      }),
      vector('cross_attn_attn_gate', 'crossAttention', one),
      vector('cross_attn_mlp_gate', 'feedForward', one),
      ...kind.weights.filter(({ part }) => part !== 'attention'),
    ],
  };
  return [{ ...kind, layers: kind.layers - listed.size }, crossing].filter(({ layers }) => layers > 0);
}

const tower: VisionVariant = {
  ...clipVision,
  defaults: { hiddenSize: 1280, layers: 32, heads: 16, intermediateSize: 5120 },
  keys: { heads: ['attention_heads', 'num_attention_heads'] },
  patch: { imageSize: 448, patchSize: 14 },
  patchName: 'patch_embedding',
  classTokens: ['class_embedding'],
  positions: { name: 'gated_positional_embedding.embedding', when: true },
  outerNorms: ['layernorm_pre', 'layernorm_post'],
  names: {
    attention: { prefix: 'self_attn.', projections: ['q_proj', 'k_proj', 'v_proj', 'o_proj'] },
    feedForward: ['mlp.fc1', 'mlp.fc2'],
    norms: ['input_layernorm', 'post_attention_layernorm'],
  },
  queryKeyValueBias: false,
  outputBias: false,
};

/** The tower over all tiles of an image: local layers, then gated global ones, and the projector. */
function readTiles(vision: FieldReader, textWidth: number): Stack {
  const { stack, tokens, hiddenSize } = readVisionTower(vision, tower, true);
  const tiles = sizeByClass(
    vision,
    'tiles',
    'max_num_tiles',
    l10n.t('number of tiles of an image'),
    4,
    limits.layers,
  );
  const globalLayers = sizeByClass(
    vision,
    'globalLayers',
    'num_global_layers',
    l10n.t('number of global layers'),
    8,
    limits.layers,
  );
  const output = sizeByClass(
    vision,
    'outputSize',
    'vision_output_dim',
    l10n.t("width of the tower's output"),
    7680,
  );
  const seen = tiles * tokens;
  vision.assumptions.push(
    l10n.t('An image is counted as {0} tiles, the most that the tower sees.', String(tiles)),
  );
  const projector = linear(
    'multi_modal_projector',
    'projector',
    [factor('h', textWidth)],
    [factor('output', output)],
    true,
  );
  return {
    ...stack,
    name: 'vision',
    tokens: seen,
    layerKinds: stack.layerKinds.flatMap((kind) => [kind, gated(kind, globalLayers)]),
    weights: [
      ...stack.weights.map((weight) =>
        weight.use === 'convolution'
          ? { ...weight, applications: tiles * (weight.applications ?? 1) }
          : weight,
      ),
      ...tilePositions(vision, tiles, tokens, hidden(hiddenSize)),
      ...projector,
    ],
  };
}

function gated(kind: LayerKind, layers: number): LayerKind {
  const gates = [vector('gate_attn', 'attention', one), vector('gate_ffn', 'feedForward', one)];
  return { ...kind, name: 'global_attention', layers, weights: [...kind.weights, ...gates] };
}

/** Positions of tiles: one table over all tokens, one before and one after the local layers, each with a gate. */
function tilePositions(vision: FieldReader, tiles: number, tokens: number, width: Factor): WeightSpec[] {
  const ratios = vision.raw('supported_aspect_ratios')?.value;
  const rows = (Array.isArray(ratios) ? ratios.length : 8) + 1;
  const wide = (elements: number): Factor => factor('tiles·h', elements * width.value);
  const table = (name: string, columns: Factor): WeightSpec[] => [
    positionEmbedding(`${name}.weight`, rows, columns),
  ];
  const gate = (name: string): WeightSpec => vector(`${name}.gate`, 'positionEmbedding', one);
  return [
    ...table('gated_positional_embedding.tile_embedding', wide(tiles * tokens)),
    ...table('pre_tile_positional_embedding.embedding', wide(tiles)),
    ...table('post_tile_positional_embedding.embedding', wide(tiles)),
    ...['gated_positional_embedding', 'pre_tile_positional_embedding', 'post_tile_positional_embedding'].map(
      gate,
    ),
  ];
}
