import * as l10n from '@vscode/l10n';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import type { FamilyReading } from './family';
import { gemma3Projector, idefics3Projector, llama4Projector, llavaProjector } from './nestProjectors';
import { mistral3Projector, paligemmaProjector, qwenMerger } from './nestProjectors';
import type { VisionTower } from './visionTower';

/** What joins a vision tower to a language model. */
export interface Projection {
  readonly weights: readonly WeightSpec[];
  /** Norms in it, which keep their input in training. */
  readonly norms: number;
  /** Tokens that one image becomes in the text. */
  readonly imageTokens: number;
}

export interface ProjectionInput {
  /** The whole config. */
  readonly nest: FieldReader;
  readonly vision: FieldReader;
  readonly tower: VisionTower;
  readonly text: Pick<FamilyReading, 'hiddenSize'>;
}

/** How one multimodal architecture is put together. */
export interface NestRule {
  /** Model type of the text part where it does not say, and what its own name means. */
  readonly textType: string;
  readonly textAliases?: Readonly<Record<string, string>>;
  /** The keys of the text may stand at the top. */
  readonly textAtTop?: boolean;
  readonly visionType: string;
  readonly project: (input: ProjectionInput) => Projection;
  /** Sentences for the user. */
  readonly notes?: () => readonly string[];
  /** A learned vector that ends a row of patches. */
  readonly newline?: boolean;
}

const tiles = (): string[] => [
  l10n.t('An image is counted as one tile of the vision tower; the processor may cut it into several.'),
];

/** By `model_type` of the whole. */
export const nestRules: ReadonlyMap<string, NestRule> = new Map<string, NestRule>([
  ['llava', { textType: 'llama', visionType: 'clip_vision_model', project: llavaProjector }],
  [
    'llava_next',
    {
      textType: 'llama',
      visionType: 'clip_vision_model',
      project: llavaProjector,
      newline: true,
      notes: tiles,
    },
  ],
  [
    'llava_onevision',
    {
      textType: 'qwen2',
      visionType: 'siglip_vision_model',
      project: llavaProjector,
      newline: true,
      notes: tiles,
    },
  ],
  ['gemma3', { textType: 'gemma3_text', visionType: 'siglip_vision_model', project: gemma3Projector }],
  ['paligemma', { textType: 'gemma', visionType: 'siglip_vision_model', project: paligemmaProjector }],
  [
    'idefics3',
    { textType: 'llama', visionType: 'idefics3_vision', project: idefics3Projector, notes: tiles },
  ],
  ['smolvlm', { textType: 'llama', visionType: 'smolvlm_vision', project: idefics3Projector, notes: tiles }],
  ['mistral3', { textType: 'mistral', visionType: 'pixtral', project: mistral3Projector }],
  [
    'llama4',
    { textType: 'llama4_text', visionType: 'llama4_vision_model', project: llama4Projector, notes: tiles },
  ],
  [
    'qwen2_vl',
    {
      textType: 'qwen2',
      textAliases: { qwen2_vl: 'qwen2', qwen2_vl_text: 'qwen2' },
      textAtTop: true,
      visionType: 'qwen2_vl',
      project: qwenMerger,
    },
  ],
  [
    'qwen2_5_vl',
    {
      textType: 'qwen2',
      textAliases: { qwen2_5_vl: 'qwen2', qwen2_5_vl_text: 'qwen2' },
      textAtTop: true,
      visionType: 'qwen2_5_vl',
      project: qwenMerger,
    },
  ],
]);
