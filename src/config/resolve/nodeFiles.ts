import { open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { LARGEST_CONFIG, type FileAccess } from './fileAccess';
import { orUndefined } from './orUndefined';

/** Files through Node. What is missing, unreadable, too large or no ordinary file is undefined; never throws. */
export const nodeFiles: FileAccess = {
  readText: (file) => orUndefined(() => readBounded(file)),
  list: (folder) => orUndefined(() => readdir(folder)),
  modifiedAt: (file) => orUndefined(async () => (await stat(file)).mtimeMs),
  join: (folder, ...parts) => path.join(folder, ...parts),
  isAbsolute: (file) => path.isAbsolute(file),
};

async function readBounded(file: string): Promise<string | undefined> {
  // Opening a named pipe would wait for its writer, so the kind is asked first.
  const { size } = await ordinaryFile(file);
  if (size > LARGEST_CONFIG) return undefined;
  const handle = await open(file);
  try {
    const bytes = Buffer.alloc(size);
    const { bytesRead } = await handle.read(bytes, 0, size, 0);
    return bytes.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function ordinaryFile(file: string): Promise<{ size: number }> {
  const found = await stat(file);
  if (!found.isFile()) throw new Error(`${file} is no file.`);
  return found;
}
