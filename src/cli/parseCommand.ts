import { replacements } from '../attention/registry';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { defaultBudgetSeconds, deviceChoices, type DeviceChoice } from '../report/profileJob';
import { choice, conditionOptions, readConditions, type ConditionFlags } from './conditionFlags';
import { isRevision, parseRepository, type Repository } from '../config/fetch/repository';
import { UsageError } from './inputError';

/** What the command line asks for. */
export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | EstimateCommand
  | CompareCommand
  | ExplainCommand
  | ProfileCommand
  | FetchCommand;

interface Common {
  /** What takes the place of what the config declares. */
  readonly conditions: ConditionFlags;
  readonly json: boolean;
}

export interface EstimateCommand extends Common {
  readonly kind: 'estimate';
  /** Paths, or `-` for standard input; at least one. */
  readonly files: readonly [string, ...string[]];
  /** Name of the device to ask about; absent: this computer's memory. */
  readonly on?: string;
  /** A JSON file that lists more devices. */
  readonly devicesFile?: string;
}

export interface CompareCommand extends Common {
  readonly kind: 'compare';
  readonly files: readonly [string, string];
}

export interface ExplainCommand extends Common {
  readonly kind: 'explain';
  readonly file: string;
  /** The figure, such as `memory.kvCache`; absent: their list. */
  readonly figure?: string;
}

export interface ProfileCommand extends Common {
  readonly kind: 'profile';
  /** Absent: the example that comes with the package. */
  readonly file?: string;
  readonly device: DeviceChoice;
  readonly budgetSeconds: number;
  /** Ids of the replacements to run; all where absent. */
  readonly replacements?: readonly string[];
  /** Where the page is written; absent: nowhere. */
  readonly reportPath?: string;
}

/** The one command that uses a network. */
export interface FetchCommand extends Repository {
  readonly kind: 'fetch';
}

export const defaultReportPath = 'report.html';

const LONGEST_BUDGET_SECONDS = 86_400;

const commandNames = ['profile', 'estimate', 'explain', 'fetch'] as const;

