import * as l10n from '@vscode/l10n';
import type { EstimateOptions } from '../cost/estimate';
import { passTimes } from '../cost/passTimes';
import type { Roofline } from '../cost/roofline';
import { deviceNote } from '../devices/deviceNote';
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
    row(l10n.t('Prefill of the batch'), prefill),
    ...(decode ? [row(l10n.t('Decode, one step of the batch'), decode)] : []),
    row(l10n.t('Training step of the batch'), trainingStep),
  ];
  const note = deviceNote(device);
  return {
    title: l10n.t('Least time on {0} (projected, roofline)', device.name),
    lead: [
      l10n.t(
        'The longer of FLOPs at the peak rate and bytes at the bandwidth: a lower bound. Kernels reach a part of both, and communication between devices comes on top.',
      ),
    ],
    table: {
      columns: [
        textColumn(l10n.t('Pass')),
        numberColumn(l10n.t('At least')),
        numberColumn(l10n.t('Compute')),
        numberColumn(l10n.t('Memory')),
        textColumn(l10n.t('Bound by')),
        textColumn(l10n.t('Rate of')),
      ],
      rows,
    },
    remarks: [l10n.t('Rates: {0}.', device.source), ...(note === undefined ? [] : [note])],
  };
}

function row(name: string, times: Roofline): string[] {
  return [
    name,
    duration(times.seconds),
    duration(times.computeSeconds),
    duration(times.memorySeconds),
    boundName(times.bound),
    times.precision ?? '–',
  ];
}

function duration(seconds: number | undefined): string {
  return formatDuration(seconds === undefined ? NaN : seconds * 1000);
}

function boundName(bound: Roofline['bound']): string {
  switch (bound) {
    case 'compute':
      return l10n.t('compute');
    case 'memory':
      return l10n.t('memory');
    case 'unknown':
      return l10n.t('unknown');
  }
}
