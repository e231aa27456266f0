import { availableParallelism, cpus, platform, release, arch } from 'node:os';
import { listSupportedBackends } from 'onnxruntime-node';
import { graphics, mem } from 'systeminformation';
import type { DeviceRecord } from '../../report/report';
import type { DeviceChoice } from '../../report/profileJob';
import { measureMatmulRate } from './matmulRate';
import { probeProvider, type ProbeResult } from './probe';

/** Providers in the order in which `auto` tries them. */
const AUTO_ORDER = ['cuda', 'dml', 'coreml', 'webgpu'] as const;

/** The runtime's version; the package exports none, so it stands with the dependency. */
const RUNTIME = 'onnxruntime-node 1.30.0';

/**
 * Chooses the device. `auto` takes the first provider that runs a verified MatMul faster than the
 * CPU does (a software GPU driver does not); a named provider that cannot be used falls back to the
 * CPU, and the record says so.
 */
export async function chooseDevice(choice: DeviceChoice, workerPath: string): Promise<DeviceRecord> {
  const offered = new Set(listSupportedBackends().map((backend) => backend.name));
  const tried: { provider: string; ok: boolean; detail: string }[] = [];
  const wanted = choice === 'auto' ? AUTO_ORDER.filter((name) => offered.has(name)) : [choice];
  const cpuRate = await measureMatmulRate('cpu', 'float32', 100, 512);
  for (const provider of wanted) {
    if (provider === 'cpu') break;
    const result: ProbeResult = offered.has(provider)
      ? await probeProvider(provider, workerPath)
      : {
          ok: false,
          detail: 'this build of the runtime does not have it',
          precision: 'float32',
          flopsPerSecond: 0,
        };
    const slow = choice === 'auto' && result.ok && result.flopsPerSecond < cpuRate.flopsPerSecond;
    tried.push({
      provider,
      ok: result.ok && !slow,
      detail: slow ? 'slower than the CPU at a MatMul, as software GPU drivers are' : result.detail,
    });
    if (result.ok && !slow) return await gpuRecord(provider, result, tried);
  }
  tried.push({ provider: 'cpu', ok: true, detail: 'float32 MatMul verified' });
  const record = await cpuRecord(tried);
  return choice === 'auto' || choice === 'cpu' ? record : { ...record, fallbackFrom: choice };
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
    ...common(),
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
  const total = gpu === undefined ? 0 : bytesOf(gpu);
  const free = gpu?.memoryFree === undefined ? total : gpu.memoryFree * 2 ** 20;
  return {
    provider,
    name: gpu === undefined || gpu.model === '' ? `GPU behind ${provider}` : gpu.model,
    memoryBytes: total,
    freeMemoryBytes: free,
    ...(gpu?.driverVersion === undefined || gpu.driverVersion === '' ? {} : { driver: gpu.driverVersion }),
    tried,
    precision: probe.precision,
    ...common(),
  };
}

function common(): Pick<DeviceRecord, 'runtime' | 'platform' | 'threads'> {
  return {
    runtime: RUNTIME,
    platform: `${platform()} ${release()} ${arch()}, Node ${process.versions.node}`,
    threads: availableParallelism(),
  };
}

function cpuName(): string {
  const model = cpus()[0]?.model.trim() ?? '';
  return model === '' || model === 'unknown' ? `${arch()} processor` : model;
}
