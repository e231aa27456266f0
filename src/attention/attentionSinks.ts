import * as l10n from '@vscode/l10n';
import { attentionPairs } from '../cost/attentionPairs';
import { pairFlops } from './attentionCost';
import { keptDecode } from './keptTokens';
import { windowPairs } from './maskFlops';
import type { AttentionMechanism, AttentionShape, MechanismParameters } from './mechanism';
import { softmaxRows } from './referenceRows';
import { readRange } from './wholeParameter';
import { adoptSinks } from './windowAdoption';
import { patternSource, windowKernelCost, windowKernels, type WindowSource } from './windowKernels';
import { tokensParameter, windowParameter } from './windowParameters';
import { windowPattern } from './windowPlan';

/** What the paper finds to be enough for models that were trained without a sink token (section 3.2, table 2). */
const DEFAULT_SINKS = 4;

/**
 * Attention sinks (Xiao et al. 2023, StreamingLLM): a query sees the first `sinks` tokens and itself with the
 * window − 1 tokens before it. A model that generates keeps sinks + window tokens, however long it runs. The paper
 * also numbers positions by their place in the cache; that is a matter of the embedding, and no cost.
 */
export const attentionSinks: AttentionMechanism = {
  id: 'attention-sinks',
  get title() {
    return l10n.t('Attention sinks and a window (StreamingLLM)');
  },
  family: 'window',
  paper: {
    authors: 'Xiao et al.',
    year: 2023,
    title: 'Efficient Streaming Language Models with Attention Sinks',
    arxiv: '2309.17453',
  },
  parameters: [
    windowParameter,
    tokensParameter('sinks', () => l10n.t('Sinks: first tokens that all see'), DEFAULT_SINKS),
  ],
  causal: 'yes',
  exact: false,

  kernels(shape, parameters) {
    return windowKernels(shape, sourceOf(shape, parameters));
  },

  flops(shape, parameters) {
    return pairFlops(shape, sinkPairs(shape, parameters));
  },

  cost(shape, parameters) {
    return windowKernelCost(shape, sourceOf(shape, parameters));
  },

  reference(shape, parameters, inputs, rows) {
    const { window, sinks } = settingsOf(shape, parameters);
    return softmaxRows(
      shape,
      inputs,
      rows,
      (query, key) => key <= query && (key < sinks || query - key < window),
    );
  },

  decode(shape, parameters) {
    const { n } = shape;
    const { window, sinks } = settingsOf(shape, parameters);
    const start = Math.max(0, n - window);
    const first = Math.min(sinks, start);
    const kept = first + n - start;
    return keptDecode(
      shape,
      Array.from({ length: kept }, (_, index) => (index < first ? index : start + index - first)),
    );
  },

  // Published configs with sinks, as gpt-oss, learn a logit a head instead of keeping tokens.
  present: () => undefined,

  adopt(model, attention, parameters) {
    return adoptSinks(model, attention, windowOf(parameters), sinksOf(parameters));
  },
};

function windowOf(parameters: MechanismParameters): number {
  return readRange('attention sinks', parameters, 'window', 1, Infinity);
}

function sinksOf(parameters: MechanismParameters): number {
  return readRange('attention sinks', parameters, 'sinks', 0, Infinity);
}

/** Throws RangeError for bidirectional attention. */
function settingsOf(
  { causal }: AttentionShape,
  parameters: MechanismParameters,
): { readonly window: number; readonly sinks: number } {
  if (!causal) {
    throw new RangeError(
      l10n.t(
        'Attention sinks are defined for causal attention only: they are the oldest tokens of a stream.',
      ),
    );
  }
  return { window: windowOf(parameters), sinks: sinksOf(parameters) };
}

/** (Query, key) pairs of one head: the window's, and the sinks that have left it. */
function sinkPairs(shape: AttentionShape, parameters: MechanismParameters): number {
  const { window, sinks } = settingsOf(shape, parameters);
  const beyond = Math.max(0, shape.n - window);
  return windowPairs(shape, window) + attentionPairs({ causal: true, window: sinks }, beyond);
}

function sourceOf(shape: AttentionShape, parameters: MechanismParameters): WindowSource {
  const { window, sinks } = settingsOf(shape, parameters);
  return patternSource(
    'attention_sinks',
    shape,
    windowPattern(shape, window, sinks),
    sinkPairs(shape, parameters),
  );
}
