import * as l10n from '@vscode/l10n';
import { open } from 'node:fs/promises';
import { formatBytes } from '../../model/units';
import { CudaInstallError } from './cudaInstallError';

export interface Download {
  readonly url: string;
  /** Where it is written; must not exist. */
  readonly file: string;
  /** Bytes that it may have at the most. */
  readonly largest: number;
  readonly signal: AbortSignal;
  readonly fetch?: typeof globalThis.fetch;
  /** Longest time without a byte, in ms; 60 s unless told. */
  readonly silenceMs?: number;
  /** Told the total where the server says it, before the first byte. */
  readonly onSize?: (bytes: number) => Promise<void>;
  readonly onBytes?: (received: number, total: number | undefined) => void;
}

const DEFAULT_SILENCE_MS = 60_000;

/**
 * Downloads `url` to `file` and resolves with its size in bytes. No redirect is followed: the user agreed to one
 * address.
 * @throws CudaInstallError for what the network or the server did; the signal's reason where that ended it; errors
 * of the file system.
 */
export async function downloadFile(download: Download): Promise<number> {
  const silence = new Silence(download.silenceMs ?? DEFAULT_SILENCE_MS);
  try {
    const response = await answerOf(download, silence);
    const total = sizeOf(response);
    if (total !== undefined) {
      refuseTooLarge(total, download);
      await download.onSize?.(total);
    }
    const received = await writeBody(response, total, download, silence);
    if (total !== undefined && received !== total) {
      throw new CudaInstallError(
        l10n.t(
          'The download ended after {0} of {1}. Check the connection, then retry.',
          formatBytes(received),
          formatBytes(total),
        ),
      );
    }
    return received;
  } finally {
    silence.end();
  }
}

async function answerOf({ url, signal, ...rest }: Download, silence: Silence): Promise<Response> {
  const request = rest.fetch ?? globalThis.fetch;
  const options = { signal: AbortSignal.any([signal, silence.signal]), redirect: 'manual' as const };
  const response = await request(url, options).catch((error: unknown) => {
    throw networkError(error, url, signal, silence);
  });
  if (response.status === 200) return response;
  await response.body?.cancel().catch(() => undefined);
  throw new CudaInstallError(
    l10n.t(
      '{0} answered with status {1} instead of the file. Check whether your network asks for a sign-in or needs a proxy, then retry.',
      new URL(url).host,
      String(response.status),
    ),
  );
}

/** The size that the server promises; undefined where the body is encoded or the server does not say. */
function sizeOf({ headers }: Response): number | undefined {
  const text = headers.get('content-length');
  if (text === null || headers.has('content-encoding') || !/^\d{1,15}$/.test(text)) return undefined;
  return Number(text);
}

async function writeBody(
  { body }: Response,
  total: number | undefined,
  download: Download,
  silence: Silence,
): Promise<number> {
  const { url, signal } = download;
  const file = await open(download.file, 'wx');
  let received = 0;
  try {
    const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = body?.getReader();
    while (reader !== undefined) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw networkError(error, url, signal, silence);
      });
      if (done) break;
      silence.restart();
      received += value.byteLength;
      refuseTooLarge(received, download);
      await file.writeFile(value);
      download.onBytes?.(received, total);
    }
    return received;
  } finally {
    await file.close();
  }
}

function refuseTooLarge(bytes: number, { largest, url }: Download): void {
  if (bytes <= largest) return;
  throw new CudaInstallError(
    l10n.t(
      'What {0} sends is larger than {1}, which no package of the runtime is. Nothing was installed.',
      new URL(url).host,
      formatBytes(largest),
    ),
  );
}

/** The signal's reason where that ended it, else a message with the cause, which `fetch` hides. */
function networkError(error: unknown, url: string, signal: AbortSignal, silence: Silence): unknown {
  if (signal.aborted) return signal.reason;
  const { host } = new URL(url);
  if (silence.signal.aborted) {
    return new CudaInstallError(
      l10n.t(
        '{0} sent nothing for {1} s. Check the connection, then retry.',
        host,
        String(silence.ms / 1000),
      ),
    );
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CudaInstallError(
    l10n.t('{0} cannot be reached: {1}. Check the connection and its proxy, then retry.', host, reason),
  );
}

/** Aborts its signal when `restart` was not called for `ms` milliseconds. */
class Silence {
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  public constructor(public readonly ms: number) {
    this.restart();
  }

  public get signal(): AbortSignal {
    return this.controller.signal;
  }

  public restart(): void {
    this.end();
    this.timer = setTimeout(() => {
      this.controller.abort();
    }, this.ms);
  }

  public end(): void {
    clearTimeout(this.timer);
  }
}
