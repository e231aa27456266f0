import * as l10n from '@vscode/l10n';
import { pairFlops } from './attentionCost';
import { keptDecode } from './keptTokens';
import { windowPairs, windowReach } from './maskFlops';
import type { AttentionMechanism, AttentionShape, MechanismParameters } from './mechanism';
import { dilatedCost, dilatedGraph } from './dilatedGraph';
import { adoptDilated } from './windowAdoption';
import { softmaxRows } from './referenceRows';
import { residueParts } from './residues';
import { readRange } from './wholeParameter';
import { windowKernelCost, windowKernels, type WindowSource } from './windowKernels';
import { longformerPaper, windowParameter } from './windowParameters';
import { blockRows, windowPattern } from './windowPlan';

const DEFAULT_DILATION = 2;

/**
 * Dilated sliding window (Beltagy et al. 2020, section 3.1): the window's positions lie `dilation` apart, so that
 * the same number of keys reaches so many times as far. Causal: a query sees itself and window − 1 positions before
 * it; bidirectional: window / 2 on each side and itself. One dilation for all heads.
 */
export const dilatedWindow: AttentionMechanism = {
  id: 'dilated-window',
  get title() {
    return l10n.t('Dilated sliding window');
  },
  family: 'window',
  paper: longformerPaper,
  parameters: [
    windowParameter,
    {
      name: 'dilation',
      get title() {
        return l10n.t('Distance of the positions in the window');
      },
      get unit() {
        return l10n.t('tokens');
      },
      defaultFor: () => DEFAULT_DILATION,
    },
  ],
  causal: 'both',
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
    const dilation = dilationOf(parameters);
    const { behind, ahead } = windowReach(shape, windowOf(parameters));
    return softmaxRows(shape, inputs, rows, (query, key) => {
      const steps = (key - query) / dilation;
      return Number.isInteger(steps) && -steps <= behind && steps <= ahead;
    });
  },

  decode(shape, parameters) {
    const { n } = shape;
    const [window, dilation] = [windowOf(parameters), dilationOf(parameters)];
    const seen = Math.min(window, Math.ceil(n / dilation));
    const step = keptDecode(
      shape,
      Array.from({ length: seen }, (_, index) => n - 1 - (seen - 1 - index) * dilation),
    );
    // The tokens in between are kept for the next steps: each remainder has a window of its own.
    return { ...step, stateBytes: (step.stateBytes / seen) * Math.min(n, window * dilation) };
  },

  // No published config has this key: dilation is only in the authors' own code.
  present: () => undefined,

  adopt(model, attention, parameters) {
    return adoptDilated(model, attention, windowOf(parameters), dilationOf(parameters));
  },
};

function windowOf(parameters: MechanismParameters): number {
  return readRange('dilated window', parameters, 'window', 1, Infinity);
}

function dilationOf(parameters: MechanismParameters): number {
  return readRange('dilated window', parameters, 'dilation', 1, Infinity);
}

/** (Query, key) pairs of one head: those of a window in the sequence of each remainder. */
function pairsOf(shape: AttentionShape, parameters: MechanismParameters): number {
  const window = windowOf(parameters);
  return residueParts(shape, dilationOf(parameters)).reduce(
    (sum, part) => sum + (part.last - part.first) * windowPairs(part.shape, window),
    0,
  );
}

function sourceOf(shape: AttentionShape, parameters: MechanismParameters): WindowSource {
  const [window, dilation] = [windowOf(parameters), dilationOf(parameters)];
  const part = { ...shape, n: Math.ceil(shape.n / dilation) };
  return {
    name: 'dilated_window',
    pairs: pairsOf(shape, parameters),
    rows: blockRows(part, windowPattern(part, window)),
    attend: (graph, style, triple) => dilatedGraph(graph, shape, { window, dilation }, style, triple),
    cost: (style) => dilatedCost(shape, { window, dilation }, style),
  };
}
