import type { TextEdit } from '../config/editConfig';

/** A change of the config that mends a problem: what a quick fix does, after a preview. */
export interface ConfigMend {
  readonly kind: 'longestThatFits' | 'recomputation' | 'fusedAttention' | 'replacement';
  /** Title of the action, translated: `Set max_model_len to 24,576, the longest that fits`. */
  readonly title: string;
  /** Refer to the text as it is; no two overlap. Comments and formatting stay. */
  readonly edits: readonly TextEdit[];
  /** What the user should know before, such as that it needs retraining; translated. */
  readonly note?: string;
}
