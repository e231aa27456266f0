import type { Writable } from 'node:stream';

/** Writes all of `text` before it resolves, so that ending the process cuts nothing off. */
export function writeText(stream: Writable, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => {
      // The reader closed the pipe (`headroom … | head`): it has what it wanted.
      if (error && !('code' in error && error.code === 'EPIPE')) reject(error);
      else resolve();
    });
  });
}
