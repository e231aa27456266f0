import type { TextRange } from '../../model/modelSpec';

/** What a field of a config decides, as far as attention is concerned. */
export type FieldKind =
  | 'length'
  | 'window'
  | 'heads'
  | 'keyValueHeads'
  | 'headDim'
  | 'layers'
  | 'imageSize'
  | 'patchSize'
  | 'ropeOriginalLength'
  | 'ropeFactor';

/** A field that the editor has something to say about, and where it is written. */
export interface LocatedField {
  readonly kind: FieldKind;
  /** As it is written: `max_position_embeddings`, `--max-model-len`. */
  readonly key: string;
  /** From the document's root, joined by dots; the key itself in a command line. */
  readonly path: string;
  /** From the start of the key to the end of its value. */
  readonly range: TextRange;
  readonly valueRange: TextRange;
  /** The number that the value stands for, in tokens, heads, layers, pixels; absent where it stands for none. */
  readonly value?: number;
  /** `unset`: null, `auto` and the like. `unreadable`: no number yet, as while it is typed. */
  readonly state: 'number' | 'unset' | 'unreadable';
  /** The value is one literal, so that another number can be written in its place. */
  readonly isLiteral: boolean;
}
