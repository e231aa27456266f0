import path from 'node:path';

/** A library of the package, and its name beside the runtime. */
export interface CudaLibrary {
  readonly pathInPackage: string;
  readonly fileName: string;
}

/**
 * The package that the runtime's own installation takes its CUDA provider from (`script/install-metadata.js` of
 * onnxruntime-node). Provider and runtime have to be of one version: a test compares them.
 */
export const cudaPackageVersion = '1.30.0';

/** Microsoft's package on nuget.org. */
export const cudaPackageName = 'Microsoft.ML.OnnxRuntime.Gpu.Linux';

/** Of the package: what CUDA needs. Its third library is TensorRT's provider, which nothing here uses. */
export const cudaLibraries: readonly CudaLibrary[] = [
  // In the order of their renaming: the runtime opens the second, which needs the first.
  library('libonnxruntime_providers_shared.so'),
  library('libonnxruntime_providers_cuda.so'),
];

/** More than the package has ever had: what goes on beyond is no package. */
export const largestCudaPackage = 2 * 2 ** 30;

function library(fileName: string): CudaLibrary {
  return { pathInPackage: `runtimes/linux-x64/native/${fileName}`, fileName };
}

/** The package's address: the flat container of NuGet's version 3 API, which the runtime's installation resolves to. */
export function cudaPackageUrl(): string {
  const name = cudaPackageName.toLowerCase();
  return `https://api.nuget.org/v3-flatcontainer/${name}/${cudaPackageVersion}/${name}.${cudaPackageVersion}.nupkg`;
}

/** Where the loader looks for the provider: beside the runtime's own library. */
export function cudaFolder(extensionPath: string): string {
  return path.join(extensionPath, 'node_modules/onnxruntime-node/bin/napi-v6/linux/x64');
}
