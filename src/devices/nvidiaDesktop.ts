import type { DataSheet, Rates } from './dataSheet';

const turing = 'NVIDIA Turing GPU Architecture white paper (2018), appendices';
const ampere = 'NVIDIA Ampere GA102 GPU Architecture white paper v2.1; GeForce RTX 30 series specifications';
const ada = 'NVIDIA Ada GPU Architecture white paper v2.1; GeForce RTX 40 series specifications';
const blackwell =
  'NVIDIA RTX Blackwell GPU Architecture white paper v1.1; GeForce RTX 50 series specifications';

/** Rates of tensor cores that take bfloat16 as fast as float16. */
function tensor(float32: number, tf32: number, sixteenBit: number, int8: number, float8?: number): Rates {
  const rates = { float32, tf32, float16: sixteenBit, bfloat16: sixteenBit, int8 };
  return float8 === undefined ? rates : { ...rates, float8 };
}

function geForce(
  model: string,
  memoryGB: number,
  bandwidthGBps: number,
  rates: Rates,
  source: string,
): DataSheet {
  return { name: `NVIDIA GeForce RTX ${model}`, memoryGB, bandwidthGBps, rates, source };
}

// Tensor cores of GeForce cards run 16-bit products with float32 accumulation at half the rate of float16
// accumulation: these are the halves. Turing has no bfloat16.
const geForceCards: readonly DataSheet[] = [
  geForce('2080 Ti 11GB', 11, 616, { float32: 14.2, float16: 56.9, int8: 227.7 }, turing),
  // Not NVIDIA's: refitted with larger memory chips, and common all the same.
  geForce('2080 Ti 22GB', 22, 616, { float32: 14.2, float16: 56.9, int8: 227.7 }, turing),
  geForce('3060 8GB', 8, 240, tensor(12.7, 12.7, 25.5, 102), ampere),
  geForce('3060 12GB', 12, 360, tensor(12.7, 12.7, 25.5, 102), ampere),
  geForce('3060 Ti', 8, 448, tensor(16.2, 16.2, 32.4, 129.6), ampere),
  geForce('3070', 8, 448, tensor(20.3, 20.3, 40.6, 162.6), ampere),
  geForce('3070 Ti', 8, 608, tensor(21.7, 21.7, 43.5, 174), ampere),
  geForce('3080 10GB', 10, 760, tensor(29.8, 29.8, 59.5, 238), ampere),
  geForce('3080 12GB', 12, 912, tensor(30.6, 30.6, 61.3, 245), ampere),
  geForce('3080 Ti', 12, 912, tensor(34.1, 34.1, 68.2, 273), ampere),
  geForce('3090', 24, 936, tensor(35.6, 35.6, 71, 284), ampere),
  geForce('3090 Ti', 24, 1008, tensor(40, 40, 80, 320), ampere),
  geForce('4060', 8, 272, tensor(15.1, 15.1, 30.2, 121, 60.5), ada),
  geForce('4060 Ti 8GB', 8, 288, tensor(22.1, 22.1, 44.1, 176.5, 88.3), ada),
  geForce('4060 Ti 16GB', 16, 288, tensor(22.1, 22.1, 44.1, 176.5, 88.3), ada),
  geForce('4070', 12, 504, tensor(29.1, 29.1, 58.3, 233.2, 116.6), ada),
  geForce('4070 Super', 12, 504, tensor(35.5, 35.5, 71, 284, 142), ada),
  geForce('4070 Ti', 12, 504, tensor(40.1, 40.1, 80.2, 320.7, 160.4), ada),
  geForce('4070 Ti Super', 16, 672, tensor(44.1, 44.1, 88.2, 353, 176), ada),
  geForce('4080', 16, 716.8, tensor(48.7, 48.7, 97.5, 389.9, 194.9), ada),
  geForce('4080 Super', 16, 736, tensor(52.2, 52.2, 104.4, 418, 209), ada),
  geForce('4090', 24, 1008, tensor(82.6, 82.6, 165.2, 660.6, 330.3), ada),
  geForce('5070', 12, 672, tensor(30.9, 30.9, 61.7, 246.9, 123.5), blackwell),
  geForce('5070 Ti', 16, 896, tensor(43.9, 43.9, 87.9, 351.5, 175.8), blackwell),
  geForce('5080', 16, 960, tensor(56.3, 56.3, 112.6, 450.2, 225.1), blackwell),
  geForce('5090', 32, 1792, tensor(104.8, 104.8, 209.5, 838, 419), blackwell),
];

const turingWorkstation: Rates = { float32: 16.3, float16: 130.5, int8: 261 };

const workstationCards: readonly DataSheet[] = [
  {
    name: 'NVIDIA TITAN RTX',
    memoryGB: 24,
    rates: turingWorkstation,
    bandwidthGBps: 672,
    source: turing,
  },
  {
    name: 'Quadro RTX 6000',
    memoryGB: 24,
    rates: turingWorkstation,
    bandwidthGBps: 672,
    source: turing,
    note: 'optionalEcc',
  },
  {
    name: 'Quadro RTX 8000',
    memoryGB: 48,
    rates: turingWorkstation,
    bandwidthGBps: 672,
    source: turing,
    note: 'optionalEcc',
  },
  {
    name: 'NVIDIA RTX A4000',
    memoryGB: 16,
    rates: tensor(19.2, 38.3, 76.7, 153.4),
    bandwidthGBps: 448,
    source: 'NVIDIA RTX A4000 data sheet (2021)',
    note: 'optionalEcc',
  },
  {
    name: 'NVIDIA RTX A5000',
    memoryGB: 24,
    rates: tensor(27.8, 55.6, 111.1, 222.2),
    bandwidthGBps: 768,
    source: 'NVIDIA RTX A5000 data sheet (2021)',
    note: 'optionalEcc',
  },
  {
    name: 'NVIDIA RTX A6000',
    memoryGB: 48,
    rates: tensor(38.7, 77.4, 154.8, 309.7),
    bandwidthGBps: 768,
    source: 'NVIDIA Ampere GA102 GPU Architecture white paper v2.1; RTX A6000 data sheet (2022)',
    note: 'optionalEcc',
  },
  {
    name: 'NVIDIA RTX 6000 Ada Generation',
    // Plain "RTX 6000" is said of this card and of its Turing forebear.
    aliases: ['RTX 6000'],
    memoryGB: 48,
    rates: tensor(91.1, 182.1, 364.2, 728.5, 728.5),
    bandwidthGBps: 960,
    source: 'NVIDIA RTX 6000 Ada Generation data sheet (2023)',
    note: 'optionalEcc',
  },
  {
    name: 'NVIDIA RTX PRO 6000 Blackwell Workstation Edition',
    aliases: ['RTX PRO 6000 WS'],
    memoryGB: 96,
    rates: tensor(126, 251.9, 503.8, 1007.6, 1007.6),
    bandwidthGBps: 1792,
    source: 'NVIDIA RTX Blackwell PRO GPU Architecture white paper v1.0 (2025)',
  },
  {
    name: 'NVIDIA GB10',
    aliases: ['DGX Spark'],
    memoryGB: 128,
    rates: {},
    bandwidthGBps: 273,
    source: 'NVIDIA DGX Spark data sheet (2025), which states a rate for FP4 with sparsity alone',
    note: 'sharedMemory',
  },
];

/** NVIDIA's cards for desktops and workstations, from Turing on. */
export const nvidiaDesktop: readonly DataSheet[] = [...geForceCards, ...workstationCards];
