import * as l10n from '@vscode/l10n';

export const regimes = {
  heading: l10n.t('Parallel or sequential'),
  lead: l10n.t(
    'The same attention in two regimes: prefill and training handle all positions, heads and batch entries in parallel; decode handles one token after another. Attention of one layer alone, without the projections and the MLP.',
  ),
  pending: l10n.t('Prefill and decode have not been measured side by side.'),
  bidirectional: l10n.t(
    'These layers are bidirectional: they read all tokens at once, and nothing is decoded.',
  ),
  table: l10n.t('Prefill beside decode'),
  columns: {
    regime: l10n.t('Regime'),
    context: l10n.t('n (tokens)'),
    time: l10n.t('Measured time of a call'),
    tokens: l10n.t('Tokens/s'),
    rate: l10n.t('Rate'),
    share: l10n.t('Over the MatMul rate'),
    bandwidth: l10n.t('Reads and writes'),
    state: l10n.t('Kept (by formula)'),
  },
  measuredTwice: (n: string, here: string, there: string) =>
    l10n.t(
      'Dense attention at n\u00a0=\u00a0{0} was measured twice: {1} here, and {2} in turn with the replacements, which are compared with that.',
      n,
      here,
      there,
    ),
  matmulRate: (side: string) =>
    l10n.t(
      'Over the MatMul rate: the rate over that of one MatMul ({0}³) measured on this device, which is no upper bound.',
      side,
    ),
  prefill: (kernel: string) => l10n.t('Prefill: {0}', kernel),
  oneByOne: l10n.t('Decode, all positions one by one'),
  decode: (title: string) => l10n.t('Decode: {0}', title),
  derived: (low: string, high: string) => l10n.t('derived from measured steps, {0} to {1}', low, high),
  grows: l10n.t('grows with\u00a0n'),
  constant: l10n.t('constant'),
  unverified: (message: string) => l10n.t('Not timed: {0}', message),
  noTime: l10n.t('the time budget ended before a repetition'),
  speedup: (n: string, batch: string, ratio: string, low: string, high: string) =>
    l10n.t(
      'At n\u00a0=\u00a0{0} and batch {1}, all positions at once are {2} as fast as the same tokens one by one ({3} to {4}).',
      n,
      batch,
      ratio,
      low,
      high,
    ),
  chartHeading: l10n.t('Decode over the context'),
  x: l10n.t('Context (tokens, 1K = 1,024)'),
  y: l10n.t('Tokens per second (log axis)'),
  chartLabel: (curves: string) =>
    l10n.t(
      'Tokens per second of decode over the context, both axes logarithmic, for {0}. The data table below has the figures.',
      curves,
    ),
  chartNote: l10n.t(
    'Measured, one layer; whiskers: 95 % CI (range of the runs where fewer than six were taken). A KV cache is read as a whole for each token, so its curve falls. Dashed: projected; a step whose state does not grow does the same work at any context.',
  ),
  prefillGuide: l10n.t('prefill, all at once'),
  constantCurve: (title: string) => l10n.t('{0} (constant state)', title),
  growingCurve: (title: string) => l10n.t('{0} (growing KV cache)', title),
  tokensPerSecond: (tokens: string) => l10n.t('{0} tokens/s', tokens),
  tokensAt: l10n.t('Tokens/s of decode'),
  scalingHeading: l10n.t('Where the device is full'),
  scalingNote: (kernel: string) =>
    l10n.t(
      'Measured: prefill of kernel {0} with one size varied, a batch of 1 elsewhere. Full: the least value with 90 % of the best rate; behind it the share where the rate falls again.',
      kernel,
    ),
  scalingColumns: {
    rate: l10n.t('Rate'),
    axis: l10n.t('Varied'),
    value: l10n.t('Value'),
    best: l10n.t('Best rate'),
    least: l10n.t('Share at the least value'),
    full: l10n.t('Full from'),
    time: l10n.t('Measured time of a call'),
    share: l10n.t('Of the best rate'),
  },
  axes: { heads: l10n.t('Heads'), batch: l10n.t('Batch'), threads: l10n.t('CPU threads') },
  axisAt: (axis: string, n: string) => l10n.t('{0} at n\u00a0=\u00a0{1}', axis, n),
  /** Where more than what fills the device does not stay as fast. */
  fallsAt: (full: string, share: string, value: string) => l10n.t('{0}; {1} at {2}', full, share, value),
  kernelTime: (time: string, kernel: string) => l10n.t('{0} (kernel {1})', time, kernel),
  valueAt: (figure: string, value: string) => l10n.t('{0} at {1}', figure, value),
  /** Where no device is known yet. */
  splitDevice: l10n.t('the device'),
};
