import * as l10n from '@vscode/l10n';
import { factor, type Factor } from '../../model/factor';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import { figure } from './hybridFields';
import type { Projection, ProjectionInput } from './nestRules';
import { classDefault, flag } from './originalFields';
import { linear, norm } from './weights/vectors';

/** A matrix that `tokens` tokens of one image are multiplied with, and its bias. */
function once(
  name: string,
  out: readonly Factor[],
  input: readonly Factor[],
  bias: boolean,
  tokens: number,
): WeightSpec[] {
  return linear(name, 'projector', out, input, bias, { per: 'sequence' }).map((weight) =>
    weight.use === 'matmul' ? { ...weight, applications: tokens } : weight,
  );
}

function widths({ text, tower }: ProjectionInput): { h: Factor; v: Factor } {
  return { h: factor('h', text.hiddenSize), v: factor('h_v', tower.hiddenSize) };
}

/** LLaVA-1.5 (Liu et al. 2024): two matrices on the patches, without the class token unless `full`. */
export function llavaProjector(input: ProjectionInput): Projection {
  const { nest, tower } = input;
  const { h, v } = widths(input);
  const bias = flag(nest, 'projectorBias', 'multimodal_projector_bias', true);
  const keepsAll = nest.raw('vision_feature_select_strategy')?.value === 'full';
  const imageTokens = keepsAll ? tower.tokens : tower.patches;
  const taken = nest.raw('vision_feature_layer')?.value;
  const layers = Array.isArray(taken) && taken.length > 0 ? [factor('layers', taken.length), v] : [v];
  return {
    weights: [
      ...once('multi_modal_projector.linear_1', [h], layers, bias, imageTokens),
      ...once('multi_modal_projector.linear_2', [h], [h], bias, imageTokens),
    ],
    norms: 0,
    imageTokens,
  };
}

/** Gemma 3 (Gemma Team 2025): the patches pooled to `mm_tokens_per_image`, a norm and one matrix. */
export function gemma3Projector(input: ProjectionInput): Projection {
  const { h, v } = widths(input);
  const imageTokens = figure(input.nest, {
    property: 'imageTokens',
    keys: ['mm_tokens_per_image'],
    meaning: l10n.t('tokens that one image becomes'),
    limit: limits.tokens,
    example: 256,
    byDefault: 256,
  });
  return {
    weights: [
      ...once('multi_modal_projector.mm_input_projection', [h], [v], false, imageTokens),
      ...norm('multi_modal_projector.mm_soft_emb_norm', 'rms', v),
    ],
    norms: 1,
    imageTokens,
  };
}

/** PaliGemma (Beyer et al. 2024): one matrix and its bias. */
export function paligemmaProjector(input: ProjectionInput): Projection {
  const { nest, vision, tower, text } = input;
  const { v } = widths(input);
  const source = vision.raw('projection_dim') === undefined ? nest : vision;
  const size = figure(source, {
    property: 'projectionSize',
    keys: ['projection_dim'],
    meaning: l10n.t('width of the projected patches'),
    example: 2048,
    fallback: { value: text.hiddenSize, rule: l10n.t('projection_dim is not set: the width of the text.') },
  });
  const imageTokens = tower.tokens;
  const weights = once('multi_modal_projector.linear', [factor('projection', size)], [v], true, imageTokens);
  return { weights, norms: 0, imageTokens };
}

/** Idefics3 and SmolVLM (Laurençon et al. 2024): squares of `scale_factor`² patches become one token. */
export function idefics3Projector(input: ProjectionInput): Projection {
  const { nest, tower } = input;
  const { h, v } = widths(input);
  const side = readMerge(nest, 'scale_factor', 2);
  const imageTokens = Math.max(1, Math.floor(tower.patches / side ** 2));
  const merged = [factor('s²', side ** 2), v];
  return {
    weights: once('connector.modality_projection.proj', [h], merged, false, imageTokens),
    norms: 0,
    imageTokens,
  };
}

/** Mistral Small 3.1: a norm, squares of patches merged to one of the same width, two matrices. */
export function mistral3Projector(input: ProjectionInput): Projection {
  const { nest, tower } = input;
  const { h, v } = widths(input);
  const side = readMerge(nest, 'spatial_merge_size', 2);
  const bias = flag(nest, 'projectorBias', 'multimodal_projector_bias', false);
  const imageTokens = Math.max(1, Math.floor(tower.patches / side ** 2));
  const name = (end: string): string => `multi_modal_projector.${end}`;
  return {
    weights: [
      ...norm(name('norm'), 'rms', v),
      ...once(name('patch_merger.merging_layer'), [v], [factor('s²', side ** 2), v], false, imageTokens),
      ...once(name('linear_1'), [h], [v], bias, imageTokens),
      ...once(name('linear_2'), [h], [h], bias, imageTokens),
    ],
    norms: 1,
    imageTokens,
  };
}

/** Qwen2-VL (Wang et al. 2024): a norm, squares of patches side by side, and an MLP to the text's width. */
export function qwenMerger(input: ProjectionInput): Projection {
  const { vision, tower } = input;
  const { h, v } = widths(input);
  const side = readMerge(vision, 'spatial_merge_size', 2);
  const merged = [factor('s²', side ** 2), v];
  const imageTokens = Math.max(1, Math.floor(tower.patches / side ** 2));
  const isRms = tower.stack.layerKinds.every(({ weights }) =>
    weights.every(({ name }) => name !== 'norm1.bias'),
  );
  return {
    weights: [
      ...norm('merger.ln_q', isRms ? 'rms' : 'layer', v),
      ...once('merger.mlp.0', merged, merged, true, imageTokens),
      ...once('merger.mlp.2', [h], merged, true, imageTokens),
    ],
    norms: 1,
    imageTokens,
  };
}

/** Llama 4: squares of patches side by side, an MLP of two matrices, and one to the text's width; no biases. */
export function llama4Projector(input: ProjectionInput): Projection {
  const { vision, tower } = input;
  const { h, v } = widths(input);
  const read = (property: string, key: string): Factor =>
    factor(
      property,
      figure(vision, {
        property,
        keys: [key],
        meaning: l10n.t('width of the projector'),
        example: 4096,
        byDefault: 4096,
      }),
    );
  const [inner, out] = [
    read('projectorInput', 'projector_input_dim'),
    read('projectorOutput', 'projector_output_dim'),
  ];
  const ratio = vision.probability(
    {
      property: 'shuffleRatio',
      keys: ['pixel_shuffle_ratio'],
      meaning: l10n.t('ratio of the sides after merging'),
    },
    { value: 0.5, rule: l10n.t('pixel_shuffle_ratio is not set: 0.5, the default of this model type.') },
  );
  const side = ratio > 0 ? Math.max(1, Math.round(1 / ratio)) : 1;
  const imageTokens = Math.max(1, Math.floor(tower.patches / side ** 2));
  const merged = [factor('s²', side ** 2), v];
  return {
    weights: [
      ...once('vision_adapter.mlp.fc1', [inner], merged, false, imageTokens),
      ...once('vision_adapter.mlp.fc2', [out], [inner], false, imageTokens),
      ...once('multi_modal_projector.linear_1', [h], [out], false, imageTokens),
    ],
    norms: 0,
    imageTokens,
  };
}

function readMerge(reader: FieldReader, key: string, byDefault: number): number {
  return reader.integer(
    {
      property: 'mergeSize',
      keys: [key],
      meaning: l10n.t('side of the square of patches that becomes one token'),
      limit: limits.heads,
      example: byDefault,
    },
    classDefault(key, byDefault),
  );
}
