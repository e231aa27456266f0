import type { DataSheet, Rates } from './dataSheet';

// Sheets that print rates with sparsity are halved here.
const v100Sheet = 'NVIDIA V100 data sheet (2020)';
const a100Sheet = 'NVIDIA A100 80GB data sheet (2021)';
const h100Sheet = 'NVIDIA H100 Tensor Core GPU Architecture white paper v1.04, table 2';
const b200Sheet = 'NVIDIA Blackwell Architecture Technical Brief (2024), table 3; HGX B200 data sheet';

const a100: Rates = { float32: 19.5, tf32: 156, float16: 312, bfloat16: 312, int8: 624 };
const hopper: Rates = {
  float32: 66.9,
  tf32: 494.7,
  float16: 989.4,
  bfloat16: 989.4,
  float8: 1978.9,
  int8: 1978.9,
};
const hopperNvl: Rates = {
  float32: 60,
  tf32: 417.5,
  float16: 835.5,
  bfloat16: 835.5,
  float8: 1670.5,
  int8: 1670.5,
};

const volta: readonly DataSheet[] = [16, 32].flatMap((memoryGB) => [
  {
    name: `NVIDIA V100 SXM2 ${String(memoryGB)}GB`,
    aliases: ['V100 SXM2 HBM2'],
    memoryGB,
    rates: { float32: 15.7, float16: 125 },
    bandwidthGBps: 900,
    source: v100Sheet,
  },
  {
    name: `NVIDIA V100 PCIe ${String(memoryGB)}GB`,
    aliases: ['V100 PCIe HBM2'],
    memoryGB,
    rates: { float32: 14, float16: 112 },
    bandwidthGBps: 900,
    source: v100Sheet,
  },
]);

const hbmCards: readonly DataSheet[] = [
  {
    name: 'NVIDIA P100 PCIe 16GB',
    memoryGB: 16,
    rates: { float32: 9.3, float16: 18.7 },
    bandwidthGBps: 732,
    source: 'NVIDIA Tesla P100 PCIe data sheet (2016)',
  },
  {
    name: 'NVIDIA V100S PCIe 32GB',
    memoryGB: 32,
    rates: { float32: 16.4, float16: 130 },
    bandwidthGBps: 1134,
    source: v100Sheet,
  },
  {
    name: 'NVIDIA A30',
    aliases: ['A30 PCIe HBM2'],
    memoryGB: 24,
    rates: { float32: 10.3, tf32: 82, float16: 165, bfloat16: 165, int8: 330 },
    bandwidthGBps: 933,
    source: 'NVIDIA A30 data sheet (2022)',
  },
  {
    name: 'NVIDIA A100 40GB',
    aliases: ['A100 SXM4 40GB HBM2', 'A100 PCIe 40GB HBM2'],
    memoryGB: 40,
    rates: a100,
    bandwidthGBps: 1555,
    source: 'NVIDIA A100 data sheet (2020)',
  },
  {
    name: 'NVIDIA A100 PCIe 80GB',
    aliases: ['A100 PCIe 80GB HBM2e'],
    memoryGB: 80,
    rates: a100,
    bandwidthGBps: 1935,
    source: a100Sheet,
  },
  {
    name: 'NVIDIA A100 SXM 80GB',
    aliases: ['A100 SXM4 80GB HBM2e'],
    memoryGB: 80,
    rates: a100,
    bandwidthGBps: 2039,
    source: a100Sheet,
  },
  {
    name: 'NVIDIA H100 PCIe 80GB',
    aliases: ['H100 PCIe 80GB HBM2e'],
    memoryGB: 80,
    rates: { float32: 51.2, tf32: 378, float16: 756, bfloat16: 756, float8: 1513, int8: 1513 },
    bandwidthGBps: 2039,
    source: `${h100Sheet}; bandwidth from 5120 bits at 1593 MHz ("2 TB/s")`,
  },
  {
    name: 'NVIDIA H100 SXM 80GB',
    aliases: ['H100 SXM5 80GB HBM3'],
    memoryGB: 80,
    rates: hopper,
    bandwidthGBps: 3350,
    source: `${h100Sheet}; H100 data sheet (2023) for the bandwidth`,
  },
  {
    name: 'NVIDIA H100 NVL',
    aliases: ['H100 NVL PCIe 94GB HBM3'],
    memoryGB: 94,
    rates: hopperNvl,
    bandwidthGBps: 3900,
    source: 'NVIDIA H100 data sheet (2024), H100 NVL',
  },
  {
    name: 'NVIDIA H20',
    aliases: ['H20 SXM5 96GB HBM3'],
    memoryGB: 96,
    rates: { float32: 44, tf32: 74, float16: 148, bfloat16: 148, float8: 296, int8: 296 },
    bandwidthGBps: 4000,
    source: 'NVIDIA H20 data sheet (2024)',
  },
  {
    name: 'NVIDIA H200 SXM',
    aliases: ['H200 SXM5 141GB HBM3e'],
    memoryGB: 141,
    rates: hopper,
    bandwidthGBps: 4800,
    source: 'NVIDIA H200 data sheet (2024)',
  },
  {
    name: 'NVIDIA H200 NVL',
    aliases: ['H200 NVL PCIe 141GB HBM3e'],
    memoryGB: 141,
    rates: hopperNvl,
    bandwidthGBps: 4800,
    source: 'NVIDIA H200 data sheet (2024), H200 NVL',
  },
  {
    name: 'NVIDIA GH200 96GB',
    // The runtime names the superchip by the memory of its CPU.
    aliases: ['GH200 480GB', 'GH200 96GB HBM3'],
    memoryGB: 96,
    rates: hopper,
    bandwidthGBps: 4000,
    source: 'NVIDIA GH200 Grace Hopper Superchip data sheet (2023)',
  },
  {
    name: 'NVIDIA GH200 144GB',
    aliases: ['GH200 144GB HBM3e'],
    memoryGB: 144,
    rates: hopper,
    bandwidthGBps: 4900,
    source: 'NVIDIA GH200 Grace Hopper Superchip data sheet (2023)',
  },
  {
    name: 'NVIDIA B100',
    aliases: ['B100 SXM HBM3e'],
    memoryGB: 192,
    rates: { float32: 60, tf32: 900, float16: 1800, bfloat16: 1800, float8: 3500, int8: 3500 },
    bandwidthGBps: 8000,
    source: b200Sheet,
    note: 'announced',
  },
  {
    name: 'NVIDIA B200',
    aliases: ['B200 SXM6 180GB HBM3e'],
    memoryGB: 180,
    rates: { float32: 80, tf32: 1100, float16: 2250, bfloat16: 2250, float8: 4500, int8: 4500 },
    bandwidthGBps: 8000,
    source: b200Sheet,
    note: 'shipsWithLess',
  },
  {
    name: 'NVIDIA GB200',
    aliases: ['GB200 186GB HBM3e'],
    memoryGB: 186,
    rates: { float32: 90, tf32: 1250, float16: 2500, bfloat16: 2500, float8: 5000, int8: 5000 },
    bandwidthGBps: 8000,
    source: 'NVIDIA Blackwell Architecture Technical Brief (2024); GB200 NVL72 data sheet',
    note: 'oneOfTwo',
  },
  {
    name: 'NVIDIA B300',
    aliases: ['B300 SXM6 AC 288GB HBM3e'],
    memoryGB: 270,
    rates: { float32: 75, tf32: 1125, float16: 2250, bfloat16: 2250, float8: 4500 },
    bandwidthGBps: 8000,
    source: 'NVIDIA HGX B300 data sheet (2025)',
    note: 'decimalSize',
  },
];

