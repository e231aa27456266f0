import * as l10n from '@vscode/l10n';
import { factor, type Factor } from '../../model/factor';
import type { RecurrenceSpec } from '../../model/modelSpec';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import { figure, sizeByClass } from './hybridFields';
import { flag } from './originalFields';
import { depthwise } from './mambaConvolution';
import { linear, matrix, norm, vector } from './weights/vectors';

/** What a Mamba layer's mixer is made of (Gu & Dao 2023, §3.4). */
export interface MambaShape {
  /** Width inside the mixer, D. */
  readonly inner: number;
  /** N. */
  readonly state: number;
  readonly kernel: number;
  /** Rank of the step size Δ. */
  readonly stepRank: number;
  readonly convolutionBias: boolean;
  readonly projectionBias: boolean;
  /** Norms with weights on Δ, B and C (Lieber et al. 2024). */
  readonly normed: boolean;
}

/** What the keys begin with, and the class's defaults. */
export interface MambaRule {
  readonly keys: {
    readonly state: string;
    readonly kernel: string;
    readonly stepRank: string;
    readonly expand: string;
    readonly convolutionBias: string;
    readonly projectionBias: string;
  };
  readonly expand: number;
  /** The config may give the inner width itself under `intermediate_size`. */
  readonly mayNameInner: boolean;
  readonly normed: boolean;
}

/** Reads the mixer's sizes. Throws ConfigError for values that are none. */
export function readMamba(reader: FieldReader, hiddenSize: number, rule: MambaRule): MambaShape {
  const { keys } = rule;
  const named = rule.mayNameInner && reader.raw('intermediate_size') !== undefined;
  return {
    inner: named
      ? figure(reader, {
          property: 'innerSize',
          keys: ['intermediate_size'],
          meaning: l10n.t('width of the mixer'),
          example: 1536,
        })
      : hiddenSize * sizeByClass(reader, 'expand', keys.expand, l10n.t('ratio of the widths'), rule.expand),
    state: sizeByClass(reader, 'stateSize', keys.state, l10n.t('size of the state'), 16),
    kernel: sizeByClass(reader, 'convolution', keys.kernel, l10n.t('width of the convolution'), 4),
    stepRank: readStepRank(reader, keys.stepRank, hiddenSize),
    convolutionBias: flag(reader, 'convolutionBias', keys.convolutionBias, true),
    projectionBias: flag(reader, 'projectionBias', keys.projectionBias, false),
    normed: rule.normed,
  };
}

/** `auto` and silence mean ⌈hidden_size / 16⌉. */
function readStepRank(reader: FieldReader, key: string, hiddenSize: number): number {
  const fallback = {
    value: Math.ceil(hiddenSize / 16),
    rule: l10n.t('{0} is auto: ⌈hidden_size / 16⌉.', key),
  };
  if (reader.raw(key)?.value === 'auto') return reader.assume('stepRank', fallback);
  return figure(reader, {
    property: 'stepRank',
    keys: [key],
    meaning: l10n.t('rank of the step size'),
    example: 256,
    fallback,
  });
}

/** Weights of the mixer (Gu & Dao 2023, Algorithm 2 and Figure 3). */
export function mambaWeights(prefix: string, width: Factor, shape: MambaShape): WeightSpec[] {
  const inner = factor('D', shape.inner);
  const state = factor('N', shape.state);
  const rank = factor('r', shape.stepRank);
  const name = (end: string): string => `${prefix}${end}`;
  const selected = factor('(r + 2·N)', shape.stepRank + 2 * shape.state);
  return [
    ...linear(name('in_proj'), 'recurrence', [factor('2', 2), inner], [width], shape.projectionBias),
    ...depthwise(name('conv1d'), inner, shape.kernel, shape.convolutionBias),
    matrix(name('x_proj.weight'), 'recurrence', [selected], [inner]),
    ...linear(name('dt_proj'), 'recurrence', [inner], [rank], true),
    vector(name('A_log'), 'recurrence', inner, state),
    vector(name('D'), 'recurrence', inner),
    ...(shape.normed
      ? [
          ...norm(name('dt_layernorm'), 'rms', rank),
          ...norm(name('b_layernorm'), 'rms', state),
          ...norm(name('c_layernorm'), 'rms', state),
        ]
      : []),
    ...linear(name('out_proj'), 'recurrence', [width], [inner], shape.projectionBias),
  ];
}

/**
 * The selective scan (Gu & Dao 2023, eq. 2 and §3.3). For each of D·N pairs of channel and state a token costs
 * Δ·A, (Δx)·B, Ā·h + B̄x and C·h: 6 operations, the exponential not counted; for each channel Δ·x, D·x added to
 * y, and the gate: 4. The state is D·N, that of the convolution D·kernel. For the backward pass: x and z, x after
 * the convolution, Δ, B and C in their low rank, Δ itself, y and the gated y; the states are computed anew
 * (§3.3.2).
 */
export function mambaRecurrence({ inner, state, kernel, stepRank }: MambaShape): RecurrenceSpec {
  return {
    kind: 'mamba',
    stateElements: inner * state,
    convolutionElements: inner * kernel,
    scanFlopsPerToken: inner * (6 * state + 4),
    keptElements: 6 * inner + stepRank + 2 * state,
  };
}
