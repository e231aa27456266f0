import type { FigureKey } from './figureKeys';
import { figureLine, type Line } from './line';
import type { Subject } from './subject';

/** How a figure comes about. */
export interface FigureDerivation {
  /** Addends; their sum is the figure. */
  readonly lines: (subject: Subject) => readonly Line[];
  /** The papers that it follows. */
  readonly source: () => string;
  /** What the accounting takes for granted. */
  readonly notes?: () => readonly string[];
}

export type FigureDerivations<Keys extends FigureKey> = Readonly<Record<Keys, FigureDerivation>>;

/** The keys that begin with a prefix. */
export type KeysUnder<Prefix extends string> = Extract<FigureKey, `${Prefix}.${string}`>;

/** The sum of other figures. */
export function sumOfFigures(
  keys: readonly FigureKey[],
  source: FigureDerivation['source'],
  notes?: FigureDerivation['notes'],
): FigureDerivation {
  return { lines: (subject) => keys.map((key) => figureLine(subject, key)), source, ...(notes && { notes }) };
}
