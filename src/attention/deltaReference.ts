import type { AttentionInputs, AttentionShape, OutputRow } from './mechanism';
import { addScaled } from './referenceVectors';

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
      const output = new Float64Array(headDim);
      query.forEach((weight, i) => {
        addScaled(output, rule.scale * weight, state, i * headDim);
      });
      result.set(output, index * headDim);
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
  for (let token = from; token < to; token++) {
    const at = ((place - head) / kvHeads) * n * kvHeads + token * kvHeads + head;
    const key = vectorAt(k, at, headDim, rule);
    const update = Float64Array.from(v.subarray(at * headDim, (at + 1) * headDim));
    if (rule.rates !== undefined) correct(update, state, key, decay, rule.rates[head] ?? NaN);
    for (let i = 0; i < headDim; i++) decayAndAdd(state, i * headDim, decay, key[i] ?? NaN, update);
  }
}

/** Turns v into β(v − γSᵀk). */
function correct(
  update: Float64Array,
  state: Float64Array,
  key: Float64Array,
  decay: number,
  rate: number,
): void {
  const width = update.length;
  for (let i = 0; i < width; i++) addScaled(update, -decay * (key[i] ?? NaN), state, i * width);
  for (let j = 0; j < width; j++) update[j] = (update[j] ?? NaN) * rate;
}

/** Turns the row s of a state, from `from` on, into γs + `weight`·u. */
function decayAndAdd(
  state: Float64Array,
  from: number,
  decay: number,
  weight: number,
  update: Float64Array,
): void {
  for (let j = 0; j < update.length; j++) {
    state[from + j] = decay * (state[from + j] ?? NaN) + weight * (update[j] ?? NaN);
  }
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
