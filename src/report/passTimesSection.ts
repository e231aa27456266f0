import type { EstimateOptions } from '../cost/estimate';
import { passTimes } from '../cost/passTimes';
import type { Roofline } from '../cost/roofline';
import type { DeviceSpec } from '../devices/deviceSpec';
import type { ModelSpec } from '../model/modelSpec';
import { formatDuration } from '../model/units';
import { numberColumn, textColumn, type ReportSection } from './reportTable';

/** Projected times on a named device, and which of its rates binds each. */
export function passTimesSection(
  model: ModelSpec,
  options: EstimateOptions,
  device: DeviceSpec,
): ReportSection {
  const { prefill, decode, trainingStep } = passTimes(model, options, device);
  const rows = [
    row('Prefill of the batch', prefill),
    ...(decode ? [row('Decode, one step of the batch', decode)] : []),
    row('Training step of the batch', trainingStep),
  ];
  return {
    title: `Least time on ${device.name} (projected, roofline)`,
    lead: [
      'The longer of FLOPs at the peak rate and bytes at the bandwidth: a lower bound. Kernels reach a part of ' +
        'both, and communication between devices comes on top.',
    ],
    table: {
      columns: [
        textColumn('Pass'),
        numberColumn('At least'),
        numberColumn('Compute'),
        numberColumn('Memory'),
        textColumn('Bound by'),
        textColumn('Rate of'),
      ],
      rows,
    },
    remarks: [`Rates: ${device.source}.`, ...(device.note === undefined ? [] : [device.note])],
  };
}

function row(name: string, times: Roofline): string[] {
  return [
    name,
    duration(times.seconds),
    duration(times.computeSeconds),
    duration(times.memorySeconds),
    times.bound,
    times.precision ?? '–',
  ];
}

function duration(seconds: number | undefined): string {
  return formatDuration(seconds === undefined ? NaN : seconds * 1000);
}
