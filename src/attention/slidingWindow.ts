import * as l10n from '@vscode/l10n';
import { groupQueryWindowKernels } from './exactKernels';
import { windowFlops, windowPairs, windowReach } from './maskFlops';
import { keptDecode } from './keptTokens';
import type { AttentionMechanism, AttentionShape, MechanismParameters } from './mechanism';
import { softmaxRows } from './referenceRows';
import { readRange } from './wholeParameter';
import { adoptWindow } from './windowAdoption';
import { patternSource, windowKernelCost, windowKernels, type WindowSource } from './windowKernels';
import { longformerPaper, windowParameter, windowParameterOf } from './windowParameters';
import { windowPattern } from './windowPlan';

/**
 * Sliding-window attention. Causal: a query sees itself and the window − 1 positions before it
 * (Mistral's `sliding_window`). Bidirectional: window / 2 positions on each side and itself
 * (Longformer's `attention_window`).
 */
export const slidingWindow: AttentionMechanism = {
  id: 'sliding-window',
  get title() {
    return l10n.t('Sliding window');
  },
  family: 'window',
  paper: longformerPaper,
  parameters: [windowParameter],
  causal: 'both',
  exact: false,

  kernels(shape, parameters) {
    const window = windowOf(parameters);
    return [
      ...windowKernels(shape, sourceOf(shape, parameters)),
      ...groupQueryWindowKernels(shape, window, windowFlops(shape, window)),
    ];
  },

  flops(shape, parameters) {
    return windowFlops(shape, windowOf(parameters));
  },

  cost(shape, parameters) {
    return windowKernelCost(shape, sourceOf(shape, parameters));
  },

  reference(shape, parameters, inputs, rows) {
    const { behind, ahead } = windowReach(shape, windowOf(parameters));
    return softmaxRows(shape, inputs, rows, (query, key) => query - key <= behind && key - query <= ahead);
  },

  decode(shape, parameters) {
    const kept = Math.min(shape.n, windowOf(parameters));
    return keptDecode(
      shape,
      Array.from({ length: kept }, (_, index) => shape.n - kept + index),
    );
  },

  present(attention) {
    const window = attention.pattern === undefined ? windowParameterOf(attention) : undefined;
    return window === undefined ? undefined : { window };
  },

  adopt(model, attention, parameters) {
    return adoptWindow(model, attention, windowOf(parameters));
  },
};

function windowOf(parameters: MechanismParameters): number {
  return readRange('sliding window', parameters, 'window', 1, Infinity);
}

function sourceOf(shape: AttentionShape, parameters: MechanismParameters): WindowSource {
  const window = windowOf(parameters);
  return patternSource('sliding_window', shape, windowPattern(shape, window), windowPairs(shape, window));
}
