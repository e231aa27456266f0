import { build } from 'esbuild';
import { join } from 'node:path';

const outdir = join(__dirname, '..', '..', 'out', 'test', 'engine');
let built: Promise<string> | undefined;

/** Path of the engine's bundle, made of the present sources as `esbuild.mjs` makes the one that ships. */
export function workerBundle(): Promise<string> {
  built ??= build({
    entryPoints: { worker: join(__dirname, '..', '..', 'src', 'engine', 'worker.ts') },
    outdir,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['onnxruntime-node'],
    logLevel: 'error',
  }).then(() => join(outdir, 'worker.js'));
  return built;
}
