import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { CudaInstallError } from '../../src/extension/cuda/cudaInstallError';
import {
  cudaFolder,
  cudaLibraries,
  cudaPackageName,
  cudaPackageUrl,
  cudaPackageVersion,
} from '../../src/extension/cuda/cudaPackage';
import { installCudaLibraries, type CudaInstall } from '../../src/extension/cuda/installCudaLibraries';
import { parseMissing } from '../../src/extension/cuda/missingLibraries';

interface Packed {
  readonly name: string;
  readonly content: Buffer;
  readonly method?: number;
  readonly flags?: number;
  readonly crc?: number;
  readonly bytes?: number;
}

/** A ZIP archive of `files`, with a comment as signed packages may have. */
function zip(files: readonly Packed[], comment = ''): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const {
    name,
    content,
    method = 8,
    flags = 0,
    crc = crc32(content),
    bytes = content.length,
  } of files) {
    const data = method === 8 ? deflateRawSync(content) : content;
    const nameBytes = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc, 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(bytes, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    // The local header has an extra field that the directory has not.
    const local = Buffer.from(common);
    local.writeUInt16LE(4, 24);
    const extra = Buffer.alloc(4);
    const header = Buffer.concat([Buffer.from('PK\u0003\u0004'), local, nameBytes, extra]);
    parts.push(header, data);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    directory.push(
      Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.from([20, 0]), common, rest, nameBytes]),
    );
    at += header.length + data.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(at, 12);
  end.writeUInt16LE(comment.length, 16);
  return Buffer.concat([...parts, listed, Buffer.from('PK\u0005\u0006'), end, Buffer.from(comment)]);
}

const [shared, cuda] = cudaLibraries;
assert.ok(shared && cuda);
const sharedContent = Buffer.from('\u007fELF the shared part');
const cudaContent = Buffer.alloc(300_000, 'cuda ');
const packed: readonly Packed[] = [
  { name: '[Content_Types].xml', content: Buffer.from('<Types/>') },
  { name: shared.pathInPackage, content: sharedContent, method: 0 },
  { name: cuda.pathInPackage, content: cudaContent },
  { name: 'runtimes/linux-x64/native/libonnxruntime_providers_tensorrt.so', content: Buffer.from('unused') },
];
const wholePackage = zip(packed, 'signed');