const gddrCards: readonly DataSheet[] = [
  {
    name: 'NVIDIA P40',
    memoryGB: 24,
    inlineEcc: true,
    rates: { float32: 12, int8: 47 },
    bandwidthGBps: 346,
    source: 'NVIDIA Tesla P40 data sheet (2017)',
  },
  {
    name: 'NVIDIA T4',
    memoryGB: 16,
    inlineEcc: true,
    rates: { float32: 8.1, float16: 65, int8: 130 },
    bandwidthGBps: 320,
    source: 'NVIDIA T4 data sheet (2019)',
  },
  {
    name: 'NVIDIA A2',
    memoryGB: 16,
    inlineEcc: true,
    rates: { float32: 4.5, tf32: 9, float16: 18, bfloat16: 18, int8: 36 },
    bandwidthGBps: 200,
    source: 'NVIDIA A2 data sheet (2021)',
  },
  {
    name: 'NVIDIA A10',
    aliases: ['A10 PCIe'],
    memoryGB: 24,
    inlineEcc: true,
    rates: { float32: 31.2, tf32: 62.5, float16: 125, bfloat16: 125, int8: 250 },
    bandwidthGBps: 600,
    source: 'NVIDIA A10 data sheet (2021)',
  },
  {
    name: 'NVIDIA A10G',
    memoryGB: 24,
    inlineEcc: true,
    rates: { float32: 35, tf32: 35, float16: 70, bfloat16: 70, int8: 140 },
    bandwidthGBps: 600,
    source: 'NVIDIA A10G data sheet (AWS, 2022)',
  },
  {
    name: 'NVIDIA A40',
    memoryGB: 48,
    inlineEcc: true,
    rates: { float32: 37.4, tf32: 74.8, float16: 149.7, bfloat16: 149.7, int8: 299.3 },
    bandwidthGBps: 696,
    source: 'NVIDIA A40 data sheet (2022)',
  },
  {
    name: 'NVIDIA L4',
    memoryGB: 24,
    inlineEcc: true,
    rates: { float32: 30.3, tf32: 60, float16: 121, bfloat16: 121, float8: 242.5, int8: 242.5 },
    bandwidthGBps: 300,
    source: 'NVIDIA L4 data sheet (2023)',
  },
  {
    name: 'NVIDIA L20',
    memoryGB: 48,
    inlineEcc: true,
    rates: { float32: 59.8, tf32: 59.8, float16: 119.5, bfloat16: 119.5, float8: 239, int8: 239 },
    bandwidthGBps: 864,
    source: 'NVIDIA L20 data sheet (2023)',
  },
  {
    name: 'NVIDIA L40',
    memoryGB: 48,
    inlineEcc: true,
    rates: { float32: 90.5, tf32: 90.5, float16: 181.05, bfloat16: 181.05, float8: 362, int8: 362 },
    bandwidthGBps: 864,
    source: 'NVIDIA L40 data sheet (2022)',
  },
  {
    name: 'NVIDIA L40S',
    memoryGB: 48,
    inlineEcc: true,
    rates: { float32: 91.6, tf32: 183, float16: 362.05, bfloat16: 362.05, float8: 733, int8: 733 },
    bandwidthGBps: 864,
    source: 'NVIDIA L40S data sheet (2023)',
  },
];

/** NVIDIA's cards for servers, from the V100 on. */
export const nvidiaDataCentre: readonly DataSheet[] = [...volta, ...hbmCards, ...gddrCards];
