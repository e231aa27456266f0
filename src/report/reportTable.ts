import { formatInteger } from '../model/units';

/** One titled part of a report, free of any output format: Markdown and the terminal render the same ones. */
export interface ReportSection {
  readonly title: string;
  /** Sentences above the table: the conditions that its figures hold under. */
  readonly lead: readonly string[];
  readonly table?: ReportTable;
  /** Sentences below the table, or in place of it. */
  readonly remarks: readonly string[];
}

export interface ReportTable {
  readonly columns: readonly ReportColumn[];
  readonly rows: readonly (readonly string[])[];
  /** Many short, alike rows: a renderer may set them side by side. */
  readonly foldable?: boolean;
}

export interface ReportColumn {
  /** With its unit, unless every cell carries one. */
  readonly title: string;
  readonly align: 'left' | 'right';
}

export function textColumn(title: string): ReportColumn {
  return { title, align: 'left' };
}

export function numberColumn(title: string): ReportColumn {
  return { title, align: 'right' };
}

/** Milliseconds without their unit, for columns that name it: three significant figures, `–` where unknown. */
export function formatMilliseconds(ms: number | undefined): string {
  if (ms === undefined || !Number.isFinite(ms)) return '–';
  const size = Math.abs(ms);
  if (size >= 999.5) return formatInteger(ms);
  if (size >= 99.95) return ms.toFixed(0);
  if (size >= 9.995) return ms.toFixed(1);
  if (size >= 0.9995) return ms.toFixed(2);
  return size === 0 || size >= 0.0995 ? ms.toFixed(3) : ms.toFixed(4);
}
