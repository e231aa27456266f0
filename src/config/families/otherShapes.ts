import * as l10n from '@vscode/l10n';
import type { FieldReader } from '../fieldReader';

/** What tells that a config describes another network than a plain stack of layers, and what to do. */
export interface OtherShape {
  readonly key: string;
  readonly problem: string;
  readonly mend: string;
}

interface ShapeRule {
  /** The model types of transformers, in small letters and with hyphens. */
  readonly types: RegExp;
  /** Keys that only such configs have, for types that are not listed, and the values that tell it. */
  readonly signs?: { readonly keys: readonly string[]; readonly tells: (value: unknown) => boolean };
  readonly problem: (sign: string) => string;
  readonly mend: () => string;
}

const layersAlike = (): string => l10n.t('Open the config of a model whose layers are alike.');
const languageOrVision = (): string =>
  l10n.t('Open the config of a language model or of a plain vision transformer.');

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== false;
const isNumber = (value: unknown): boolean => typeof value === 'number';
const isList = (value: unknown): boolean => Array.isArray(value);

const rules: readonly ShapeRule[] = [
  {
    types: /^(rwkv|xlstm|retnet|hgrn|hyena)/,
    problem: (sign) =>
      l10n.t('{0} tells of a recurrent network without attention, which is not supported.', sign),
    mend: () => l10n.t('Open the config of a model that has attention layers.'),
  },
  {
    types:
      /^(wav2vec2|hubert|wavlm|unispeech|data2vec-audio|sew|mctct|audio-spectrogram-transformer|clap|encodec|mimi|dac|vits|fastspeech|univnet|speecht5|speech-to-text|speech-encoder-decoder|seamless-m4t|bark)(-|\d|$)/,
    problem: (sign) => l10n.t('{0} tells of a network of sound, which is not supported.', sign),
    mend: () => l10n.t('Open the config of a model of text or images, or of Whisper.'),
  },
  {
    types:
      /^(swinv2|swin2sr|donut-swin|maskformer-swin|hiera|focalnet|dinat|nat|segformer|pvt|glpn|convnext|resnet|levit|mobilevit|cvt|efficientformer|swiftformer|poolformer|van|regnet|bit|efficientnet|mobilenet|davit|textnet)(-|v?\d|$)/,
    signs: { keys: ['depths', 'hidden_sizes', 'embed_dims'], tells: isList },
    problem: (sign) =>
      l10n.t('{0} tells of stages that differ in width, which are supported for Swin only.', sign),
    mend: layersAlike,
  },
  {
    types:
      /^(conditional-detr|deformable-detr|dab-detr|rt-detr|detr|deta|d-fine|table-transformer|yolos|mask2former|maskformer|oneformer|grounding-dino|mm-grounding-dino|omdet-turbo|owlvit|owl|sam|upernet|dpt|depth-anything|depth-pro|zoedepth|vitmatte|superpoint|superglue|lightglue)(-|v?\d|$)/,
    signs: {
      keys: ['backbone_config', 'use_timm_backbone', 'num_detection_tokens'],
      tells: isGiven,
    },
    problem: (sign) =>
      l10n.t(
        '{0} tells of a network that finds or segments objects, often on the features of another one, which is not supported.',
        sign,
      ),
    mend: languageOrVision,
  },
  {
    types: /^vitdet$/,
    signs: { keys: ['window_block_indices', 'global_attn_indexes'], tells: isGiven },
    problem: (sign) =>
      l10n.t('{0} tells of layers that see windows of the image, which are not known for this type.', sign),
    mend: layersAlike,
  },
  {
    types: /^(videomae|vivit|timesformer|vjepa)(-|\d|$)/,
    signs: { keys: ['tubelet_size'], tells: isGiven },
    problem: (sign) => l10n.t('{0} tells of a network that reads video, which is not supported.', sign),
    mend: languageOrVision,
  },
  {
    types: /^(informer|autoformer|time-series-transformer|patchtst|patchtsmixer|timesfm)(-|\d|$)/,
    signs: { keys: ['prediction_length', 'patch_length'], tells: isNumber },
    problem: (sign) => l10n.t('{0} tells of a forecast of time series, which is not supported.', sign),
    mend: languageOrVision,
  },
  {
    types:
      /^(funnel|convbert|mobilebert|canine|yoso|mra|xlnet|transfo-xl|fnet|lxmert|perceiver|graphormer|vilt|bridgetower)(-|$)/,
    problem: (sign) =>
      l10n.t(
        '{0} tells of attention or layers of another kind than a plain stack, which are not known here.',
        sign,
      ),
    mend: layersAlike,
  },
  {
    types: /^(prophetnet|xlm-prophetnet|encoder-decoder|vision-encoder-decoder)$/,
    signs: { keys: ['is_encoder_decoder'], tells: (value) => value === true },
    problem: (sign) =>
      l10n.t(
        '{0} tells of an encoder and a decoder of a type that is not known here; read as one stack its figures would be wrong.',
        sign,
      ),
    mend: () =>
      l10n.t('Open the config of T5, BART, Whisper or another known type, or of a model with one stack.'),
  },
];

/**
 * What tells that an unknown config describes no plain stack of layers, by its `model_type` or by keys that only
 * such networks have; undefined where nothing does. A decoder's figures would mislead.
 */
export function findOtherShape(reader: FieldReader): OtherShape | undefined {
  return findOtherType(reader) ?? bySign(reader) ?? byTwoStacks(reader);
}

/** The same by `model_type` alone. */
export function findOtherType(reader: FieldReader): OtherShape | undefined {
  const written = reader.raw('model_type')?.value;
  if (typeof written !== 'string') return undefined;
  const type = written.slice(0, 60).toLowerCase().replaceAll('_', '-');
  const rule = rules.find(({ types }) => types.test(type));
  return rule && describeShape(rule, 'model_type', `"model_type": "${written.slice(0, 40)}"`);
}

function bySign(reader: FieldReader): OtherShape | undefined {
  for (const rule of rules) {
    const key = rule.signs?.keys.find((each) => rule.signs?.tells(reader.raw(each)?.value));
    if (key !== undefined) return describeShape(rule, key, `"${key}"`);
  }
  return undefined;
}

/** Numbers of layers of both. A decoder that names its layers by `decoder_layers` has no other. */
function byTwoStacks(reader: FieldReader): OtherShape | undefined {
  const rule = rules.at(-1);
  const isBoth = ['encoder_layers', 'decoder_layers'].every((key) => isNumber(reader.raw(key)?.value));
  return isBoth && rule ? describeShape(rule, 'encoder_layers', '"encoder_layers"') : undefined;
}

function describeShape(rule: ShapeRule, key: string, sign: string): OtherShape {
  return { key, problem: rule.problem(sign), mend: rule.mend() };
}
