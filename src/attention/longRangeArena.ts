import * as l10n from '@vscode/l10n';
import type { Citation, ReportedQuality } from './mechanism';

/** The benchmark of tasks of 1k to 16k tokens whose averages the mechanisms' papers and ours quote (its table 1). */
const longRangeArena: Citation = {
  authors: 'Tay et al.',
  year: 2020,
  title: 'Long Range Arena: A Benchmark for Efficient Transformers',
  arxiv: '2011.04006',
};

/** What dense attention reaches in the same table. */
const DENSE_AVERAGE = '54.39';

/** A mechanism's `average` in the benchmark, as its table 1 writes it, beside that of dense attention. */
export function arenaQuality(average: string): ReportedQuality {
  return {
    text: l10n.t(
      'Long Range Arena average {0}, against {1} for dense attention (Tay et al. 2020, table 1).',
      average,
      DENSE_AVERAGE,
    ),
    source: longRangeArena,
  };
}
