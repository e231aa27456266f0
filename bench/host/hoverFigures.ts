import type { OwnTime } from './ownTime';

/** What the bench in the extension host measured; times in milliseconds. */
export interface HoverFigures {
  readonly files: readonly {
    readonly bytes: number;
    /** The first hover, which reads the text. */
    readonly firstMs: number;
    /** Hovers over an unchanged text, of the provider alone, sorted. */
    readonly againMs: readonly number[];
    /** The same with the way from the host to the window and back, sorted. */
    readonly roundTripMs: readonly number[];
  }[];
  /** While somebody types: the longest time for which the host did nothing else, of each round, sorted. */
  readonly typing: {
    readonly bytes: number;
    readonly keys: number;
    readonly configMs: readonly number[];
    /** In the same text and language under a name that is never a config's: what is left is the editor's own. */
    readonly refusedMs: readonly number[];
    /** What our code took of the host in another round, by a profile of the processor. */
    readonly own: OwnTime & {
      /** The longest time between two keys: from 1000 on, the text is read in between, as after the last key. */
      readonly betweenKeysMs: number;
    };
  };
}