const options = {
  ...conditionOptions,
  compare: { type: 'boolean' },
  on: { type: 'string' },
  devices: { type: 'string' },
  device: { type: 'string' },
  'budget-seconds': { type: 'string' },
  replacements: { type: 'string' },
  json: { type: 'boolean' },
  revision: { type: 'string' },
  report: { type: 'string' },
  'no-report': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const satisfies ParseArgsConfig['options'];

/**
 * Reads the arguments after `headroom`. `estimate` and `explain` take the flags of `profile` too, so that one
 * command line serves all; those about the run have no effect there.
 * @throws UsageError for an unknown command or flag, a value out of range, or too many files.
 */
export function parseCommand(argv: readonly string[]): Command {
  const { values, positionals } = parsed(argv);
  if (values.help === true || (positionals[0] === 'help' && positionals.length === 1))
    return { kind: 'help' };
  if (values.version === true) return { kind: 'version' };
  const [name, ...files] = positionals;
  if (files.includes('')) throw new UsageError('The file name is empty.');
  const common: Common = { conditions: readConditions(values), json: values.json === true };
  const run = runFlags(values, common.json);
  switch (commandNames.find((each) => each === name)) {
    case 'estimate':
      return estimateOf(files, values, common);
    case 'explain':
      return explainOf(files, common);
    case 'fetch':
      return fetchOf(files, values.revision);
    case 'profile': {
      const [file] = atMost(files, 1);
      return { kind: 'profile', ...(file !== undefined && { file }), ...common, ...run };
    }
    case undefined:
      throw new UsageError(
        name === undefined
          ? 'No command. Use "headroom profile FILE", "headroom estimate FILE" or "headroom explain FILE".'
          : `There is no command "${name}". Use "profile", "estimate", "explain" or "fetch".`,
      );
  }
}

type Values = ReturnType<typeof parsed>['values'];

function estimateOf(
  files: readonly string[],
  values: Values,
  common: Common,
): EstimateCommand | CompareCommand {
  const [first, second] = files;
  if (values.on !== undefined && (values.compare === true || files.length > 1)) {
    throw new UsageError('--on is for one config at a time.');
  }
  if (first === undefined) throw new UsageError('Name the config to estimate: "headroom estimate FILE".');
  if (values.compare !== true) {
    const { on, devices } = values;
    if (devices !== undefined && on === undefined) throw new UsageError('--devices needs --on.');
    if (on === '') throw new UsageError('--on takes the name of a device, such as "H100 SXM 80GB".');
    return {
      kind: 'estimate',
      files: [first, ...files.slice(1)],
      ...common,
      ...(on !== undefined && { on }),
      ...(devices !== undefined && { devicesFile: devices }),
    };
  }
  if (second === undefined) throw new UsageError('Name two configs: "headroom estimate --compare A B".');
  atMost(files, 2);
  return { kind: 'compare', files: [first, second], ...common };
}

function explainOf(files: readonly string[], common: Common): ExplainCommand {
  const [file, figure] = atMost(files, 2);
  if (file === undefined) {
    throw new UsageError('Name the config and the figure: "headroom explain FILE memory.kvCache".');
  }
  return { kind: 'explain', file, ...(figure !== undefined && { figure }), ...common };
}

function fetchOf(names: readonly string[], revision: string | undefined): FetchCommand {
  const [name] = atMost(names, 1);
  if (name === undefined) throw new UsageError('Name the repository: "headroom fetch ORG/NAME".');
  const repository = parseRepository(name);
  if (repository === undefined) {
    throw new UsageError(`"${name}" is no repository. Write it as on its page, such as "Qwen/Qwen3-8B".`);
  }
  if (revision === undefined) return { kind: 'fetch', ...repository };
  if (!isRevision(revision))
    throw new UsageError(`--revision takes a branch, tag or commit, not "${revision}".`);
  return { kind: 'fetch', ...repository, revision };
}

function atMost(files: readonly string[], count: number): readonly string[] {
  const rest = files.slice(count);
  if (rest.length === 0) return files;
  const limit = count === 1 ? 'One file at a time' : 'Two at the most';
  throw new UsageError(`${limit}, please; "${rest.join('" "')}" is too much.`);
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, strict: true, allowPositionals: true });
  } catch (error) {
    // Node's own messages name the flag, then explain `--`: only the first sentence helps here.
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${message.replace(/\. .*$/s, '').replace(/\.$/, '')}.`);
  }
}

function runFlags(
  values: Values,
  json: boolean,
): Pick<ProfileCommand, 'device' | 'budgetSeconds' | 'replacements' | 'reportPath'> {
  const reportPath = reportPathOf(values.report, values['no-report'] === true, json);
  return {
    device: values.device === undefined ? 'auto' : choice('--device', values.device, deviceChoices),
    budgetSeconds:
      values['budget-seconds'] === undefined ? defaultBudgetSeconds : seconds(values['budget-seconds']),
    ...(values.replacements !== undefined && { replacements: mechanisms(values.replacements) }),
    ...(reportPath !== undefined && { reportPath }),
  };
}

/** @throws UsageError for a name that no mechanism has. */
function mechanisms(text: string): string[] {
  const ids = replacements.map(({ id }) => id);
  return text.split(',').map((name) => choice('--replacements', name.trim(), ids));
}

function seconds(text: string): number {
  const value = /^\d+(\.\d+)?$|^\.\d+$/.test(text) ? Number(text) : NaN;
  if (!(value > 0 && value <= LONGEST_BUDGET_SECONDS)) {
    throw new UsageError(
      `--budget-seconds takes a number of seconds above 0, up to ${String(LONGEST_BUDGET_SECONDS)}, not "${text}".`,
    );
  }
  return value;
}

function reportPathOf(path: string | undefined, none: boolean, json: boolean): string | undefined {
  if (path === '') throw new UsageError('--report takes the path of the page to write.');
  if (path !== undefined && none) throw new UsageError('--report and --no-report contradict each other.');
  if (path !== undefined) return path;
  return none || json ? undefined : defaultReportPath;
}
