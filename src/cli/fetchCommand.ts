import { homedir } from 'node:os';
import { isConfigError } from '../config/configError';
import { configUrl } from '../config/fetch/configUrl';
import { downloadsFolder } from '../config/fetch/downloadsFolder';
import { fetchModelConfig } from '../config/fetch/fetchModelConfig';
import { exitCode, type ExitCode } from './exitCode';
import { InputError } from './inputError';
import type { FetchCommand } from './parseCommand';
import { writeText } from './writeText';

/**
 * Downloads the config that `command` names: says from where before it does, and where it stored it afterwards.
 * @throws InputError for what keeps it from being done.
 */
export async function fetchCommand(command: FetchCommand, signal: AbortSignal): Promise<ExitCode> {
  const request = { ...command, endpoint: process.env['HF_ENDPOINT'] };
  try {
    const url = configUrl(request).href;
    await writeText(process.stderr, `Fetching ${url}\n`);
    const { path, source } = await fetchModelConfig({
      ...request,
      token: process.env['HF_TOKEN'],
      folder: downloadsFolder(process.env, homedir(), process.platform),
      signal,
    });
    const commit = source.commit === undefined ? '' : `, commit ${source.commit.slice(0, 12)}`;
    await writeText(process.stdout, `Stored ${source.repository} (${source.revision}${commit}) in ${path}\n`);
    return exitCode.done;
  } catch (error) {
    if (signal.aborted) return exitCode.cancelled;
    throw isConfigError(error) ? new InputError(error.message) : error;
  }
}
