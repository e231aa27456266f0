import * as l10n from '@vscode/l10n';
import { mkdtemp, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { formatBytes } from '../../model/units';
import { CudaInstallError } from './cudaInstallError';
import type { CudaLibrary } from './cudaPackage';
import { downloadFile } from './downloadFile';
import { extractEntry } from './extractEntry';
import { zipEntries } from './zipArchive';

export interface CudaInstall {
  readonly url: string;
  /** The runtime's folder, which the libraries go to. */
  readonly folder: string;
  readonly libraries: readonly CudaLibrary[];
  /** Bytes that the package may have at the most. */
  readonly largest: number;
  readonly signal: AbortSignal;
  readonly fetch?: typeof globalThis.fetch;
  readonly silenceMs?: number;
  readonly onProgress?: (progress: CudaProgress) => void;
  /** Free bytes at a folder; the file system's answer unless told. */
  readonly freeBytes?: (folder: string) => Promise<number>;
}

export type CudaProgress =
  | { readonly step: 'download'; readonly received: number; readonly total: number | undefined }
  | { readonly step: 'extract'; readonly library: string };

/**
 * Downloads the package at `url` and puts its `libraries` into `folder`, each under its name only when all of them
 * are there in full. What was written before a failure is removed.
 * @throws CudaInstallError for what the user can mend; the reason of `signal` where that ended it.
 */
export async function installCudaLibraries(install: CudaInstall): Promise<void> {
  install.signal.throwIfAborted();
  // Beside the target, so that renaming stays on one file system.
  const staging = await makeStaging(install.folder);
  try {
    const archive = path.join(staging, 'package.nupkg');
    await downloadFile({
      ...install,
      file: archive,
      onSize: (bytes) => requireSpace(install, bytes),
      onBytes: (received, total) => install.onProgress?.({ step: 'download', received, total }),
    });
    await extractLibraries(install, archive, staging);
    install.signal.throwIfAborted();
    for (const { fileName } of install.libraries) {
      await rename(path.join(staging, fileName), path.join(install.folder, fileName));
    }
  } catch (error) {
    install.signal.throwIfAborted();
    throw asInstallError(error, install.folder);
  } finally {
    await rm(staging, { recursive: true, force: true, maxRetries: 2 });
  }
}

async function extractLibraries(install: CudaInstall, archive: string, staging: string): Promise<void> {
  const file = await open(archive, 'r');
  try {
    const { size } = await file.stat();
    const listed = new Map((await zipEntries(file, size)).map((entry) => [entry.name, entry]));
    const wanted = install.libraries.map(({ pathInPackage, fileName }) => {
      const entry = listed.get(pathInPackage);
      if (entry !== undefined) return { entry, fileName };
      throw new CudaInstallError(
        l10n.t('The package has no {0} that can be read. Nothing was installed.', pathInPackage),
      );
    });
    await requireSpace(
      install,
      wanted.reduce((sum, { entry }) => sum + entry.bytes, 0),
    );
    for (const { entry, fileName } of wanted) {
      install.onProgress?.({ step: 'extract', library: fileName });
      await extractEntry(file, size, entry, path.join(staging, fileName), install.signal);
    }
  } finally {
    await file.close();
  }
}

const STAGING_PREFIX = '.cuda-';

/** No download takes as long: what is older was left by an editor that was killed. */
const STALE_MS = 24 * 3_600_000;

async function makeStaging(folder: string): Promise<string> {
  try {
    for (const name of await readdir(folder)) {
      const left = path.join(folder, name);
      if (!name.startsWith(STAGING_PREFIX) || Date.now() - (await stat(left)).mtimeMs < STALE_MS) continue;
      await rm(left, { recursive: true, force: true });
    }
    return await mkdtemp(path.join(folder, STAGING_PREFIX));
  } catch (error) {
    throw asInstallError(error, folder);
  }
}

async function requireSpace({ folder, freeBytes = freeAt }: CudaInstall, bytes: number): Promise<void> {
  const free = await freeBytes(folder);
  if (free >= bytes) return;
  throw new CudaInstallError(
    l10n.t(
      '{0} are needed in {1}, and {2} are free. Make room there, then retry.',
      formatBytes(bytes),
      folder,
      formatBytes(free),
    ),
  );
}

async function freeAt(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** What a user can do about `error`, where that is known. */
function asInstallError(error: unknown, folder: string): unknown {
  if (error instanceof CudaInstallError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (['EACCES', 'EPERM', 'EROFS'].includes(code)) {
    return new CudaInstallError(
      l10n.t(
        'The folder {0} cannot be written, and the runtime looks nowhere else. Install Headroom for your own user, or have an administrator run this command.',
        folder,
      ),
    );
  }
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new CudaInstallError(l10n.t('There is no room left in {0}. Make room there, then retry.', folder));
  }
  if (code === 'ENOENT') {
    return new CudaInstallError(
      l10n.t('The runtime’s folder {0} is missing. Reinstall Headroom, then retry.', folder),
    );
  }
  if (error instanceof RangeError || code.startsWith('Z_')) {
    const reason = error instanceof Error ? error.message : String(error);
    return new CudaInstallError(
      l10n.t('What was downloaded is no package of the runtime: {0}. Nothing was installed.', reason),
    );
  }
  return error;
}
