import * as l10n from '@vscode/l10n';
import { factor, type Factor } from '../model/factor';
import { isDecoder, valueWidth, type AttentionSpec, type ModelSpec, type Stack } from '../model/modelSpec';
import type { WeightPart, WeightSpec } from '../model/weightSpec';
import { pairsFactor, visibleKeys } from './attentionPairs';
import type { EstimateOptions, FlopCount } from './estimate';
import { sourceTokens, stackTokens } from './stackTokens';
import { layerFactor } from './parameters';
import { sumOf, term, type Place, type Term } from './term';

/** What the operations of a forward pass are spent on. */
export type FlopPart = 'attention' | 'projections' | 'feedForward' | 'recurrence' | 'logits' | 'other';

export interface FlopTerm extends Term {
  readonly at: Place;
  readonly part: FlopPart;
}

type LengthOptions = Pick<EstimateOptions, 'sequenceLength' | 'sourceLength' | 'batch'>;

const partOfWeight: Readonly<Record<WeightPart, FlopPart>> = {
  tokenEmbedding: 'other',
  positionEmbedding: 'other',
  patchEmbedding: 'other',
  attention: 'projections',
  crossAttention: 'projections',
  recurrence: 'recurrence',
  feedForward: 'feedForward',
  experts: 'feedForward',
  router: 'feedForward',
  norm: 'other',
  outputHead: 'logits',
  pooler: 'other',
  projector: 'other',
};

/**
 * Floating-point operations of the matrix products, a multiply-add as two (Kaplan et al. 2020, Table 1, with
 * the exact pairs in place of n²). Softmax, norms, activations and rotary positions are not counted. Softmax is
 * about five operations a pair and head (scale, maximum, exponential, sum, division) beside 4·head_dim of the
 * two products: 2 % of attention at head_dim 64. The others grow with tokens · width, not with pairs or width².
 */
export function countFlops(model: ModelSpec, options: LengthOptions): Omit<FlopCount, 'trainingStep'> {
  const terms = prefillTerms(model, options);
  const of = (part: FlopPart): number => sumOf(terms.filter((each) => each.part === part));
  return {
    prefill: sumOf(terms),
    decodePerToken: isDecoder(model) ? sumOf(decodeTerms(model, options)) : 0,
    attentionPrefill: of('attention'),
    projectionsPrefill: of('projections'),
    feedForwardPrefill: of('feedForward'),
    recurrencePrefill: of('recurrence'),
    logitsPrefill: of('logits'),
    otherPrefill: of('other'),
  };
}

/** A whole forward pass over the batch, logits at every position. */
export function prefillTerms(model: ModelSpec, options: LengthOptions): FlopTerm[] {
  const source = sourceTokens(model, options);
  return model.stacks.flatMap((stack) => {
    const n = stackTokens(stack, options);
    return stackTerms(model, stack, {
      batch: options.batch,
      tokens: { token: n, sequence: 1, source },
      pairs: (attention) => pairsFactor(attention, n),
      crossPairs: factor('n·nₛ', n * source),
      width: bothWidths,
      newTokens: 'n',
    });
  });
}

/** One decode step of the batch: each sequence gets its n-th token. Encoders and their keys are done by then. */
export function decodeTerms(model: ModelSpec, options: LengthOptions): FlopTerm[] {
  const n = options.sequenceLength;
  const source = sourceTokens(model, options);
  return model.stacks
    .filter(({ generates }) => generates)
    .flatMap((stack) =>
      stackTerms(model, stack, {
        batch: options.batch,
        tokens: { token: 1, sequence: 0, source: 0 },
        pairs: (attention) => visibleFactor(attention, n),
        crossPairs: factor('nₛ', source),
        width: decodeWidth,
        newTokens: '1',
      }),
    );
}

function visibleFactor(attention: AttentionSpec, n: number): Factor {
  const keys = visibleKeys(attention, n);
  if (attention.pattern !== undefined)
    return factor('seen', keys, l10n.t('of the n keys, by the sparse pattern'));
  return factor(attention.window === undefined ? 'n' : 'min(n, w)', keys);
}

