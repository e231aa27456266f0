import type { PerDevice } from './perDevice';

export type MemoryPart =
  | 'weights'
  | 'kvCache'
  | 'gradients'
  | 'optimizer'
  | 'gathered'
  | 'activations'
  | 'logits'
  | 'scores'
  | 'backwardBuffers';

export interface MemoryPartBytes {
  readonly part: MemoryPart;
  readonly bytes: number;
}

/** The parts of a device's inference peak; they add up to it. */
export function inferencePeakParts(figures: PerDevice['inference']): MemoryPartBytes[] {
  const { weights, kvCache, activations, logits } = figures;
  return [
    { part: 'weights', bytes: weights },
    { part: 'kvCache', bytes: kvCache },
    { part: 'activations', bytes: activations },
    { part: 'logits', bytes: logits },
  ];
}

/** The parts of a device's training peak, logits and n × n scores told apart; they add up to it. */
export function trainingPeakParts(figures: PerDevice['training']): MemoryPartBytes[] {
  const { weights, gradients, optimizer, gathered, activations, logits, scores, backwardBuffers } = figures;
  return [
    { part: 'weights', bytes: weights },
    { part: 'gradients', bytes: gradients },
    { part: 'optimizer', bytes: optimizer },
    { part: 'gathered', bytes: gathered },
    { part: 'activations', bytes: activations - logits - scores },
    { part: 'logits', bytes: logits },
    { part: 'scores', bytes: scores },
    { part: 'backwardBuffers', bytes: backwardBuffers },
  ];
}
