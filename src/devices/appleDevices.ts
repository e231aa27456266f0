import type { DataSheet } from './dataSheet';
import { packageDevices } from './packageHardware';

interface Chip {
  readonly name: string;
  /** Sizes of memory that machines with this chip were sold with, by the bandwidth that goes with them. */
  readonly memoryByBandwidth: readonly (readonly [GBps: number, memoryGB: readonly number[]])[];
}

// Max chips of the third and fourth generation come with two memory interfaces, which go with sizes of memory.
const chips: readonly Chip[] = [
  { name: 'Apple M1', memoryByBandwidth: [[68.25, [8, 16]]] },
  { name: 'Apple M1 Pro', memoryByBandwidth: [[200, [16, 32]]] },
  { name: 'Apple M1 Max', memoryByBandwidth: [[400, [32, 64]]] },
  { name: 'Apple M1 Ultra', memoryByBandwidth: [[800, [64, 128]]] },
  { name: 'Apple M2', memoryByBandwidth: [[100, [8, 16, 24]]] },
  { name: 'Apple M2 Pro', memoryByBandwidth: [[200, [16, 32]]] },
  { name: 'Apple M2 Max', memoryByBandwidth: [[400, [32, 64, 96]]] },
  { name: 'Apple M2 Ultra', memoryByBandwidth: [[800, [64, 128, 192]]] },
  { name: 'Apple M3', memoryByBandwidth: [[100, [8, 16, 24]]] },
  { name: 'Apple M3 Pro', memoryByBandwidth: [[150, [18, 36]]] },
  {
    name: 'Apple M3 Max',
    memoryByBandwidth: [
      [300, [36, 96]],
      [400, [48, 64, 128]],
    ],
  },
  { name: 'Apple M3 Ultra', memoryByBandwidth: [[819, [96, 256, 512]]] },
  { name: 'Apple M4', memoryByBandwidth: [[120, [16, 24, 32]]] },
  { name: 'Apple M4 Pro', memoryByBandwidth: [[273, [24, 48, 64]]] },
  {
    name: 'Apple M4 Max',
    memoryByBandwidth: [
      [410, [36]],
      [546, [48, 64, 128]],
    ],
  },
];

/**
 * Apple's chips up to the M4, one entry for each size of memory. Their GPUs have no matrix units and take float16
 * as fast as float32, so that the rate of `@huggingface/tasks` is a peak here: that of the chip's largest GPU.
 */
export function appleDevices(): DataSheet[] {
  const tflops = new Map(packageDevices().map(({ name, vectorTflops }) => [name, vectorTflops]));
  return chips.flatMap(({ name, memoryByBandwidth }) =>
    memoryByBandwidth.flatMap(([bandwidthGBps, sizes]) =>
      sizes.map((memoryGB) => ({
        name: `${name} ${String(memoryGB)}GB`,
        memoryGB,
        rates: vectorRates(tflops.get(name)),
        bandwidthGBps,
        source: `Apple technical specifications, ${name}; @huggingface/tasks for the rate`,
        note: 'macosShare',
      })),
    ),
  );
}

function vectorRates(tflops: number | undefined): DataSheet['rates'] {
  return tflops === undefined ? {} : { float32: tflops, float16: tflops };
}
