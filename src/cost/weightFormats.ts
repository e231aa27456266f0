import * as l10n from '@vscode/l10n';
import type { DType } from '../model/dtype';
import { bytesOf } from '../model/dtype';
import type { WeightFormat } from '../model/recipe';
import type { WeightPart, WeightSpec } from '../model/weightSpec';

/** How one format stores a matrix. Bits are of one element, scales and zero points included. */
interface StoredFormat {
  readonly bits: number;
  /** What is stored so; everything else stays in the dtype. */
  readonly covers: 'layers' | 'experts' | 'all matrices';
  /** Where the bits come from. */
  readonly note: () => string;
}

const formats: Readonly<Record<Exclude<WeightFormat, 'none'>, StoredFormat>> = {
  int8: {
    bits: 8,
    covers: 'layers',
    note: () => l10n.t('8 bits; one scale a row is not counted (Dettmers et al. 2022)'),
  },
  fp8: { bits: 8, covers: 'layers', note: () => l10n.t('8 bits, one scale a tensor') },
  'fp8-block': {
    bits: 8 + 32 / (128 * 128),
    covers: 'layers',
    note: () => l10n.t('8 bits and a float32 scale for 128 × 128 elements (DeepSeek-AI 2024)'),
  },
  nf4: {
    bits: 4 + 32 / 64,
    covers: 'layers',
    note: () => l10n.t('4 bits and a float32 scale for 64 (Dettmers et al. 2023)'),
  },
  'nf4-double': {
    bits: 4 + 8 / 64 + 32 / (64 * 256),
    covers: 'layers',
    note: () =>
      l10n.t('4 bits, an 8-bit scale for 64 and a float32 scale for 256 of those (Dettmers et al. 2023)'),
  },
  awq4: {
    bits: 4 + (16 + 4) / 128,
    covers: 'layers',
    note: () => l10n.t('4 bits, a 16-bit scale and a 4-bit zero point for 128 (Lin et al. 2023)'),
  },
  gptq4: {
    bits: 4 + (16 + 4) / 128,
    covers: 'layers',
    note: () => l10n.t('4 bits, a 16-bit scale and a 4-bit zero point for 128 (Frantar et al. 2022)'),
  },
  mxfp4: {
    bits: 4 + 8 / 32,
    covers: 'experts',
    note: () =>
      l10n.t('4 bits and an 8-bit scale for 32 (OCP Microscaling 1.0), experts only as gpt-oss has it'),
  },
  nvfp4: {
    bits: 4 + 8 / 16,
    covers: 'layers',
    note: () => l10n.t('4 bits and an 8-bit scale for 16 (NVIDIA NVFP4)'),
  },
  q4_0: {
    bits: 4.5,
    covers: 'all matrices',
    note: () => l10n.t('blocks of 32 in 18 bytes (ggml)'),
  },
  q4_k: {
    bits: 4.5,
    covers: 'all matrices',
    note: () => l10n.t('blocks of 256 in 144 bytes (ggml); mixes such as Q4_K_M store some in Q6_K'),
  },
  q5_k: {
    bits: 5.5,
    covers: 'all matrices',
    note: () => l10n.t('blocks of 256 in 176 bytes (ggml)'),
  },
  q6_k: {
    bits: 6.5625,
    covers: 'all matrices',
    note: () => l10n.t('blocks of 256 in 210 bytes (ggml)'),
  },
  q8_0: {
    bits: 8.5,
    covers: 'all matrices',
    note: () => l10n.t('blocks of 32 in 34 bytes (ggml)'),
  },
};

const layerParts: ReadonlySet<WeightPart> = new Set([
  'attention',
  'crossAttention',
  'recurrence',
  'feedForward',
  'experts',
]);

/** Bytes of one element of `weight` when the model is stored in `format` over `dtype`. */
export function storedBytesPerElement(
  weight: Pick<WeightSpec, 'part' | 'use'>,
  format: WeightFormat,
  dtype: DType,
): number {
  if (format === 'none') return bytesOf(dtype);
  const { bits, covers } = formats[format];
  // What a format leaves alone is kept in 16 bits at the least, whatever the matrices are in.
  return isCovered(weight, covers) ? bits / 8 : Math.max(2, bytesOf(dtype));
}

/** Whether `format` stores this weight, and does not leave it in the dtype. */
export function isStoredIn(
  format: Exclude<WeightFormat, 'none'>,
  weight: Pick<WeightSpec, 'part' | 'use'>,
): boolean {
  return isCovered(weight, formats[format].covers);
}

/** What a format stores and where that figure comes from, as a sentence's end. */
export function formatNote(format: Exclude<WeightFormat, 'none'>): string {
  return formats[format].note();
}

function isCovered({ part, use }: Pick<WeightSpec, 'part' | 'use'>, covers: StoredFormat['covers']): boolean {
  if (covers === 'experts') return use === 'matmul' && part === 'experts';
  if (covers === 'layers') return use === 'matmul' && layerParts.has(part);
  return use === 'matmul' || part === 'tokenEmbedding';
}
