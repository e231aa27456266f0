import { basename, dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigError } from '../config/configError';
import { readModel } from '../config/readModel';
import type { ModelSpec } from '../model/modelSpec';
import type { ReportSource, Scenario } from '../report/report';
import type { EstimateCommand, ProfileCommand } from './parseCommand';
import { readConfigFile } from './readConfigFile';
import { InputError } from './inputError';

export interface LoadedModel {
  readonly model: ModelSpec;
  readonly source: ReportSource;
  readonly scenario: Scenario;
}

/**
 * Reads the config that a command names and completes the command's conditions from it.
 * @throws InputError where the file cannot be read or is no config of a known family.
 */
export async function loadModel(
  file: string,
  command: EstimateCommand | ProfileCommand,
): Promise<LoadedModel> {
  const text = await readConfigFile(file);
  const model = read(text, file === '-' ? 'standard input' : file);
  return {
    model,
    source: sourceOf(file),
    scenario: {
      sequenceLength: command.sequenceLength ?? model.maxSequenceLength,
      batch: command.batch,
      dtype: command.dtype ?? model.dtype,
    },
  };
}

function read(text: string, name: string): ModelSpec {
  try {
    return readModel(text, name);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    // `file:line:column`, which terminals and editors turn into a link.
    const place = error.range === undefined ? '' : placeOf(text, error.range.offset);
    throw new InputError(`${error.file}${place}: ${error.problem}\n${error.mend}`);
  }
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
