import * as l10n from '@vscode/l10n';
import { attentionKinds } from '../model/attentionKinds';
import { layerCount, type AttentionSpec, type ModelSpec } from '../model/modelSpec';
import { joinSentences } from '../model/phrases';
import type { Adoption, ConfigEdit } from './mechanism';
import { windowKeys } from './windowParameters';

/** One `sliding_window` for every layer. */
const EVERY_LAYER = new Set(['mistral', 'mixtral', 'starcoder2', 'phi3', 'phimoe']);

/** `use_sliding_window` turns it on, from `max_window_layers` on or where `layer_types` says so. */
const SWITCHED = new Set(['qwen2', 'qwen2_moe', 'qwen3', 'qwen3_moe']);

/** One `sliding_window` for the layers that slide, by `layer_types`. */
const LISTED = new Set(['gemma2', 'gemma3_text', 'gemma3', 'cohere2', 'exaone4', 'olmo3', 'gpt_oss']);

/** `attention_window`, one for all layers or one a layer. */
const LONGFORMER = new Set(['longformer', 'led']);

/**
 * The keys of the config that give layers with `attention` a window of `window` tokens, as the architecture's
 * implementation in `transformers` reads them; or why that cannot be. Undefined where no key is known.
 */
export function windowSwitch(
  model: ModelSpec,
  attention: AttentionSpec,
  window: number,
): Adoption | undefined {
  const { modelType } = model;
  if (attention.causal) {
    if (EVERY_LAYER.has(modelType)) return everyLayer(model, attention, window);
    if (SWITCHED.has(modelType)) return switched(model, attention, window);
    if (LISTED.has(modelType)) return listed(model, attention, window, 'sliding_window');
    return undefined;
  }
  // Half a window is whole tokens on either side.
  const even = 2 * Math.floor(window / 2);
  if (even === 0) return undefined;
  if (modelType === 'modernbert') return modernBert(model, attention, even);
  if (LONGFORMER.has(modelType)) return longformer(model, attention, even);
  return undefined;
}

function everyLayer(model: ModelSpec, attention: AttentionSpec, window: number): Adoption {
  return edited(
    attention,
    [{ path: ['sliding_window'], value: window }],
    l10n.t('{0} reads `sliding_window`.', nameOf(model)),
  );
}

function switched(model: ModelSpec, attention: AttentionSpec, window: number): Adoption {
  const size = { path: ['sliding_window'], value: window };
  if (attention.window !== undefined) return edited(attention, [size], forSliding(model, 'sliding_window'));
  const obstacle = otherWindow(model, attention, window, 'sliding_window');
  if (obstacle !== undefined) return obstacle;
  // Qwen2-MoE is given the list in any case: its versions differ in what max_window_layers means without one.
  const isListed = model.fields['layerTypes'] !== undefined || model.modelType === 'qwen2_moe';
  return edited(
    attention,
    [
      { path: ['use_sliding_window'], value: true },
      size,
      { path: ['max_window_layers'], value: 0 },
      // Where the config has the list, it wins over max_window_layers.
      ...(isListed
        ? [{ path: ['layer_types'], value: Array<string>(layerCount(model)).fill('sliding_attention') }]
        : []),
    ],
    isListed
      ? l10n.t(
          '{0} reads `use_sliding_window`, `sliding_window` and `max_window_layers` (0: all layers), and `layer_types` before that.',
          nameOf(model),
        )
      : l10n.t(
          '{0} reads `use_sliding_window`, `sliding_window` and `max_window_layers` (0: all layers).',
          nameOf(model),
        ),
  );
}

/** Layers that slide by `sliding`; those that see all come to slide by the list `layer_types`, where there is one. */
function listed(
  model: ModelSpec,
  attention: AttentionSpec,
  window: number,
  sliding: string,
): Adoption | undefined {
  // Gemma 3 with a vision tower keeps the decoder's keys in a part of their own.
  const part = model.modelType === 'gemma3' ? ['text_config'] : [];
  const size = { path: [...part, sliding], value: window };
  if (attention.window !== undefined) return edited(attention, [size], forSliding(model, sliding));
  const source = model.fields['layerTypes'];
  const types: unknown = source?.kind === 'key' ? source.value : undefined;
  if (!Array.isArray(types)) return undefined;
  return (
    otherWindow(model, attention, window, sliding) ??
    edited(
      attention,
      [
        size,
        { path: [...part, 'layer_types'], value: Array<string>(types.length).fill('sliding_attention') },
      ],
      l10n.t('{0} reads `layer_types`, and `{1}` for the layers that slide.', nameOf(model), sliding),
    )
  );
}

