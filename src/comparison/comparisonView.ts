import type { ReportSection } from '../report/reportTable';

/** One way to look at two files side by side: the reader chooses among several. */
export interface ComparisonView {
  /** What the figures hold under, in a few words: `Each at its own conditions`. */
  readonly label: string;
  readonly sections: readonly ReportSection[];
}
