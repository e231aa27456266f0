import { open, type FileHandle } from 'node:fs/promises';
import { MAX_CONFIG_SIZE, tooLarge } from '../config/formats/textGuard';
import { InputError } from './inputError';

/**
 * The text of the config at `path`, or of standard input for `-`. Reads no more than a config may have.
 * @throws InputError that names the file and the mend, where it is no readable text.
 */
export async function readConfigFile(path: string): Promise<string> {
  const name = path === '-' ? 'Standard input' : `"${path}"`;
  const bytes = path === '-' ? await readStream(process.stdin, name) : await readPath(path, name);
  return decode(bytes, name);
}

async function readPath(path: string, name: string): Promise<Buffer> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path);
    const stat = await handle.stat();
    if (stat.isDirectory()) {
      throw new InputError(
        `${name} is a directory. Name the config inside it, such as "${path}/config.json".`,
      );
    }
    if (stat.size > MAX_CONFIG_SIZE) throw refuseSize(name);
    return await readStream(handle.createReadStream({ autoClose: false }), name);
  } catch (error) {
    throw error instanceof InputError ? error : new InputError(explain(error, name));
  } finally {
    await handle?.close();
  }
}

/** Bounded even where the size is not known beforehand, as of a pipe. */
async function readStream(stream: AsyncIterable<unknown>, name: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += bytes.length;
    if (size > MAX_CONFIG_SIZE) throw refuseSize(name);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function refuseSize(name: string): InputError {
  return new InputError(`${name} ${tooLarge.problem()}. ${tooLarge.mend()}`);
}

function explain(error: unknown, name: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `${name} does not exist. Check the path; it is taken from ${process.cwd()}.`;
    case 'EACCES':
    case 'EPERM':
      return `${name} may not be read by you. Change its permissions, or copy it to where you can read it.`;
    case 'EISDIR':
      return `${name} is a directory. Name the config inside it, such as config.json.`;
    default:
      return `${name} cannot be read: ${error instanceof Error ? error.message : String(error)}.`;
  }
}

function decode(bytes: Buffer, name: string): string {
  // Windows PowerShell writes UTF-16 when output is redirected; its byte order mark tells.
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw binary(name);
  }
  if (text.includes('\0')) throw binary(name);
  if (text.trim() === '')
    throw new InputError(`${name} is empty. Name a model's config, such as config.json.`);
  return text;
}

function binary(name: string): InputError {
  return new InputError(`${name} is a binary file, not text. Name the model's config, such as config.json.`);
}
