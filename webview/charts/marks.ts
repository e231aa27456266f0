import type { Tone } from '../tones';

/** Shapes that tell curves apart where colour alone does not. */
export const shapes = ['circle', 'square', 'triangle', 'diamond'] as const;

export type Shape = (typeof shapes)[number];

const tones: readonly Tone[] = ['blue', 'orange', 'green', 'purple', 'red', 'yellow'];

/** Marks until colours and shapes begin anew together: the least common multiple of their numbers. */
const period = 12;

export interface Mark {
  readonly tone: Tone;
  readonly shape: Shape;
}

/**
 * The mark of the curve at `index`; the first one is dense attention in the text's own colour. The next 24 differ from
 * each other: colours and shapes run through together, and once both begin anew, the shapes are shifted by one.
 */
export function markOf(index: number): Mark {
  if (index === 0) return { tone: 'foreground', shape: 'circle' };
  return {
    tone: tones[(index - 1) % tones.length] ?? 'foreground',
    shape: shapes[(index + Math.floor((index - 1) / period)) % shapes.length] ?? 'circle',
  };
}

/** Corners of a shape of half-size `size` around the origin; none for the circle. */
export function shapeCorners(shape: Shape, size: number): readonly (readonly [number, number])[] {
  switch (shape) {
    case 'circle':
      return [];
    case 'square':
      return [
        [-size * 0.9, -size * 0.9],
        [size * 0.9, -size * 0.9],
        [size * 0.9, size * 0.9],
        [-size * 0.9, size * 0.9],
      ];
    case 'triangle':
      return [
        [0, -size * 1.2],
        [size * 1.1, size * 0.8],
        [-size * 1.1, size * 0.8],
      ];
    case 'diamond':
      return [
        [0, -size * 1.3],
        [size * 1.3, 0],
        [0, size * 1.3],
        [-size * 1.3, 0],
      ];
  }
}
