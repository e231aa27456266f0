import * as l10n from '@vscode/l10n';
import { joinPhrases } from '../model/phrases';
import { formatBytes, formatDuration, formatRate } from '../model/units';
import { estimateSections } from './estimateSections';
import { denseSections, projectionSection } from './measurementSections';
import { parallelDegreesSection } from './parallelDegreesSection';
import { regimesSections } from './regimesSection';
import { replacementSection } from './replacementSection';
import type { ReportSection } from './reportTable';
import type { DeviceRecord, Report, RunRecord } from './report';
import type { MemoryLimit } from './verdict';

/** The whole report as titled tables and sentences: what Markdown and the terminal show. */
export function reportSections(report: Report): ReportSection[] {
  return [
    ...estimateSections(report.model, report.estimate, memoryLimit(report)),
    ...report.layerKinds.flatMap((result) => [
      ...denseSections(result, report.device),
      replacementSection(result, report),
      projectionSection(result),
      ...(result.regimes === undefined ? [] : regimesSections(result, result.regimes, report.device)),
    ]),
    parallelDegreesSection(report, memoryLimit(report)),
    runSection(report.run, report.device),
  ];
}

/** The memory of the device that the run used, and what the profiled config lets a server take of it. */
export function memoryLimit({ device, memoryShare }: Pick<Report, 'device' | 'memoryShare'>): MemoryLimit {
  return device === undefined
    ? { bytes: 0, of: l10n.t('the device') }
    : {
        bytes: device.memoryBytes,
        of: `${device.provider} (${device.name})`,
        ...(memoryShare && { share: memoryShare }),
      };
}

/** How the run went, on what, and its notes. */
export function runSection(run: RunRecord, device: DeviceRecord | undefined): ReportSection {
  return {
    title: l10n.t('How it was measured'),
    lead: [],
    remarks: [
      ...deviceSentences(device),
      describeRun(run),
      ...(run.error === undefined ? [] : [l10n.t('Error: {0} {1}', run.error.message, run.error.mend)]),
      ...run.notes,
    ],
  };
}

function describeRun(run: RunRecord): string {
  const figures = [
    formatDuration(run.elapsedMs),
    formatDuration(run.budgetSeconds * 1000),
    String(run.seed),
  ] as const;
  switch (run.state) {
    case 'running':
      return l10n.t('Run running after {0} (budget {1}); inputs drawn with seed {2}.', ...figures);
    case 'complete':
      return l10n.t('Run complete after {0} (budget {1}); inputs drawn with seed {2}.', ...figures);
    case 'cancelled':
      return l10n.t('Run cancelled after {0} (budget {1}); inputs drawn with seed {2}.', ...figures);
    case 'failed':
      return l10n.t('Run failed after {0} (budget {1}); inputs drawn with seed {2}.', ...figures);
  }
}

function deviceSentences(device: DeviceRecord | undefined): string[] {
  if (device === undefined) return [l10n.t('No device was used.')];
  const parts = joinPhrases([
    device.provider,
    device.name,
    device.memoryBytes > 0 ? l10n.t('{0} of memory', formatBytes(device.memoryBytes)) : '',
    device.driver === undefined ? '' : l10n.t('driver {0}', device.driver),
  ]);
  const peak =
    device.matmulFlopsPerSecond === undefined || device.matmulSize === undefined
      ? []
      : [
          l10n.t(
            'Fastest MatMul measured ({0}³): {1}.',
            String(device.matmulSize),
            formatRate(device.matmulFlopsPerSecond),
          ),
        ];
  return [
    l10n.t(
      'Device: {0}; {1}; {2}; {3}; {4} threads.',
      parts,
      device.precision,
      device.runtime,
      device.platform,
      String(device.threads),
    ),
    ...(device.fallbackFrom === undefined
      ? []
      : [
          l10n.t(
            'Asked for {0}, which could not be used; {1} was used instead.',
            device.fallbackFrom,
            device.provider,
          ),
        ]),
    ...peak,
  ];
}
