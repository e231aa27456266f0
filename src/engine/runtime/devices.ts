import * as l10n from '@vscode/l10n';
import { cpus, platform, release, arch } from 'node:os';
import { env, listSupportedBackends } from 'onnxruntime-node';
import { graphics, mem } from 'systeminformation';
import type { DeviceRecord } from '../../report/report';
import type { DeviceChoice } from '../../report/profileJob';
import { hasGpuNode } from '../graphics/hasGpuNode';
import { probeProvider, unusable, type ProbeResult } from '../probeProvider';
import { cpuThreads } from './cpuThreads';
import { measureMatmulRate } from './matmulRate';

/** Providers in the order in which `auto` tries them. */
const AUTO_ORDER = ['cuda', 'dml', 'coreml', 'webgpu'] as const;

/**
 * Chooses the device. `auto` takes the first provider that runs a verified MatMul faster than the
 * CPU does (a software GPU driver does not); a named provider that cannot be used falls back to the
 * CPU, and the record says so.
 */
export async function chooseDevice(
  choice: DeviceChoice,
  workerPath: string,
  budgetSeconds: number,
): Promise<DeviceRecord> {
  const tried: DeviceRecord['tried'][number][] = [];
  for (const provider of choice === 'auto' ? AUTO_ORDER : [choice]) {
    if (provider === 'cpu') break;
    const result = await tryProvider(provider, choice === 'auto', workerPath, budgetSeconds);
    tried.push({ provider, ok: result.ok, detail: result.detail });
    if (result.ok) return await gpuRecord(provider, result, tried);
  }
  tried.push({ provider: 'cpu', ok: true, detail: l10n.t('always there') });
  const record = await cpuRecord(tried);
  return choice === 'auto' || choice === 'cpu' ? record : { ...record, fallbackFrom: choice };
}

async function tryProvider(
  provider: string,
  automatic: boolean,
  workerPath: string,
  budgetSeconds: number,
): Promise<ProbeResult> {
  if (!listSupportedBackends().some((backend) => backend.name === provider)) {
    return unusable(l10n.t('this build of the runtime does not have it'));
  }
  if (automatic && !hasGpuNode()) return unusable(l10n.t('the system shows no GPU device'));
  const result = await probeProvider(provider, workerPath, budgetSeconds);
  if (!automatic || !result.ok) return result;
  const cpu = await measureMatmulRate('cpu', 'float32', 100, 512);
  return result.flopsPerSecond < cpu.flopsPerSecond
    ? unusable(l10n.t('slower than the CPU at a MatMul, as software GPU drivers are'))
    : result;
}

async function cpuRecord(tried: DeviceRecord['tried']): Promise<DeviceRecord> {
  const memory = await mem();
  // Inside a container the host's memory is not ours to use.
  const limit = process.constrainedMemory();
  const total = limit > 0 ? Math.min(limit, memory.total) : memory.total;
  return {
    provider: 'cpu',
    name: cpuName(),
    memoryBytes: total,
    freeMemoryBytes: Math.min(total, memory.available),
    tried,
    precision: 'float32',
    ...(await common()),
  };
}

async function gpuRecord(
  provider: string,
  probe: ProbeResult,
  tried: DeviceRecord['tried'],
): Promise<DeviceRecord> {
  const { controllers } = await graphics();
  const bytesOf = (controller: (typeof controllers)[number]): number =>
    (controller.memoryTotal ?? controller.vram ?? 0) * 2 ** 20;
  const [gpu] = [...controllers].sort((a, b) => bytesOf(b) - bytesOf(a));
  const own = gpu === undefined ? 0 : bytesOf(gpu);
  // Apple's GPUs have no memory of their own: they share the host's.
  const shared = own === 0 && platform() === 'darwin' ? await mem() : undefined;
  const total = shared?.total ?? own;
  const free = shared?.available ?? (gpu?.memoryFree === undefined ? total : gpu.memoryFree * 2 ** 20);
  return {
    provider,
    name: gpuName(provider, gpu?.model ?? '', controllers.length),
    memoryBytes: total,
    freeMemoryBytes: free,
    ...(gpu?.driverVersion === undefined || gpu.driverVersion === '' ? {} : { driver: gpu.driverVersion }),
    tried,
    precision: probe.precision,
    ...(await common()),
  };
}

/** With several GPUs the system does not tell which one the provider took. */
function gpuName(provider: string, model: string, count: number): string {
  if (model === '') return l10n.t('GPU behind {0}', provider);
  return count > 1
    ? l10n.t('{0} (the largest of {1} GPUs; {2} may use another)', model, String(count), provider)
    : model;
}

async function common(): Promise<Pick<DeviceRecord, 'runtime' | 'platform' | 'threads'>> {
  return {
    runtime: `onnxruntime-node ${env.versions.node ?? ''}`.trim(),
    platform: `${platform()} ${release()} ${arch()}, Node ${process.versions.node}`,
    threads: await cpuThreads(),
  };
}

function cpuName(): string {
  const model = cpus()[0]?.model.trim() ?? '';
  return model === '' || model === 'unknown' ? l10n.t('{0} processor', arch()) : model;
}
