import { factor, type Factor } from '../model/factor';
import type { FeedForwardSpec } from '../model/modelSpec';

/** Width inside the MLP that one token passes: of its experts and the shared ones together where there are experts. */
export function feedForwardWidth({ intermediateSize, experts }: FeedForwardSpec): number {
  return experts ? experts.active * intermediateSize + experts.sharedSize : intermediateSize;
}

/** The same as a factor of a formula. */
export function feedForwardFactor(feedForward: FeedForwardSpec): Factor {
  const { experts } = feedForward;
  if (experts === undefined) return factor('f', feedForward.intermediateSize);
  return factor(experts.sharedSize > 0 ? '(k·f + fₛ)' : 'k·f', feedForwardWidth(feedForward));
}
