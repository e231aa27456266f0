import type { AttentionInputs, AttentionShape } from '../attention/mechanism';

/**
 * Seeded normal numbers: Marsaglia's polar method over the sfc32 generator (both public domain).
 * The same seed gives the same numbers on every machine, so a figure can be reproduced.
 */
export class NormalGenerator {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;
  private spare: number | undefined;

  public constructor(seed: number) {
    this.a = seed | 0;
    this.b = 0x9e3779b9 | 0;
    this.c = 0x243f6a88 | 0;
    // sfc32 needs a few rounds before a small seed has spread over its state.
    for (let round = 0; round < 15; round++) this.uniform();
  }

  /** Uniform in [0, 1). */
  public uniform(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (this.c << 21) | (this.c >>> 11);
    this.c = (this.c + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  }

  /** Standard normal. */
  public normal(): number {
    if (this.spare !== undefined) {
      const value = this.spare;
      this.spare = undefined;
      return value;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const radius = x * x + y * y;
      if (radius === 0 || radius >= 1) continue;
      const factor = Math.sqrt((-2 * Math.log(radius)) / radius);
      this.spare = y * factor;
      return x * factor;
    }
  }

  public fill(length: number): Float32Array {
    const values = new Float32Array(length);
    for (let index = 0; index < length; index++) values[index] = this.normal();
    return values;
  }
}

/**
 * Queries, keys and values of standard normal elements: after a norm and a projection with the usual
 * initialisation activations have about unit variance, so the scores q·k/√d have it too and softmax
 * is neither flat nor one-hot. For float16 runs the values are rounded by the caller.
 */
export function makeInputs(shape: AttentionShape, seed: number): AttentionInputs {
  const generator = new NormalGenerator(seed);
  const queryLength = shape.batch * shape.n * shape.heads * shape.headDim;
  const keyLength = shape.batch * shape.n * shape.kvHeads * shape.headDim;
  return {
    q: generator.fill(queryLength),
    k: generator.fill(keyLength),
    v: generator.fill(keyLength),
  };
}
