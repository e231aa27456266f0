import { seededNormal } from './seeded';

/** Reflections that make up the rotation: enough to mix every element with every other. */
const REFLECTIONS = 4;
const SEED = 0x6c6174;

/**
 * The seeded down-projection of latent attention, [width, rank] with orthonormal columns: a rotation, which is a
 * product of Householder reflections, of which `rank` evenly spread columns are kept. With rank = width nothing is lost. A
 * trained model learns its own; this one costs the same and is the same on every machine.
 */
export class LatentProjection {
  private readonly normals: readonly Float64Array[];
  /** Rotated coordinates that the latent keeps. */
  private readonly kept: readonly number[];

  public constructor(
    private readonly width: number,
    rank: number,
  ) {
    this.normals = Array.from({ length: REFLECTIONS }, (_, index) => {
      const values = Float64Array.from(seededNormal(SEED + index, width));
      const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
      return values.map((value) => value / norm);
    });
    this.kept = Array.from({ length: rank }, (_, index) => Math.floor((index * width) / rank));
  }

  /** The latent of one token's keys and values: x·W. */
  public compress(x: Float64Array): Float64Array {
    const rotated = Float64Array.from(x);
    for (const normal of this.normals) reflect(rotated, normal);
    return Float64Array.from(this.kept, (index) => rotated[index] ?? NaN);
  }

  /** Keys and values rebuilt from a latent: c·Wᵀ. */
  public expand(latent: Float64Array): Float64Array {
    const x = new Float64Array(this.width);
    this.kept.forEach((index, place) => {
      x[index] = latent[place] ?? NaN;
    });
    for (const normal of [...this.normals].reverse()) reflect(x, normal);
    return x;
  }

  /** W as a matrix, row-major: [width, rank]. */
  public matrix(): Float32Array {
    const rank = this.kept.length;
    const values = new Float32Array(this.width * rank);
    this.kept.forEach((_, column) => {
      const unit = new Float64Array(rank);
      unit[column] = 1;
      this.expand(unit).forEach((value, row) => {
        values[row * rank + column] = value;
      });
    });
    return values;
  }
}

/** x − 2·(x·u)·u */
function reflect(x: Float64Array, normal: Float64Array): void {
  let dot = 0;
  for (let i = 0; i < x.length; i++) dot += (x[i] ?? NaN) * (normal[i] ?? NaN);
  for (let i = 0; i < x.length; i++) x[i] = (x[i] ?? NaN) - 2 * dot * (normal[i] ?? NaN);
}
