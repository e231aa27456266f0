import { parseArgs, type ParseArgsConfig } from 'node:util';
import { dtypes, isDType, type DType } from '../model/dtype';
import { defaultBudgetSeconds, deviceChoices, type DeviceChoice } from '../report/profileJob';
import { UsageError } from './inputError';

/** What the command line asks for. */
export type Command =
  { readonly kind: 'help' } | { readonly kind: 'version' } | EstimateCommand | ProfileCommand;

interface Conditions {
  /** Tokens; absent: the longest that the config declares. */
  readonly sequenceLength?: number;
  readonly batch: number;
  /** Absent: the dtype that the config declares. */
  readonly dtype?: DType;
  readonly json: boolean;
}

export interface EstimateCommand extends Conditions {
  readonly kind: 'estimate';
  /** A path, or `-` for standard input. */
  readonly file: string;
}

export interface ProfileCommand extends Conditions {
  readonly kind: 'profile';
  /** Absent: the example that comes with the package. */
  readonly file?: string;
  readonly device: DeviceChoice;
  readonly budgetSeconds: number;
  /** Where the page is written; absent: nowhere. */
  readonly reportPath?: string;
}

export const defaultReportPath = 'report.html';

const LONGEST_SEQUENCE = 1_000_000_000;
const LARGEST_BATCH = 1_000_000;
const LONGEST_BUDGET_SECONDS = 86_400;

const options = {
  seq: { type: 'string' },
  batch: { type: 'string' },
  dtype: { type: 'string' },
  device: { type: 'string' },
  'budget-seconds': { type: 'string' },
  json: { type: 'boolean' },
  report: { type: 'string' },
  'no-report': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const satisfies ParseArgsConfig['options'];

/**
 * Reads the arguments after `headroom`. `estimate` takes the flags of `profile` too, so that one command
 * line serves both; those about the run have no effect there.
 * @throws UsageError for an unknown command or flag, a value out of range, or too many files.
 */
export function parseCommand(argv: readonly string[]): Command {
  const { values, positionals } = parsed(argv);
  if (values.help === true || (positionals[0] === 'help' && positionals.length === 1))
    return { kind: 'help' };
  if (values.version === true) return { kind: 'version' };
  const [name, file, ...rest] = positionals;
  if (name === undefined)
    throw new UsageError('No command. Use "headroom profile FILE" or "headroom estimate FILE".');
  if (name !== 'profile' && name !== 'estimate') {
    throw new UsageError(`There is no command "${name}". Use "profile" or "estimate".`);
  }
  if (rest.length > 0) throw new UsageError(`One file at a time, please; "${rest.join('" "')}" is too much.`);
  if (file === '') throw new UsageError('The file name is empty.');
  const conditions: Conditions = {
    ...optional('sequenceLength', values.seq, (text) =>
      wholeNumber('--seq', text, LONGEST_SEQUENCE, 'tokens'),
    ),
    batch: values.batch === undefined ? 1 : wholeNumber('--batch', values.batch, LARGEST_BATCH, 'sequences'),
    ...optional('dtype', values.dtype, dtype),
    json: values.json === true,
  };
  const device = values.device === undefined ? 'auto' : deviceChoice(values.device);
  const budgetSeconds =
    values['budget-seconds'] === undefined ? defaultBudgetSeconds : seconds(values['budget-seconds']);
  const reportPath = reportPathOf(values.report, values['no-report'] === true, conditions.json);
  if (name === 'estimate') {
    if (file === undefined) throw new UsageError('Name the config to estimate: "headroom estimate FILE".');
    return { kind: 'estimate', file, ...conditions };
  }
  return {
    kind: 'profile',
    ...(file === undefined ? {} : { file }),
    ...conditions,
    device,
    budgetSeconds,
    ...(reportPath === undefined ? {} : { reportPath }),
  };
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

/** `{ [key]: read(text) }`, or nothing where the flag was not given. */
function optional<K extends string, T>(
  key: K,
  text: string | undefined,
  read: (text: string) => T,
): Partial<Record<K, T>> {
  // TypeScript widens a computed key to `string`; the record has this one key and no other.
  return text === undefined ? {} : ({ [key]: read(text) } as Partial<Record<K, T>>);
}

function wholeNumber(flag: string, text: string, most: number, unit: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(value >= 1 && value <= most)) {
    throw new UsageError(`${flag} takes a whole number of ${unit} from 1 to ${String(most)}, not "${text}".`);
  }
  return value;
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

function dtype(text: string): DType {
  if (!isDType(text)) throw new UsageError(`--dtype takes ${dtypes.join(', ')}, not "${text}".`);
  return text;
}

function deviceChoice(text: string): DeviceChoice {
  const choice = deviceChoices.find((candidate) => candidate === text);
  if (choice === undefined)
    throw new UsageError(`--device takes ${deviceChoices.join(', ')}, not "${text}".`);
  return choice;
}

function reportPathOf(path: string | undefined, none: boolean, json: boolean): string | undefined {
  if (path === '') throw new UsageError('--report takes the path of the page to write.');
  if (path !== undefined && none) throw new UsageError('--report and --no-report contradict each other.');
  if (path !== undefined) return path;
  return none || json ? undefined : defaultReportPath;
}
