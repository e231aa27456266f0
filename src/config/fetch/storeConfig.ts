import * as l10n from '@vscode/l10n';
import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ConfigError } from '../configError';
import { repositoryFolder } from './repository';
import { sourceNoteName, type SourceNote } from './sourceNote';

/**
 * Writes a config and its note to `folder/models--org--name`, which is made where it is missing, in place of
 * those of an earlier download. Resolves with the path of the config.
 * @throws ConfigError where the folder cannot be written to.
 */
export async function storeConfig(folder: string, bytes: Uint8Array, note: SourceNote): Promise<string> {
  const target = path.join(folder, repositoryFolder(note.repository));
  const config = path.join(target, 'config.json');
  const source = path.join(target, sourceNoteName);
  const unfinished = `.${randomUUID()}.part`;
  try {
    await mkdir(target, { recursive: true });
    await writeFile(config + unfinished, bytes);
    await writeFile(source + unfinished, `${JSON.stringify(note, undefined, 2)}\n`);
    // The note goes first and comes last: whenever this is cut short, none lies beside a config that is not its own.
    await rm(source, { force: true });
    await rename(config + unfinished, config);
    await rename(source + unfinished, source);
    return config;
  } catch (error) {
    throw new ConfigError({
      file: note.repository,
      problem: l10n.t(
        'The config was downloaded, but cannot be stored in {0}: {1}.',
        target,
        error instanceof Error ? error.message : String(error),
      ),
      mend: l10n.t('Check that the folder can be written to and that the disk is not full.'),
    });
  } finally {
    await Promise.all([config, source].map((file) => rm(file + unfinished, { force: true }).catch(ignored)));
  }
}

/** What was left over could not be removed either; why is in the error that is thrown. */
function ignored(): undefined {
  return undefined;
}