/** Every `global_attn_every_n_layers`-th layer sees all, from the first on, unless the config has `layer_types`. */
function modernBert(model: ModelSpec, attention: AttentionSpec, window: number): Adoption | undefined {
  const key = 'local_attention';
  if (attention.window !== undefined || model.fields['layerTypes'] !== undefined) {
    return listed(model, attention, window, key);
  }
  return (
    otherWindow(model, attention, window, key) ??
    edited(
      attention,
      [
        { path: [key], value: window },
        { path: ['global_attn_every_n_layers'], value: layerCount(model) },
      ],
      l10n.t(
        '{0} reads `local_attention` and `global_attn_every_n_layers`; the first layer sees all whatever they say.',
        nameOf(model),
      ),
    )
  );
}

function longformer(model: ModelSpec, attention: AttentionSpec, window: number): Adoption | undefined {
  if (attention.pattern?.kind !== 'global') return undefined;
  const key = 'attention_window';
  const source = model.fields['window'];
  const windows: unknown = source?.kind === 'key' ? source.value : undefined;
  const ownWindow = (attention.window ?? 1) - 1;
  const value = Array.isArray(windows)
    ? windows.map((each: unknown) => (each === ownWindow ? window : Number(each)))
    : window;
  return edited(
    attention,
    [{ path: [key], value }],
    l10n.t(
      '{0} reads `attention_window`, half of it on either side. Which tokens are global is in the inputs: `global_attention_mask`.',
      nameOf(model),
    ),
  );
}

/** Why layers that see all cannot slide: others do already, and the config has one window for all of them. */
function otherWindow(
  model: ModelSpec,
  { causal }: AttentionSpec,
  window: number,
  key: string,
): Adoption | undefined {
  const wanted = windowKeys({ causal }, window);
  const others = attentionKinds(model)
    .map((kind) => kind.attention.window)
    .find((other) => other !== undefined && other !== wanted);
  if (others === undefined) return undefined;
  return {
    kind: 'none',
    reason: l10n.t(
      'Other layers have a window of {0} tokens, and the config has one `{1}` for all: setting it to {2} would change theirs too.',
      String(others),
      key,
      String(window),
    ),
  };
}

function edited({ window }: AttentionSpec, edits: readonly ConfigEdit[], reads: string): Adoption {
  const fineTuning =
    window === undefined
      ? l10n.t('Weights trained without a window need fine-tuning with it.')
      : l10n.t('Weights trained with a window of {0} tokens need fine-tuning with another.', String(window));
  return { kind: 'config', edits, needsRetraining: true, reason: joinSentences([reads, fineTuning]) };
}

function forSliding(model: ModelSpec, key: string): string {
  return l10n.t(
    '{0} reads `{1}` for the layers that slide; the others stay as they are.',
    nameOf(model),
    key,
  );
}

const names = new Map([
  ['mistral', 'Mistral'],
  ['mixtral', 'Mixtral'],
  ['starcoder2', 'StarCoder2'],
  ['phi3', 'Phi-3'],
  ['phimoe', 'Phi-3.5-MoE'],
  ['qwen2', 'Qwen2'],
  ['qwen2_moe', 'Qwen2-MoE'],
  ['qwen3', 'Qwen3'],
  ['qwen3_moe', 'Qwen3-MoE'],
  ['gemma2', 'Gemma 2'],
  ['gemma3', 'Gemma 3'],
  ['gemma3_text', 'Gemma 3'],
  ['cohere2', 'Cohere 2'],
  ['exaone4', 'EXAONE 4'],
  ['olmo3', 'OLMo 3'],
  ['gpt_oss', 'gpt-oss'],
  ['modernbert', 'ModernBERT'],
  ['longformer', 'Longformer'],
  ['led', 'LED'],
]);

/** The architecture's name in prose. */
function nameOf({ modelType }: ModelSpec): string {
  return names.get(modelType) ?? modelType;
}
