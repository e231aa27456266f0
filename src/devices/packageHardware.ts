// By its path, since the package's only entry drags its whole list of tasks and libraries into a bundle (252 kB
// minified; this module: 23 kB).
import { SKUS } from '../../node_modules/@huggingface/tasks/dist/esm/hardware';
import type { DeviceVendor } from './deviceSpec';

/** What `@huggingface/tasks` knows of a device. */
export interface PackageDevice {
  readonly vendor: DeviceVendor;
  readonly name: string;
  readonly aliases: readonly string[];
  /** The sizes of memory that it is sold with. */
  readonly memoryGB: readonly number[];
  /**
   * TFLOP/s of the vector units by the package's word "in FP16 whenever possible", in float32 otherwise, and without
   * the matrix units: 267.6 for an H100, which does 989.4 in float16. So it is no peak where there are such units.
   */
  readonly vectorTflops: number;
}

interface Sku {
  readonly tflops: number;
  readonly memory?: readonly number[];
  readonly aliases?: readonly string[];
}

const groups: readonly (readonly [DeviceVendor, Readonly<Record<string, Sku>>])[] = [
  ['nvidia', SKUS.GPU.NVIDIA],
  ['amd', SKUS.GPU.AMD],
  ['intel', SKUS.GPU.INTEL],
  ['qualcomm', SKUS.GPU.QUALCOMM],
  ['apple', SKUS['Apple Silicon']['-']],
];

/** The accelerators of `@huggingface/tasks`; its CPUs are left out, since it states no memory for them. */
export function packageDevices(): PackageDevice[] {
  return groups.flatMap(([vendor, skus]) =>
    Object.entries(skus).map(([name, sku]) => ({
      vendor,
      name,
      aliases: sku.aliases ?? [],
      memoryGB: sku.memory ?? [],
      vectorTflops: sku.tflops,
    })),
  );
}
