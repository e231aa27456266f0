import { isCommandFile } from './commandFile';

const CONFIG_ENDING = /\.(?:jsonc?|json5|ya?ml|toml|py|modelfile)$|^modelfile(?:\.|$)/;

/** Files of other programs with such an ending, some of them large. */
const OTHER_FILES = new RegExp(
  [
    '^(?:package|package-lock|npm-shrinkwrap|composer|bower|deno|angular|nx|turbo|lerna|renovate|manifest)\\.json$',
    '^(?:tsconfig|jsconfig)\\b.*\\.json$',
    '^(?:settings|launch|tasks|extensions|keybindings)\\.json$',
    '^(?:tokenizer|vocab|merges|added_tokens|special_tokens_map|preprocessor_config)\\.json$',
    '^(?:cargo|pyproject|poetry|pipfile|uv|netlify|wrangler|rustfmt)\\.toml$',
    '^(?:pnpm-lock|pnpm-workspace|mkdocs|conda-lock|codecov|dependabot)\\.ya?ml$',
    '\\.index\\.json$|\\.headroom\\.json$|\\.schema\\.json$|^\\.(?:eslintrc|prettierrc|babelrc)',
    '^(?:setup|conftest|manage|__init__|__main__)\\.py$|^test_.*\\.py$',
  ].join('|'),
);

/** A key that only the config of a model, or of its training or serving, is likely to have. */
const SIGN = new RegExp(
  [
    'model_type|architectures|_name_or_path|base_model|model_path|model_id|init_from|checkpointer|hf_assets_path',
    'hidden_size|n_embd|d_model|n_layers?|num_(?:hidden_)?layers|num_attention_heads|n_heads?|num-layers',
    '(?:max|seq|sequence|context|cutoff|num|n|ctx)[_-](?:position_embeddings|positions|seq|sequence|len|length|ctx|size|model[_-]len|source|target|input|total|gpu)',
    'max[A-Z]\\w{1,20}Len|per_device_train|micro_batch|zero_optimization|mixed_precision|block_size|tensor_parallel',
    'vllm|sglang|llama-s|llama-c|llama\\.cpp|text-generation|\\.gguf|tensor-parallel|from_pretrained|bnb_4bit|lora_|FROM ',
  ].join('|'),
);

/** Characters at either end that are searched: the keys of a config with 100,000 labels stand before or behind them. */
const SEARCHED = 48 * 1024;

/**
 * Whether a file may be a config, by its name and the words at its beginning and its end, without parsing: what is
 * refused needs no further look; what is not may still be another file. Takes less than 2 ms, whatever the size.
 */
export function mayBeConfig(name: string, text: string): boolean {
  const base = (name.split(/[/\\]/).at(-1) ?? '').toLowerCase();
  if (OTHER_FILES.test(base)) return false;
  const mayBeUntitled = !base.includes('.') || base.startsWith('untitled');
  if (!CONFIG_ENDING.test(base) && !isCommandFile(base, text) && !mayBeUntitled) return false;
  if (text.length <= 2 * SEARCHED) return SIGN.test(text);
  return SIGN.test(text.slice(0, SEARCHED)) || SIGN.test(text.slice(-SEARCHED));
}
