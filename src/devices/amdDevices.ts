import type { DataSheet, Rates } from './dataSheet';

const mi200Sheet = 'AMD Instinct MI200 series data sheets (2022)';

const cdna3: Rates = {
  float32: 163.4,
  tf32: 653.7,
  float16: 1307.4,
  bfloat16: 1307.4,
  float8: 2614.9,
  int8: 2614.9,
};

const instinct: readonly DataSheet[] = [
  {
    name: 'AMD Instinct MI100',
    aliases: ['MI100 PCIe HBM2'],
    memoryGB: 32,
    rates: { float32: 46.1, float16: 184.6, bfloat16: 92.3, int8: 184.6 },
    bandwidthGBps: 1228.8,
    source: 'AMD Instinct MI100 data sheet (2020)',
  },
  {
    name: 'AMD Instinct MI210',
    aliases: ['MI210 PCIe HBM2e'],
    memoryGB: 64,
    rates: { float32: 45.3, float16: 181, bfloat16: 181, int8: 181 },
    bandwidthGBps: 1638.4,
    source: mi200Sheet,
  },
  {
    name: 'AMD Instinct MI250',
    aliases: ['MI250 OAM HBM2e'],
    memoryGB: 64,
    rates: { float32: 45.25, float16: 181.05, bfloat16: 181.05, int8: 181.05 },
    bandwidthGBps: 1638.4,
    source: mi200Sheet,
    note: 'oneDie',
  },
  {
    name: 'AMD Instinct MI250X',
    aliases: ['MI250X OAM HBM2e'],
    memoryGB: 64,
    rates: { float32: 47.85, float16: 191.5, bfloat16: 191.5, int8: 191.5 },
    bandwidthGBps: 1638.4,
    source: mi200Sheet,
    note: 'oneDie',
  },
  {
    name: 'AMD Instinct MI300A',
    aliases: ['MI300 128GB'],
    memoryGB: 128,
    rates: {
      float32: 122.6,
      tf32: 490.3,
      float16: 980.6,
      bfloat16: 980.6,
      float8: 1961.2,
      int8: 1961.2,
    },
    bandwidthGBps: 5300,
    source: 'AMD Instinct MI300A APU data sheet (2023)',
    note: 'sharedMemory',
  },
  {
    name: 'AMD Instinct MI300X',
    aliases: ['MI300X OAM HBM3', 'MI300X VF', 'MI300 192GB'],
    memoryGB: 192,
    rates: cdna3,
    bandwidthGBps: 5300,
    source: 'AMD Instinct MI300X data sheet (2023)',
  },
  {
    name: 'AMD Instinct MI325X',
    aliases: ['MI325X OAM HBM3e'],
    memoryGB: 256,
    rates: cdna3,
    bandwidthGBps: 6000,
    source: 'AMD Instinct MI325X data sheet (2024)',
  },
  {
    name: 'AMD Instinct MI350X',
    aliases: ['MI350X OAM HBM3e'],
    memoryGB: 288,
    rates: { float32: 144.2, float16: 2306.9, bfloat16: 2306.9, float8: 4613.7, int8: 4613.7 },
    bandwidthGBps: 8000,
    source: 'AMD Instinct MI350X data sheet (2025)',
  },
  {
    name: 'AMD Instinct MI355X',
    aliases: ['MI355X OAM HBM3e'],
    memoryGB: 288,
    rates: { float32: 157.3, float16: 2516.6, bfloat16: 2516.6, float8: 5033.2, int8: 5033.2 },
    bandwidthGBps: 8000,
    source: 'AMD Instinct MI355X data sheet (2025)',
  },
];

const radeon: readonly DataSheet[] = [
  {
    name: 'AMD Radeon RX 7900 XT',
    memoryGB: 20,
    rates: { float32: 51.5, float16: 103, bfloat16: 103, int8: 103 },
    bandwidthGBps: 800,
    source: 'AMD Radeon RX 7900 XT specifications (2022)',
  },
  {
    name: 'AMD Radeon RX 7900 XTX',
    memoryGB: 24,
    rates: { float32: 61.4, float16: 122.8, bfloat16: 122.8, int8: 122.8 },
    bandwidthGBps: 960,
    source: 'AMD Radeon RX 7900 XTX specifications (2022)',
  },
  {
    name: 'AMD Radeon RX 9070 XT',
    memoryGB: 16,
    rates: { float32: 48.7, float16: 195, bfloat16: 195, float8: 389, int8: 389 },
    bandwidthGBps: 640,
    source: 'AMD Radeon RX 9070 XT specifications (2025)',
  },
  {
    name: 'AMD Radeon PRO W7900',
    memoryGB: 48,
    rates: { float32: 61.3, float16: 122.6, bfloat16: 122.6, int8: 122.6 },
    bandwidthGBps: 864,
    source: 'AMD Radeon PRO W7900 data sheet (2023)',
  },
  {
    name: 'AMD Radeon AI PRO R9700',
    aliases: ['R9700 PRO'],
    memoryGB: 32,
    rates: { float32: 47.8, float16: 191, bfloat16: 191, float8: 383, int8: 383 },
    bandwidthGBps: 640,
    source: 'AMD Radeon AI PRO R9700 data sheet (2025)',
  },
];

const strixHalo: readonly DataSheet[] = [64, 96, 128].map((memoryGB) => ({
  name: `AMD Ryzen AI Max+ 395 ${String(memoryGB)}GB`,
  aliases: ['Strix Halo'],
  memoryGB,
  rates: {},
  bandwidthGBps: 256,
  source: 'AMD Ryzen AI Max+ 395 specifications (2025): 256 bits of LPDDR5x-8000',
  note: 'firmwareShare',
}));

/** AMD's accelerators and cards. Rates are those of the matrix cores, float32 among them. */
export const amdDevices: readonly DataSheet[] = [...instinct, ...radeon, ...strixHalo];
