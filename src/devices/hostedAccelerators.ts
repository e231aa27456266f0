import type { DataSheet } from './dataSheet';

/** Intel's Gaudi accelerators. */
export const gaudiDevices: readonly DataSheet[] = [
  {
    name: 'Intel Gaudi 2',
    aliases: ['HL-225', 'Gaudi 2 OAM HBM2e'],
    memoryGB: 96,
    rates: { bfloat16: 432, float8: 865 },
    bandwidthGBps: 2460,
    source: 'Intel Gaudi 3 AI Accelerator white paper (2024), table of generations',
  },
  {
    name: 'Intel Gaudi 3',
    aliases: ['HL-325L', 'Gaudi 3 OAM HBM2e'],
    memoryGB: 128,
    rates: { bfloat16: 1835, float8: 1835 },
    bandwidthGBps: 3700,
    source: 'Intel Gaudi 3 AI Accelerator white paper (2024)',
  },
];

/** Google’s TPUs, by the chip, which is what a runtime shows as a device from v4 on. */
export const tpuDevices: readonly DataSheet[] = [
  {
    name: 'Google TPU v4',
    memoryGB: 32,
    rates: { bfloat16: 275, int8: 275 },
    bandwidthGBps: 1200,
    source: 'Google Cloud documentation, TPU v4; Jouppi et al. 2023',
  },
  {
    name: 'Google TPU v5e',
    aliases: ['TPU v5 lite'],
    memoryGB: 16,
    rates: { bfloat16: 197, int8: 393 },
    bandwidthGBps: 819,
    source: 'Google Cloud documentation, TPU v5e',
  },
  {
    name: 'Google TPU v5p',
    memoryGB: 95,
    rates: { bfloat16: 459, int8: 918 },
    bandwidthGBps: 2765,
    source: 'Google Cloud documentation, TPU v5p',
  },
  {
    name: 'Google TPU v6e',
    aliases: ['TPU v6 lite', 'TPU Trillium'],
    memoryGB: 32,
    rates: { bfloat16: 918, int8: 1836 },
    bandwidthGBps: 1640,
    source: 'Google Cloud documentation, TPU v6e',
  },
];
