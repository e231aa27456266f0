import type { AttentionInputs, AttentionShape, OutputRow } from './mechanism';

/** The rule by which a token changes the state of a head. */
export interface StateRule {
  /** γ of each key/value head, by which the state shrinks before a token. */
  readonly decays: readonly number[];
  /** β of each key/value head: how much of the delta rule's correction is written. Absent: all of vₜ is added. */
  readonly rates?: readonly number[];
  /** Divides queries and keys by √(|x|² + ε). Absent: they stay as they are. */
  readonly normEpsilon?: number;
  /** Factor of the outputs. */
  readonly scale: number;
}

/**
 * oₜ = scale · qₜSₜ with Sₜ = γSₜ₋₁ + kₜuₜᵀ, where uₜ is vₜ, or β(vₜ − γSₜ₋₁ᵀkₜ) by the delta rule, in float64 by
 * plain loops over the tokens. Returns rows.length × headDim numbers, row-major.
 */
export function stateRows(
  shape: AttentionShape,
  rule: StateRule,
  inputs: AttentionInputs,
  rows: readonly OutputRow[],
): Float64Array {
  const { n, heads, kvHeads, headDim } = shape;
  const result = new Float64Array(rows.length * headDim);
  const asked = new Map<number, number[]>();
  rows.forEach(({ batch, head }, index) => {
    const place = batch * kvHeads + Math.floor(head / (heads / kvHeads));
    asked.set(place, [...(asked.get(place) ?? []), index]);
  });
  for (const [place, indices] of asked) {
    const ordered = indices
      .map((index) => ({ index, row: rows[index] }))
      .sort((a, b) => (a.row?.row ?? 0) - (b.row?.row ?? 0));
    const state = new Float64Array(headDim * headDim);
    let tokens = 0;
    for (const { index, row } of ordered) {
      if (row === undefined) continue;
      advance(shape, rule, inputs, place, state, tokens, row.row + 1);
      tokens = row.row + 1;
      const query = vectorAt(inputs.q, (row.batch * n + row.row) * heads + row.head, headDim, rule);
      for (let j = 0; j < headDim; j++) {
        let sum = 0;
        for (let i = 0; i < headDim; i++) sum += (query[i] ?? NaN) * (state[i * headDim + j] ?? NaN);
        result[index * headDim + j] = rule.scale * sum;
      }
    }
  }
  return result;
}

/** The states of all heads after `tokens` tokens, [batch, kvHeads, headDim, headDim]. */
export function statesAfter(
  shape: AttentionShape,
  rule: StateRule,
  inputs: AttentionInputs,
  tokens: number,
): Float64Array {
  const { batch, kvHeads, headDim } = shape;
  const each = headDim * headDim;
  const states = new Float64Array(batch * kvHeads * each);
  for (let place = 0; place < batch * kvHeads; place++) {
    advance(shape, rule, inputs, place, states.subarray(place * each, (place + 1) * each), 0, tokens);
  }
  return states;
}

/** Takes the state of head `place` (batch · kvHeads + head) over tokens [from, to). */
function advance(
  { n, kvHeads, headDim }: AttentionShape,
  rule: StateRule,
  { k, v }: AttentionInputs,
  place: number,
  state: Float64Array,
  from: number,
  to: number,
): void {
  const head = place % kvHeads;
  const decay = rule.decays[head] ?? NaN;
  const update = new Float64Array(headDim);
  for (let token = from; token < to; token++) {
    const at = ((place - head) / kvHeads) * n * kvHeads + token * kvHeads + head;
    const key = vectorAt(k, at, headDim, rule);
    for (let index = 0; index < state.length; index++) state[index] = (state[index] ?? NaN) * decay;
    for (let j = 0; j < headDim; j++) update[j] = v[at * headDim + j] ?? NaN;
    if (rule.rates !== undefined) correct(update, state, key, rule.rates[head] ?? NaN);
    for (let i = 0; i < headDim; i++) {
      const weight = key[i] ?? NaN;
      for (let j = 0; j < headDim; j++) {
        state[i * headDim + j] = (state[i * headDim + j] ?? NaN) + weight * (update[j] ?? NaN);
      }
    }
  }
}

/** Turns v into β(v − Sᵀk). */
function correct(update: Float64Array, state: Float64Array, key: Float64Array, rate: number): void {
  const width = update.length;
  for (let i = 0; i < width; i++) {
    const weight = key[i] ?? NaN;
    for (let j = 0; j < width; j++) update[j] = (update[j] ?? NaN) - weight * (state[i * width + j] ?? NaN);
  }
  for (let j = 0; j < width; j++) update[j] = (update[j] ?? NaN) * rate;
}

function vectorAt(
  values: Float32Array,
  index: number,
  width: number,
  { normEpsilon }: StateRule,
): Float64Array {
  const vector = Float64Array.from(values.subarray(index * width, (index + 1) * width));
  if (normEpsilon === undefined) return vector;
  const square = vector.reduce((sum, x) => sum + x * x, 0);
  return vector.map((x) => x / Math.sqrt(square + normEpsilon));
}