describe('installing the CUDA provider', () => {
  let server: Server;
  let answer: RequestListener;
  let folder: string;
  let install: CudaInstall;

  before(async () => {
    server = createServer((request, response) => {
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  after(() => {
    server.closeAllConnections();
    server.close();
  });

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'headroom-cuda-'));
    answer = (_request, response) => response.end(wholePackage);
    install = {
      url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/package.nupkg`,
      folder,
      libraries: cudaLibraries,
      largest: 2 ** 20,
      signal: new AbortController().signal,
    };
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Runs it, expects a refusal that matches, and nothing left behind. */
  async function refused(pattern: RegExp, change: Partial<CudaInstall> = {}): Promise<void> {
    await assert.rejects(installCudaLibraries({ ...install, ...change }), (error) => {
      assert.ok(error instanceof CudaInstallError, String(error));
      assert.match(error.message, pattern);
      return true;
    });
    assert.deepEqual(await readdir(folder), []);
  }

  it('puts the two libraries beside the runtime, and nothing else', async () => {
    const steps: string[] = [];
    await installCudaLibraries({
      ...install,
      onProgress: (progress) => {
        if (progress.step === 'extract') steps.push(progress.library);
        else if (progress.received === progress.total) steps.push('downloaded');
      },
    });
    assert.deepEqual((await readdir(folder)).sort(), [cuda.fileName, shared.fileName]);
    assert.deepEqual(await readFile(path.join(folder, shared.fileName)), sharedContent);
    assert.deepEqual(await readFile(path.join(folder, cuda.fileName)), cudaContent);
    assert.deepEqual(steps, ['downloaded', shared.fileName, cuda.fileName]);
  });

  it('replaces an older provider', async () => {
    await writeFile(path.join(folder, cuda.fileName), 'old');
    await installCudaLibraries(install);
    assert.deepEqual(await readFile(path.join(folder, cuda.fileName)), cudaContent);
  });

  it('removes what a killed editor left a day ago', async () => {
    const left = path.join(folder, '.cuda-left');
    const running = path.join(folder, '.cuda-running');
    await mkdir(left);
    await mkdir(running);
    await utimes(left, 1, 1);
    await installCudaLibraries(install);
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.startsWith('.')),
      ['.cuda-running'],
    );
  });

  it('refuses what the server does not give: a status, a redirect', async () => {
    answer = (_request, response) => response.writeHead(404).end('gone');
    await refused(/127\.0\.0\.1:\d+ answered with status 404/);
    answer = (_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
    await refused(/status 302/);
  });

  it('refuses more than a package has, promised or not', async () => {
    await refused(/is larger than 1\.00 KiB/, { largest: 1024 });
    answer = (_request, response) => {
      response.write(wholePackage);
      response.end(); // Without a length, in chunks.
    };
    await refused(/is larger than/, { largest: 1024 });
  });

  it('says that the server cannot be reached, falls silent or breaks off', async () => {
    await refused(/127\.0\.0\.1:1 cannot be reached: /, { url: 'http://127.0.0.1:1/package.nupkg' });
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': '5000' }).write('PK');
    };
    await refused(/sent nothing for 0\.2 s/, { silenceMs: 200 });
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': '5000' }).write('PK', () => response.destroy());
    };
    await refused(/cannot be reached|ended after/);
  });

  it('refuses what is no package, or a damaged one', async () => {
    const damages: readonly [Buffer, RegExp][] = [
      [Buffer.from('<html>Please sign in</html>'), /no package of the runtime: it is no ZIP archive/],
      [Buffer.alloc(0), /no ZIP archive/],
      [wholePackage.subarray(0, -40), /no ZIP archive/],
      [zip(packed.slice(0, 2)), /has no runtimes\/linux-x64\/native\/libonnxruntime_providers_cuda\.so/],
      [zip([...packed.slice(0, 2), { name: cuda.pathInPackage, content: cudaContent, flags: 1 }]), /has no /],
      [
        zip([...packed.slice(0, 2), { name: cuda.pathInPackage, content: cudaContent, crc: 1 }]),
        /is damaged/,
      ],
      [
        zip([...packed.slice(0, 2), { name: cuda.pathInPackage, content: cudaContent, bytes: 9 }]),
        /is damaged/,
      ],
      [
        zip([...packed.slice(0, 2), { name: cuda.pathInPackage, content: cudaContent, bytes: 2 ** 19 }]),
        /is damaged/,
      ],
    ];
    for (const [bytes, pattern] of damages) {
      answer = (_request, response) => response.end(bytes);
      await refused(pattern);
    }
  });

  it('refuses every damage of the list of files without hanging or leaving anything', async () => {
    const start = wholePackage.lastIndexOf('PK\u0001\u0002') - 60;
    for (let at = start; at < wholePackage.length; at += 3) {
      const bytes = Buffer.from(wholePackage);
      bytes[at] = (bytes[at] ?? 0) ^ 0xff;
      answer = (_request, response) => response.end(bytes);
      // Damage to what is not read, such as times, does no harm.
      await installCudaLibraries(install).catch((error: unknown) => {
        assert.ok(error instanceof CudaInstallError, `${String(at)}: ${String(error)}`);
      });
      assert.deepEqual(
        (await readdir(folder)).filter((name) => name.startsWith('.')),
        [],
        String(at),
      );
    }
  });

  it('asks for room before the download, and again before unpacking', async () => {
    let requests = 0;
    answer = (_request, response) => {
      requests++;
      response.end(wholePackage);
    };
    await refused(/are needed in .* 100 B are free/, { freeBytes: () => Promise.resolve(100) });
    const download = wholePackage.length;
    await refused(/are needed in/, { freeBytes: () => Promise.resolve(download) });
    assert.equal(requests, 2);
  });

  it('says that a folder cannot be written or is missing', async () => {
    if (process.getuid?.() !== 0 && process.platform !== 'win32') {
      await chmod(folder, 0o555);
      await refused(/cannot be written/);
      await chmod(folder, 0o755);
    }
    await refused(/is missing\. Reinstall/, { folder: path.join(folder, 'missing') });
  });

  it('ends with the signal’s reason, before, during the download, and leaves nothing', async () => {
    const abort = new AbortController();
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': '5000' }).write('PK');
    };
    const running = installCudaLibraries({
      ...install,
      signal: abort.signal,
      onProgress: () => {
        abort.abort(new Error('enough'));
      },
    });
    await assert.rejects(running, /enough/);
    await assert.rejects(installCudaLibraries({ ...install, signal: abort.signal }), /enough/);
    assert.deepEqual(await readdir(folder), []);
  });
});

describe('the CUDA package', () => {
  it('is the one that the runtime’s own installation takes', async () => {
    const read = (file: string): Promise<string> =>
      readFile(path.join('node_modules/onnxruntime-node', file), 'utf8');
    assert.ok((await read('package.json')).includes(`"version": "${cudaPackageVersion}"`));
    assert.ok(
      (await read('script/install-metadata-versions.js')).includes(`version: '${cudaPackageVersion}'`),
    );
    const metadata = await read('script/install-metadata.js');
    assert.ok(metadata.includes(`'${cudaPackageName}'`));
    for (const { pathInPackage, fileName } of cudaLibraries) {
      assert.ok(metadata.includes(`'./${fileName}'`) && metadata.includes(`'${pathInPackage}'`), fileName);
    }
    assert.equal(
      cudaPackageUrl(),
      `https://api.nuget.org/v3-flatcontainer/microsoft.ml.onnxruntime.gpu.linux/${cudaPackageVersion}/microsoft.ml.onnxruntime.gpu.linux.${cudaPackageVersion}.nupkg`,
    );
  });

  it('goes where the runtime’s own library for Linux is', async () => {
    assert.ok((await readdir(cudaFolder('.'))).some((name) => name.startsWith('libonnxruntime.so')));
  });
});

describe('parseMissing', () => {
  it('names each library that the loader does not find, once', () => {
    const output = [
      '\tlinux-vdso.so.1 (0x00007ffd0c1f2000)',
      '\tlibcudnn.so.9 => not found',
      '\tlibcublas.so.12 => /usr/local/cuda/lib64/libcublas.so.12 (0x00007f2b8a000000)',
      '\tlibcublasLt.so.12 => not found',
      '\tlibcudnn.so.9 => not found',
    ].join('\n');
    assert.deepEqual(parseMissing(output), ['libcudnn.so.9', 'libcublasLt.so.12']);
    assert.deepEqual(parseMissing(''), []);
  });
});
