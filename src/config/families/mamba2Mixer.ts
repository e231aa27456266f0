import * as l10n from '@vscode/l10n';
import { factor, type Factor } from '../../model/factor';
import type { RecurrenceSpec } from '../../model/modelSpec';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import { sizeByClass } from './hybridFields';
import { depthwise } from './mambaConvolution';
import { flag } from './originalFields';
import { linear, norm, vector } from './weights/vectors';

/** What a Mamba-2 layer's mixer is made of (Dao & Gu 2024, §7). */
export interface Mamba2Shape {
  readonly heads: number;
  /** P. */
  readonly headDim: number;
  /** G: groups of heads that share B and C. */
  readonly groups: number;
  /** N. */
  readonly state: number;
  readonly kernel: number;
  readonly convolutionBias: boolean;
  readonly inputBias: boolean;
  readonly outputBias: boolean;
  /** An RMSNorm before the output projection. */
  readonly normed: boolean;
}

export interface Mamba2Rule {
  readonly keys: {
    readonly heads: string;
    readonly headDim: string;
    readonly groups: string;
    readonly state: string;
    readonly kernel: string;
    readonly convolutionBias: string;
    readonly inputBias: string;
    readonly outputBias: string;
  };
  readonly heads: number;
  readonly groups: number;
  readonly state: number;
  /** Width of a head; `divided`: the inner width by the heads, which `auto` always means. */
  readonly headDim: number | 'divided';
  /** Width inside the mixer, where the class checks that heads · width is it. */
  readonly inner?: (reader: FieldReader, hiddenSize: number) => number;
  readonly normed?: (reader: FieldReader) => boolean;
}

/** Reads the mixer's sizes. Throws ConfigError where heads and their width do not make up the inner width. */
export function readMamba2(reader: FieldReader, hiddenSize: number, rule: Mamba2Rule): Mamba2Shape {
  const { keys } = rule;
  const inner = rule.inner?.(reader, hiddenSize);
  const heads = sizeByClass(
    reader,
    'mambaHeads',
    keys.heads,
    l10n.t('number of heads of the mixer'),
    rule.heads,
    limits.heads,
  );
  const headDim = readHeadDim(reader, rule, heads, inner);
  if (inner !== undefined && heads * headDim !== inner) {
    reader.fail(
      keys.heads,
      l10n.t(
        '"{0}" {1} times "{2}" {3} is not the width of the mixer, {4}.',
        keys.heads,
        String(heads),
        keys.headDim,
        String(headDim),
        String(inner),
      ),
      l10n.t('Choose numbers whose product is {0}.', String(inner)),
    );
  }
  const groups = sizeByClass(
    reader,
    'mambaGroups',
    keys.groups,
    l10n.t('number of groups of heads'),
    rule.groups,
  );
  if (heads % groups !== 0) {
    reader.fail(
      keys.groups,
      l10n.t(
        '"{0}" is {1}, which does not divide "{2}" {3}.',
        keys.groups,
        String(groups),
        keys.heads,
        String(heads),
      ),
      l10n.t('Choose a number of groups that divides {0}.', String(heads)),
    );
  }
  return {
    heads,
    headDim,
    groups,
    state: sizeByClass(reader, 'stateSize', keys.state, l10n.t('size of the state'), rule.state),
    kernel: sizeByClass(reader, 'convolution', keys.kernel, l10n.t('width of the convolution'), 4),
    convolutionBias: flag(reader, 'convolutionBias', keys.convolutionBias, true),
    inputBias: flag(reader, 'projectionBias', keys.inputBias, false),
    outputBias: flag(reader, 'outputProjectionBias', keys.outputBias, false),
    normed: rule.normed?.(reader) ?? true,
  };
}

function readHeadDim(
  reader: FieldReader,
  { keys, headDim }: Mamba2Rule,
  heads: number,
  inner: number | undefined,
): number {
  const key = keys.headDim;
  const isWritten = reader.raw(key) !== undefined && reader.raw(key)?.value !== 'auto';
  if (isWritten || headDim !== 'divided' || inner === undefined) {
    return sizeByClass(
      reader,
      'mambaHeadDim',
      key,
      l10n.t('width of a head of the mixer'),
      headDim === 'divided' ? 64 : headDim,
    );
  }
  if (inner % heads !== 0) {
    return reader.fail(
      keys.heads,
      l10n.t(
        '"{0}" is {1}, which does not divide the width of the mixer, {2}.',
        keys.heads,
        String(heads),
        String(inner),
      ),
      l10n.t('Choose a number of heads that divides {0}.', String(inner)),
    );
  }
  return reader.assume('mambaHeadDim', {
    value: inner / heads,
    rule: l10n.t('{0} is auto: width of the mixer / heads.', key),
  });
}

/** Weights of the mixer: z, x, B, C and Δ are projected at once (Dao & Gu 2024, Figure 6). */
export function mamba2Weights(prefix: string, width: Factor, shape: Mamba2Shape): WeightSpec[] {
  const { heads, headDim, groups, state, kernel } = shape;
  const inner = factor('D', heads * headDim);
  const projected = factor('(2·D + 2·G·N + H)', 2 * inner.value + 2 * groups * state + heads);
  const convolved = factor('(D + 2·G·N)', inner.value + 2 * groups * state);
  const perHead = factor('H', heads);
  const name = (end: string): string => `${prefix}${end}`;
  return [
    ...linear(name('in_proj'), 'recurrence', [projected], [width], shape.inputBias),
    ...depthwise(name('conv1d'), convolved, kernel, shape.convolutionBias),
    ...['dt_bias', 'A_log', 'D'].map((each) => vector(name(each), 'recurrence', perHead)),
    ...(shape.normed ? norm(name('norm'), 'rms', inner) : []),
    ...linear(name('out_proj'), 'recurrence', [width], [inner], shape.outputBias),
  ];
}

/**
 * Mamba-2 in its recurrent form (Dao & Gu 2024, eq. 1 and §7): for each of H·P·N elements of the state (Δx)·B,
 * a·h + B̄x and C·h: 5 operations a token; for each of H·P channels Δ·x, D·x added to y, and the gate: 4. The
 * chunked form of prefill has the same order in N, and more operations by the chunk's own pairs (§6). The state
 * of the convolution is (D + 2·G·N)·kernel. For the backward pass: z, x, B and C before and after the
 * convolution, Δ, y and the normed y.
 */
export function mamba2Recurrence({ heads, headDim, groups, state, kernel }: Mamba2Shape): RecurrenceSpec {
  const inner = heads * headDim;
  const shared = 2 * groups * state;
  return {
    kind: 'mamba2',
    stateElements: inner * state,
    convolutionElements: (inner + shared) * kernel,
    scanFlopsPerToken: inner * (5 * state + 4),
    keptElements: 5 * inner + 2 * shared + heads,
  };
}
