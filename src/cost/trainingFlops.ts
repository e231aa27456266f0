import type { ModelSpec } from '../model/modelSpec';
import { adapterProducts } from './adapters';
import type { EstimateOptions } from './estimate';
import { prefillTerms, type FlopTerm } from './flops';
import { sumOf } from './term';
import { trainingOptions } from './trainingState';

/**
 * Operations of one training step of the batch: the forward pass F and 2·F backward (Kaplan et al. 2020 §2.1),
 * plus what is recomputed: the attention's two products with selective recomputation, all layers with full
 * (Korthikanti et al. 2022 §5). Weights frozen under adapters need no gradient of their own, so their products
 * are done once more, not twice, and the adapters' three times (2 operations a parameter and token each).
 */
export function trainingFlops(model: ModelSpec, options: EstimateOptions): number {
  const terms = prefillTerms(model, options);
  const of = (...parts: readonly FlopTerm['part'][]): number =>
    sumOf(terms.filter(({ part }) => parts.includes(part)));
  const forward = sumOf(terms);
  const attention = of('attention');
  const { recomputation, lora } = trainingOptions(options);
  const recomputed = { none: 0, selective: attention, full: forward - of('logits', 'other') }[recomputation];
  if (lora === undefined) return 3 * forward + recomputed;
  return 2 * forward + attention + recomputed + 6 * adapterProducts(model, lora, options);
}
