import type { Citation } from './mechanism';

/** The benchmark of tasks of 1k to 16k tokens whose averages the mechanisms' papers and ours quote (its table 1). */
export const longRangeArena: Citation = {
  authors: 'Tay et al.',
  year: 2020,
  title: 'Long Range Arena: A Benchmark for Efficient Transformers',
  arxiv: '2011.04006',
};
