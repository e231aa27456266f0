import { homedir } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isConfigError, type ConfigError } from '../config/configError';
import { configPlaceOf } from '../config/configPlaceOf';
import { readConfig, type ConfigReading } from '../config/readConfig';
import { downloadsFolder } from '../config/fetch/downloadsFolder';
import type { ReadContext } from '../config/readContext';
import { nodeFiles } from '../config/resolve/nodeFiles';
import { declaredScenario, withConditions } from '../config/scenario';
import { readStoredWeights } from '../config/storedWeights';
import { adaptedWeights, matrixNames } from '../cost/adapters';
import { parallelismOf, parallelismProblems } from '../cost/parallelism';
import type { ConfigPlace } from '../model/configPlace';
import type { ReportSource, Scenario } from '../report/report';
import { fileByteSource } from '../weights/fileByteSource';
import type { ConditionFlags } from './conditionFlags';
import { readConfigFile } from './readConfigFile';
import { readWeightFile } from './readWeightFile';
import { InputError } from './inputError';

export interface LoadedModel extends Omit<ConfigReading, 'document'> {
  readonly source: ReportSource;
  readonly scenario: Scenario;
  /** Where keys of the model's own config are read; absent where the file is it. */
  readonly configPlace?: ConfigPlace;
  /** Text of the file, for the lines of its keys; empty for a weight file. */
  readonly text: string;
}

/**
 * Reads the config or the GGUF file that a command names and completes the command's conditions from it.
 * @throws InputError where the file cannot be read or describes no model, or the model cannot be split as asked.
 */
export async function loadModel(file: string, conditions: ConditionFlags): Promise<LoadedModel> {
  const isWeights = /\.gguf$/i.test(file);
  const text = isWeights ? '' : await readConfigFile(file);
  const reading = await named(text, () =>
    isWeights
      ? readWeightFile(file)
      : readConfig(text, file === '-' ? 'standard input' : file, contextOf(file)),
  );
  const scenario = withConditions(declaredScenario(reading.model, reading.recipe), conditions);
  const [problem] = parallelismProblems(reading.model, parallelismOf(scenario.parallelism));
  if (problem !== undefined) throw new InputError(`${file}: ${problem} Choose another degree.`);
  const adapter = scenario.training?.lora;
  if (adapter !== undefined && adaptedWeights(reading.model, adapter).length === 0) {
    throw new InputError(
      `${file}: no matrix of the model is called ${String(adapter.targets)}. There are ${matrixNames(reading.model).join(', ')}.`,
    );
  }
  const stored =
    reading.stored ?? (isWeights || reading.recipe ? undefined : await readStoredWeights(contextOf(file)));
  const place = configPlaceOf(reading);
  return {
    ...reading,
    ...(stored && { stored }),
    source: sourceOf(file),
    scenario,
    ...(place && { configPlace: place }),
    text,
  };
}

function contextOf(file: string): ReadContext {
  return {
    ...(file !== '-' && { folder: dirname(resolve(file)) }),
    workspaceFolders: [process.cwd()],
    files: nodeFiles,
    environment: process.env,
    home: homedir(),
    downloads: downloadsFolder(process.env, homedir(), process.platform),
    platform: process.platform,
    openBytes: fileByteSource,
  };
}

async function named<T>(text: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!isConfigError(error)) throw error;
    // `file:line:column`, which terminals and editors turn into a link.
    const place = error.range === undefined ? '' : placeOf(text, error.range.offset);
    throw new InputError(`${error.file}${place}: ${error.problem}\n${error.mend}${fetchHint(error)}`);
  }
}

/** The command is only named: this one fetches nothing. */
function fetchHint({ missingModel }: ConfigError): string {
  if (missingModel === undefined) return '';
  const { repository, revision } = missingModel;
  const flag = revision === undefined ? '' : ` --revision ${revision}`;
  return `\nTo download it from Hugging Face: headroom fetch ${repository}${flag}`;
}

function placeOf(text: string, offset: number): string {
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
  return `:${String(lines.length)}:${String((lines.at(-1) ?? '').length + 1)}`;
}

function sourceOf(file: string): ReportSource {
  if (file === '-') return { name: 'standard input' };
  const path = resolve(file);
  // Most are called config.json: the folder tells which model it is.
  return { name: `${basename(dirname(path))}/${basename(path)}`, uri: pathToFileURL(path).href };
}
