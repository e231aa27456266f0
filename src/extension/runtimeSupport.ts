import path from 'node:path';
import { access } from 'node:fs/promises';

/** Platforms that the runtime has binaries for. Elsewhere only estimates are given. */
export const runtimePlatforms = [
  'linux-x64',
  'linux-arm64',
  'win32-x64',
  'win32-arm64',
  'darwin-arm64',
] as const;

/** Whether the runtime's binary for this platform came with the extension installed in `extensionPath`. */
export async function hasRuntime(
  extensionPath: string,
  platform: string = process.platform,
  arch: string = process.arch,
): Promise<boolean> {
  const binary = `bin/napi-v6/${platform}/${arch}/onnxruntime_binding.node`;
  return access(path.join(extensionPath, 'node_modules/onnxruntime-node', binary)).then(
    () => true,
    () => false,
  );
}
