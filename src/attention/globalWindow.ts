import * as l10n from '@vscode/l10n';
import { attentionPairs } from '../cost/attentionPairs';
import { pairFlops } from './attentionCost';
import { windowReach } from './maskFlops';
import type { AttentionMechanism, AttentionShape, MechanismParameters } from './mechanism';
import { globalCost, globalGraph } from './globalGraph';
import { adoptGlobalWindow } from './windowAdoption';
import { softmaxRows } from './referenceRows';
import { readRange } from './wholeParameter';
import { windowKernelCost, windowKernels, type WindowSource } from './windowKernels';
import {
  longformerPaper,
  tokensParameter,
  windowKeys,
  windowParameter,
  windowParameterOf,
} from './windowParameters';
import { blockRows, windowPattern } from './windowPlan';

/** The classification token: what `transformers` marks where the caller says nothing else. */
const DEFAULT_GLOBAL = 1;

/**
 * Longformer (Beltagy et al. 2020, section 3.1): window / 2 positions on each side, and `global` tokens, here the
 * first ones, that see all and are seen by all. Bidirectional: in the paper's causal model no token is global, and
 * causal global tokens would be attention sinks. One projection for both kinds of attention, where Longformer has two.
 */
export const globalWindow: AttentionMechanism = {
  id: 'global-window',
  get title() {
    return l10n.t('Sliding window with global tokens (Longformer)');
  },
  family: 'window',
  paper: longformerPaper,
  parameters: [
    windowParameter,
    tokensParameter('global', () => l10n.t('Global tokens: see all and are seen by all'), DEFAULT_GLOBAL),
  ],
  causal: 'no',
  exact: false,

  kernels(shape, parameters) {
    return windowKernels(shape, sourceOf(shape, parameters));
  },

  flops(shape, parameters) {
    return pairFlops(shape, pairsOf(shape, parameters));
  },

  cost(shape, parameters) {
    return windowKernelCost(shape, sourceOf(shape, parameters));
  },

  reference(shape, parameters, inputs, rows) {
    requireBidirectional(shape);
    const { behind, ahead } = windowReach(shape, windowOf(parameters));
    const global = globalOf(parameters);
    return softmaxRows(
      shape,
      inputs,
      rows,
      (query, key) => query < global || key < global || (query - key <= behind && key - query <= ahead),
    );
  },

  present(attention) {
    const window = windowParameterOf(attention);
    if (attention.pattern?.kind !== 'global' || window === undefined) return undefined;
    return { window, global: attention.pattern.global };
  },

  adopt(model, attention, parameters) {
    return adoptGlobalWindow(model, attention, windowOf(parameters), globalOf(parameters));
  },
};

function windowOf(parameters: MechanismParameters): number {
  return readRange('global window', parameters, 'window', 1, Infinity);
}

function globalOf(parameters: MechanismParameters): number {
  return readRange('global window', parameters, 'global', 0, Infinity);
}

function requireBidirectional({ causal }: AttentionShape): void {
  if (causal) {
    throw new RangeError(
      l10n.t(
        'Global tokens are defined for bidirectional attention only: they see the whole sequence. Their causal form is attention sinks.',
      ),
    );
  }
}

function pairsOf(shape: AttentionShape, parameters: MechanismParameters): number {
  requireBidirectional(shape);
  const window = windowKeys(shape, windowOf(parameters));
  const pattern = { kind: 'global', global: globalOf(parameters) } as const;
  return attentionPairs({ causal: false, window, pattern }, shape.n);
}

function sourceOf(shape: AttentionShape, parameters: MechanismParameters): WindowSource {
  const pattern = windowPattern(shape, windowOf(parameters), globalOf(parameters));
  return {
    name: 'global_window',
    pairs: pairsOf(shape, parameters),
    rows: blockRows(shape, pattern),
    attend: (graph, style, triple) => globalGraph(graph, shape, pattern, style, triple),
    cost: (style) => globalCost(shape, pattern, style),
  };
}
