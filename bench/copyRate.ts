import type { Runner } from './interleaved';

const BYTES = 256 * 2 ** 20;

/** A copy of 256 MiB by the C library, far beyond the caches: its bytes count what is read and what is written. */
export function copyRunner(): Runner & { readonly bytes: number } {
  const from = new Uint8Array(BYTES).fill(1);
  const to = new Uint8Array(BYTES);
  return {
    title: 'copy',
    bytes: 2 * BYTES,
    run: () => {
      to.set(from);
      return Promise.resolve();
    },
  };
}
