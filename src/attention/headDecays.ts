/**
 * γ = 1 − 2^(−5−h) of each key/value head h (Sun et al. 2023, section 2.3): a head forgets half of its state after
 * 22, 44, 88, … tokens, so that heads look back differently far.
 */
export function headDecays(kvHeads: number): number[] {
  return Array.from({ length: kvHeads }, (_, head) => 1 - 2 ** (-5 - head));
}
