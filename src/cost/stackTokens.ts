import type { Stack } from '../model/modelSpec';
import type { EstimateOptions } from './estimate';

/** Tokens that a stack works on for one sequence of the batch. */
export function stackTokens(
  { tokens }: Pick<Stack, 'tokens'>,
  options: Pick<EstimateOptions, 'sequenceLength' | 'sourceLength'>,
): number {
  if (typeof tokens === 'number') return tokens;
  return tokens === 'source' ? (options.sourceLength ?? options.sequenceLength) : options.sequenceLength;
}

/** Tokens of the encoder that cross-attention reads; those of the sequence where the model has no encoder. */
export function sourceTokens(
  model: { readonly stacks: readonly Pick<Stack, 'tokens' | 'generates'>[] },
  options: Pick<EstimateOptions, 'sequenceLength' | 'sourceLength'>,
): number {
  const encoder = model.stacks.find(({ generates }) => !generates);
  return stackTokens({ tokens: encoder?.tokens ?? 'source' }, options);
}
