import { DEFAULT_PAGE_TOKENS } from '../cost/kvCache';
import { dtypes } from '../model/dtype';
import { optimizers, weightFormats } from '../model/recipe';
import { defaultBudgetSeconds, deviceChoices } from '../report/profileJob';
import { defaultReportPath } from './parseCommand';

/** What `headroom --help` prints. */
export const helpText = `Profiles and projects the attention of a transformer from its config.

Usage
  headroom profile [FILE] [flags]        Measure on this machine, verify, project. Without FILE:
                                         the Llama 3.2 1B config that comes with Headroom.
  headroom estimate FILE... [flags]      Closed formulas only; no device is touched. Several files: a table.
  headroom estimate --compare A B        Two configs side by side.
  headroom explain FILE [FIGURE]         How a figure comes about: formula, numbers, and the keys of the config.
                                         Without FIGURE: the list of them, such as memory.kvCache.
  headroom fetch ORG/NAME [--revision R] Download the config.json of a model from Hugging Face, for files that
                                         name the model. The only command that uses a network.
  headroom --help | --version

FILE is a model's config (config.json, params.json, genai_config.json, a GGUF file), or a training or serving
config (YAML, TOML, JSON, Modelfile) that names its model: a path, or a model of the Hugging Face cache, of
Ollama, or of the built-in table, or one that was fetched. - is standard input.

Conditions (default: what the config says)
  --seq N              Sequence length in tokens
  --source N           Tokens of an encoder's input (default: --seq)
  --batch B            Sequences in a batch
  --dtype D            Weights, KV cache and activations:
                       ${dtypes.join(', ')}
  --weights F          How weights are stored for inference:
                       ${weightFormats.slice(0, 7).join(', ')},
                       ${weightFormats.slice(7).join(', ')}
  --cache-dtype D      KV cache, where it differs
  --cache-layout L     window: a windowed layer holds its window; pages: whole pages for every token
  --page-tokens N      Tokens of a page (default: ${String(DEFAULT_PAGE_TOKENS)})
  --optimizer O        ${optimizers.join(', ')}
  --recompute R        none, selective, full
  --attention A        fused, naive (in training)
  --lora-rank R        Train adapters of this rank, on --lora-targets q_proj,v_proj (default: every matrix)
  --dp N --zero S      Data-parallel devices and ZeRO stage 0 to 3 (FSDP: 3)
  --tp N --pp N        Tensor- and pipeline-parallel devices; --sequence-parallel with --tp
  --cp N --ep N        Context- and expert-parallel devices

Other flags
  --on DEVICE          estimate: a device by name, such as "H100 SXM 80GB": does it fit, and at least how long
  --devices FILE       estimate: a JSON list of more devices for --on, such as [{"name": "My card", "memoryGiB": 24,
                       "bandwidthGBps": 600, "tflops": {"float16": 125}}]
  --device D           profile: ${deviceChoices.join(', ')} (default: auto)
  --replacements A,B   profile: mechanisms to run beside dense attention (default: all), such as sliding-window
  --budget-seconds S   profile: time that the measurements may take (default: ${String(defaultBudgetSeconds)})
  --revision R         fetch: branch, tag or commit (default: main)
  --json               JSON on standard output, its keys documented in docs/json.md
  --report PATH        profile: where the page goes (default: ${defaultReportPath}; with --json: nowhere)
  --no-report          profile: write no page

Environment
  HEADROOM_LOG=1       The engine's log on standard error
  NO_COLOR=1           No bold text
  HF_HOME, HF_HUB_CACHE, OLLAMA_MODELS   Where models are looked for
  HF_ENDPOINT, HF_TOKEN  fetch: the hub, and the token that is sent to it

Exit codes
  0  done       2  bad input       3  the device failed       130  cancelled

Examples
  headroom profile
  headroom profile config.json --seq 8192 --device cpu --budget-seconds 60
  headroom estimate config.json --on "H100 SXM 80GB" --batch 8
  headroom estimate train.yaml --dp 8 --zero 3 --on "A100 SXM 80GB"
  headroom estimate */config.json --json | jq '.[].memory.kvCache'
  headroom explain config.json memory.kvCache --seq 32768
`;
