import type { AttentionMechanism, MechanismParameters } from '../attention/mechanism';
import type { AttentionSpec } from '../model/modelSpec';

/**
 * `attention` with what a mechanism changes of it, where the cost model can say it: fewer key/value heads or a latent
 * leave the layers' window or pattern alone, and a sliding window is theirs as a config would set it. Undefined for
 * every other mechanism, which replaces the pattern by one of its own.
 */
export function replacedAttention(
  { id }: Pick<AttentionMechanism, 'id'>,
  attention: AttentionSpec,
  { kvHeads, rank, window }: MechanismParameters,
): AttentionSpec | undefined {
  if (id === 'grouped-query' && kvHeads !== undefined) return { ...attention, kvHeads };
  // The measured form has no rotary part of its own.
  if (id === 'latent-kv' && rank !== undefined) return { ...attention, latent: { rank, ropeDim: 0 } };
  const isPlain = attention.pattern === undefined && attention.latent === undefined;
  if (id === 'sliding-window' && window !== undefined && isPlain) return { ...attention, window };
  return undefined;
}
