import type { MemoryTarget } from '../insight/memoryTarget';
import type { ReportMessage } from '../report/panelMessages';
import type { Report } from '../report/report';

/**
 * What a page is told to show `report`: its verdicts are about `target` where that is planned, about the device
 * that the report names otherwise.
 */
export function reportMessage(report: Report, target: MemoryTarget | undefined): ReportMessage {
  if (target?.how !== 'planned') return { type: 'report', report };
  const { name, memoryBytes } = target;
  return { type: 'report', report, planned: { name, memoryBytes } };
}
