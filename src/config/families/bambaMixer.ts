import * as l10n from '@vscode/l10n';
import type { FieldReader } from '../fieldReader';
import { figure } from './hybridFields';
import type { Mamba2Rule } from './mamba2Mixer';
import { flag } from './originalFields';

/** Keys of a Mamba-2 mixer in Bamba, Granite 4 and Falcon-H1, and the defaults of BambaConfig. */
export const bambaMixer: Mamba2Rule = {
  keys: {
    heads: 'mamba_n_heads',
    headDim: 'mamba_d_head',
    groups: 'mamba_n_groups',
    state: 'mamba_d_state',
    kernel: 'mamba_d_conv',
    convolutionBias: 'mamba_conv_bias',
    inputBias: 'mamba_proj_bias',
    outputBias: 'mamba_proj_bias',
  },
  heads: 128,
  groups: 1,
  state: 256,
  headDim: 'divided',
  inner: expandedWidth,
};

/** Falcon-H1 names the inner width itself and has the norm only where a key says so (Zuo et al. 2025). */
export const falconMixer: Mamba2Rule = {
  ...bambaMixer,
  keys: { ...bambaMixer.keys, outputBias: 'projectors_bias' },
  inner(reader, hiddenSize) {
    if (reader.isNull(['mamba_d_ssm'])) return expandedWidth(reader, hiddenSize);
    return figure(reader, {
      property: 'innerSize',
      keys: ['mamba_d_ssm'],
      meaning: l10n.t('width of the mixer'),
      example: 1024,
      byDefault: 1024,
    });
  },
  normed: (reader) => flag(reader, 'mambaNorm', 'mamba_rms_norm', false),
};

function expandedWidth(reader: FieldReader, hiddenSize: number): number {
  const ratio = figure(reader, {
    property: 'expand',
    keys: ['mamba_expand'],
    meaning: l10n.t('ratio of the widths'),
    example: 2,
    byDefault: 2,
  });
  return ratio * hiddenSize;
}
