/** Where the keys of `transformers` are read that a model's own config.json has, if not in the profiled file. */
export interface ConfigPlace {
  /** Who reads the profiled file: `vllm`; absent where it is a file of another kind, such as one of weights. */
  readonly framework?: string;
  /** The model's own config, as messages name it; absent where the model is not made from one. */
  readonly file?: string;
  /** The key of the profiled file under which the framework takes such keys, where it has one. */
  readonly override?: string;
  /** Keys that lead to the mapping that is such a config, in a file that has it below them: `model`. */
  readonly under?: readonly string[];
  /** Paths of the keys of the profiled file that say what the model is. */
  readonly keys: readonly string[];
  /** Whether the editor can change the file that has the keys: JSON, YAML or TOML on this computer. */
  readonly isEditable: boolean;
}
