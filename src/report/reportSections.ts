import { formatBytes, formatDuration, formatRate } from '../model/units';
import { estimateSections } from './estimateSections';
import { denseSections, projectionSection } from './measurementSections';
import { replacementSection } from './replacementSection';
import type { ReportSection } from './reportTable';
import type { DeviceRecord, Report, RunRecord } from './report';
import type { MemoryLimit } from './verdict';

/** The whole report as titled tables and sentences: what Markdown and the terminal show. */
export function reportSections(report: Report): ReportSection[] {
  return [
    ...estimateSections(report.model, report.estimate, memoryLimit(report.device)),
    ...report.layerKinds.flatMap((result) => [
      ...denseSections(result, report.device),
      replacementSection(result, report.scenario.sequenceLength),
      projectionSection(result),
    ]),
    runSection(report.run, report.device),
  ];
}

/** The memory of the device that the run used. */
export function memoryLimit(device: DeviceRecord | undefined): MemoryLimit {
  return device === undefined
    ? { bytes: 0, of: 'the device' }
    : { bytes: device.memoryBytes, of: `${device.provider} (${device.name})` };
}

function runSection(run: RunRecord, device: DeviceRecord | undefined): ReportSection {
  return {
    title: 'How it was measured',
    lead: [],
    remarks: [
      ...deviceSentences(device),
      `Run ${run.state} after ${formatDuration(run.elapsedMs)} (budget ${formatDuration(run.budgetSeconds * 1000)}); ` +
        `inputs drawn with seed ${String(run.seed)}.`,
      ...(run.error === undefined ? [] : [`Error: ${run.error.message} ${run.error.mend}`]),
      ...run.notes,
    ],
  };
}

function deviceSentences(device: DeviceRecord | undefined): string[] {
  if (device === undefined) return ['No device was used.'];
  const memory = device.memoryBytes > 0 ? `, ${formatBytes(device.memoryBytes)} of memory` : '';
  const driver = device.driver === undefined ? '' : `, driver ${device.driver}`;
  const peak =
    device.matmulFlopsPerSecond === undefined || device.matmulSize === undefined
      ? []
      : [
          `Fastest MatMul measured (${String(device.matmulSize)}³): ${formatRate(device.matmulFlopsPerSecond)}.`,
        ];
  return [
    `Device: ${device.provider}, ${device.name}${memory}${driver}; ${device.precision}; ` +
      `${device.runtime}; ${device.platform}; ${String(device.threads)} threads.`,
    ...(device.fallbackFrom === undefined
      ? []
      : [`Asked for ${device.fallbackFrom}, which could not be used; ${device.provider} was used instead.`]),
    ...peak,
  ];
}
