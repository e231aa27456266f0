import * as l10n from '@vscode/l10n';
import type { ByteSource } from './randomAccess';
import { readExactly } from './randomAccess';
import { weightError } from './weightError';

/** How every pointer begins: git-lfs, docs/spec.md. */
const POINTER_START = 'version https://git-lfs';
/** "Pointer files must be less than 1024 bytes in size": same place. */
const POINTER_LIMIT = 1024;

/** Throws ConfigError where a clone without Git LFS left a pointer in place of the weights. */
export async function refuseLfsPointer(source: ByteSource, file: string): Promise<void> {
  if (source.size < POINTER_START.length || source.size >= POINTER_LIMIT) return;
  const start = new TextDecoder().decode(await readExactly(source, file, 0, POINTER_START.length));
  if (start !== POINTER_START) return;
  throw weightError(
    file,
    l10n.t('This is a Git LFS pointer, not the weights.'),
    l10n.t('Fetch them with "git lfs pull".'),
  );
}
