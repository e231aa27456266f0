/** A name of a model builder of torchtune, taken apart: `torchtune.models.llama3_1.qlora_llama3_1_8b`. */
export interface TorchtuneBuilder {
  /** The module, which is the line of models: `llama3_1`. */
  readonly line: string;
  /** The builder without its adapter: `llama3_1_8b`, or `llama3_1` where the sizes are arguments. */
  readonly name: string;
  readonly adapter: 'none' | 'lora' | 'qlora';
}

const BUILDER = /^torchtune\.models\.(\w{1,60})\.(?:_\w{1,40}\.)?(q?lora_|q?dora_)?(\w{1,80})$/;

export function parseTorchtuneBuilder(component: string): TorchtuneBuilder | undefined {
  const [, line, adapter, name] = BUILDER.exec(component.trim()) ?? [];
  if (line === undefined || name === undefined) return undefined;
  const kind = adapter === undefined ? 'none' : adapter.startsWith('q') ? 'qlora' : 'lora';
  return { line, name, adapter: kind };
}

/** Builders whose names do not say which published model they are. */
const published: ReadonlyMap<string, string> = new Map([
  ['mistral_7b', 'mistralai/Mistral-7B-v0.1'],
  ['mistral_reward_7b', 'mistralai/Mistral-7B-v0.1'],
  ['mistral_classifier_7b', 'mistralai/Mistral-7B-v0.1'],
  ['phi3_mini', 'microsoft/Phi-3-mini-4k-instruct'],
  ['phi4_14b', 'microsoft/phi-4'],
  ['llama4_scout_17b_16e', 'meta-llama/Llama-4-Scout-17B-16E'],
  ['llama4_maverick_17b_128e', 'meta-llama/Llama-4-Maverick-17B-128E'],
]);

/** Sizes with a fraction are few, and `llama3_1_8b` has none: the line is taken as short as it can be. */
const SIZED = /^([a-z]\w{1,30}?)_((?:0_\d|1_5|1_7|\d{1,4})[bm])(?:_(base|instruct))?$/;

/**
 * The model that a builder makes, as people write it: `llama3.1 8B`; undefined where its name has no size, since
 * the sizes are then its arguments.
 */
export function torchtuneModelName({ name }: TorchtuneBuilder): string | undefined {
  const known = published.get(name);
  if (known !== undefined) return known;
  const [, line, size, tuning] = SIZED.exec(name) ?? [];
  if (line === undefined || size === undefined) return undefined;
  const version = line.replace(/(\d)_(\d)/, '$1.$2').replaceAll('_', ' ');
  const count = size.replace('_', '.').toUpperCase();
  return `${version} ${count}${tuning === undefined ? '' : ` ${tuning}`}`;
}