/** Of a key and of a value. */
function bothWidths(attention: AttentionSpec): Factor {
  return factor('(d + dᵥ)', attention.headDim + valueWidth(attention));
}

/** With a latent cache queries and outputs are moved into the latent space (DeepSeek-AI 2024 §2.1.2). */
function decodeWidth(attention: AttentionSpec): Factor {
  const { latent } = attention;
  return latent ? factor('(2·r + dᵣ)', 2 * latent.rank + latent.ropeDim) : bothWidths(attention);
}

interface Pass {
  readonly batch: number;
  readonly tokens: Readonly<Record<'token' | 'sequence' | 'source', number>>;
  readonly pairs: (attention: AttentionSpec) => Factor;
  readonly crossPairs: Factor;
  readonly width: (attention: AttentionSpec) => Factor;
  /** What formulas call the tokens that pass: n, or one. */
  readonly newTokens: 'n' | '1';
}

function stackTerms(model: ModelSpec, stack: Stack, pass: Pass): FlopTerm[] {
  const prefix = model.stacks.length > 1 ? `${stack.name}: ` : '';
  const outside = stack.weights
    .filter(isMultiplied)
    .map((weight) => weightTerm(prefix, { stack, weight }, pass));
  const layers = stack.layerKinds.flatMap((kind) => {
    const label = stack.layerKinds.length > 1 ? `${prefix}${kind.name}: ` : prefix;
    return [
      ...kind.weights.filter(isMultiplied).map((weight) => weightTerm(label, { stack, kind, weight }, pass)),
      ...(kind.attention
        ? [scoresTerm(`${label}${l10n.t('QKᵀ and PV')}`, { stack, kind, attention: kind.attention }, pass)]
        : []),
      ...(kind.crossAttention
        ? [
            scoresTerm(
              `${label}${l10n.t('cross-attention, QKᵀ and PV')}`,
              { stack, kind, attention: kind.crossAttention },
              pass,
              pass.crossPairs,
            ),
          ]
        : []),
      ...(kind.recurrence
        ? [
            part(
              'recurrence',
              `${label}recurrence`,
              [
                factor('b', pass.batch),
                factor(pass.newTokens, pass.tokens.token),
                factor('L', kind.layers),
                factor(
                  'scan',
                  kind.recurrence.scanFlopsPerToken,
                  l10n.t('operations of {0} a token', kind.recurrence.kind),
                ),
              ],
              { stack, kind },
            ),
          ]
        : []),
    ];
  });
  return [...outside, ...layers];
}

function isMultiplied({ use }: WeightSpec): boolean {
  return use === 'matmul' || use === 'convolution';
}

function weightTerm(prefix: string, at: Place & { readonly weight: WeightSpec }, pass: Pass): FlopTerm {
  const { per = 'token', applications = 1, activeCopies, copies, name, shape, part: of } = at.weight;
  const passed = activeCopies ?? copies;
  const symbols = { token: pass.newTokens, sequence: String(pass.tokens.sequence), source: 'nₛ' };
  return part(
    partOfWeight[of],
    `${prefix}${name}`,
    [
      factor('2', 2),
      factor('b', pass.batch),
      factor(symbols[per], pass.tokens[per]),
      ...(applications === 1 ? [] : [factor(String(applications), applications)]),
      ...layerFactor(at),
      ...(passed === undefined ? [] : [passed]),
      ...shape,
    ],
    at,
  );
}

/** QKᵀ and PV: 2·d and 2·d_v operations a pair and head. */
function scoresTerm(
  label: string,
  at: Place & { readonly attention: AttentionSpec },
  pass: Pass,
  pairs = pass.pairs(at.attention),
): FlopTerm {
  const factors = [
    factor('2', 2),
    factor('b', pass.batch),
    ...layerFactor(at),
    factor('a', at.attention.heads),
    pass.width(at.attention),
    pairs,
  ];
  return part('attention', label, factors, at);
}

function part(name: FlopPart, label: string, factors: Term['factors'], at: Place): FlopTerm {
  return { ...term(label, factors), at, part: name };
}
