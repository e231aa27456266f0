/**
 * IEEE 754 binary16 ('half') to and from a JavaScript number. Node 20 has no Float16Array, and the
 * runtime takes and returns half tensors as raw 16-bit words.
 */

const float32 = new Float32Array(1);
const bits32 = new Uint32Array(float32.buffer);

/** The 16-bit word nearest to `value` as a float32 (ties to even); overflow becomes infinity. */
export function encodeFloat16(value: number): number {
  float32[0] = value;
  const bits = bits32[0] ?? 0;
  const sign = (bits >>> 16) & 0x8000;
  const exponent = (bits >>> 23) & 0xff;
  const fraction = bits & 0x7fffff;
  if (exponent === 0xff) return sign | 0x7c00 | (fraction === 0 ? 0 : 0x200);
  const halfExponent = exponent - 127 + 15;
  if (halfExponent >= 0x1f) return sign | 0x7c00;
  if (halfExponent <= 0) {
    if (halfExponent < -10) return sign;
    const significand = fraction | 0x800000;
    return sign | roundShift(significand, 14 - halfExponent);
  }
  // A carry out of the fraction runs into the exponent, which is the right result (up to infinity).
  return sign | ((halfExponent << 10) + roundShift(fraction, 13));
}

/** The number that a 16-bit word stands for. */
export function decodeFloat16(word: number): number {
  const sign = (word & 0x8000) === 0 ? 1 : -1;
  const exponent = (word >>> 10) & 0x1f;
  const fraction = word & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function roundShift(value: number, shift: number): number {
  const kept = value >>> shift;
  const rest = value & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return rest > half || (rest === half && (kept & 1) === 1) ? kept + 1 : kept;
}
