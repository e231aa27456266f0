import { dtypes } from '../model/dtype';
import { defaultBudgetSeconds, deviceChoices } from '../report/profileJob';
import { defaultReportPath } from './parseCommand';

/** What `headroom --help` prints. */
export const helpText = `Profiles and projects the attention of a transformer from its config.

Usage
  headroom profile [FILE] [flags]   Measure on this machine, verify, project. Without FILE:
                                    the Llama 3.2 1B config that comes with Headroom.
  headroom estimate FILE [flags]    Closed formulas only; no device is touched.
  headroom --help | --version

FILE is a config such as config.json, or - for standard input.

Flags
  --seq N              Sequence length in tokens (default: the longest that the config declares)
  --batch B            Sequences in a batch (default: 1)
  --dtype D            Weights, KV cache and activations in the estimates (default: the config's):
                       ${dtypes.join(', ')}
  --device D           ${deviceChoices.join(', ')} (default: auto)
  --budget-seconds S   Time that the measurements may take (default: ${String(defaultBudgetSeconds)})
  --json               One JSON object on standard output, its keys documented in docs/json.md
  --report PATH        Where the page goes (default: ${defaultReportPath}; with --json: nowhere)
  --no-report          Write no page

Environment
  HEADROOM_LOG=1       The engine's log on standard error
  NO_COLOR=1           No bold text

Exit codes
  0  done       2  bad input       3  the device failed       130  cancelled

Examples
  headroom profile
  headroom profile config.json --seq 8192 --device cpu --budget-seconds 60
  headroom estimate config.json --json | jq .memory.inferencePeak
`;
