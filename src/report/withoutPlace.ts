import type { Report } from './report';

/** `report` as it may leave this computer: the config's name, not the path where it lies. */
export function withoutPlace(report: Report): Report {
  return { ...report, source: { name: report.source.name } };
}
