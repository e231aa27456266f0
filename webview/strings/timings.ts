import * as l10n from '@vscode/l10n';

export const timings = {
  heading: l10n.t('Timings'),
  pending: l10n.t('Nothing has been measured yet.'),
  layerKind: l10n.t('Layer kind'),
  layerKindOption: (name: string, layers: string) => l10n.t('{0} ({1} layers)', name, layers),
  layers: (layers: string) => l10n.t('{0} layers', layers),
  subtitle: (title: string, name: string, layers: string) =>
    l10n.t('{0}: one call of one {1} layer (the model has {2})', title, name, layers),
  withoutWindow: (title: string) => l10n.t('{0}, for comparison: without the window', title),
  withoutPattern: (title: string) =>
    l10n.t('{0}, for comparison: without the pattern of these layers', title),
  time: l10n.t('Attention time'),
  asItIs: (title: string, time: string) => l10n.t('As the layers are, {0}: {1}', title, time),
  notCurrent: {
    window: l10n.t('Without the window that these layers have'),
    pattern: l10n.t('Without the pattern that these layers have'),
  },
  timeAt: (n: string) => l10n.t('Measured at n\u00a0=\u00a0{0}, median', n),
  confidence: (low: string, high: string, runs: string) =>
    l10n.t('95 % CI {0} to {1}, {2} runs', low, high, runs),
  range: (low: string, high: string, runs: string) => l10n.t('range of {0} runs {1} to {2}', runs, low, high),
  rangeOfOne: l10n.t('one run: no interval'),
  notConverged: l10n.t('The budget ended before the interval was within its target'),
  rate: l10n.t('Achieved rate'),
  rateNote: l10n.t('Measured: needed operations over the median time'),
  rateShare: (share: string, peak: string, size: string) =>
    l10n.t(
      "{0} this device's measured MatMul rate, {1} (side {2}), which is no upper bound",
      share,
      peak,
      size,
    ),
  executed: (rate: string) => l10n.t('{0} counting masked pairs that the kernel executes', rate),
  atLength: (n: string) => l10n.t('One layer at n\u00a0=\u00a0{0}', n),
  allLayers: (layers: string) => l10n.t('All {0} layers of this kind', layers),
  band: (low: string, high: string) => l10n.t('{0} to {1}', low, high),
  projectedBand: (low: string, high: string) => l10n.t('Projected, band {0} to {1}', low, high),
  projectedBandFromOne: (low: string, high: string) =>
    l10n.t('Projected from one length, band {0} to {1}', low, high),
  measuredBand: (bounds: string) => l10n.t('Measured, {0}', bounds),
  measuredInPrefill: (low: string, high: string) => l10n.t('Measured beside decode, {0} to {1}', low, high),
  layersNote: {
    measured: l10n.t('Measured for one layer, times the layers'),
    projected: l10n.t('Projected for one layer, times the layers'),
  },
  noProjection: l10n.t('No valid point to project from'),
  unverified: l10n.t('Not verified'),
  unverifiedAt: (n: string) =>
    l10n.t('No kernel gave a verified result at n\u00a0=\u00a0{0}, so no time is shown.', n),
  where: (device: string, dtype: string) => l10n.t('{0} · {1} · wall clock', device, dtype),
  wallClock: l10n.t('wall clock'),
  kernel: (kernel: string) => l10n.t('Kernel: {0}', kernel),
  verified: (error: string, tolerance: string, rows: string) =>
    l10n.t('Verified: largest error {0}, tolerance {1}, {2} rows', error, tolerance, rows),
};

export const heads = {
  heading: l10n.t('Per head and stage'),
  pending: l10n.t('The decomposed view has not been measured yet.'),
  unverified: l10n.t('The decomposed graph did not verify, so its times are not shown.'),
  views: { map: l10n.t('Heat map'), bars: l10n.t('Bars'), table: l10n.t('Table') },
  viewsLabel: l10n.t('View of the per-head times'),
  stages: { qk: 'QKᵀ', softmax: 'softmax', pv: 'PV' },
  stageNames: {
    qk: l10n.t('QKᵀ (scores)'),
    softmax: l10n.t('softmax (with the causal mask, where there is one)'),
    pv: l10n.t('PV (weighted sum of values)'),
  },
  basis: (n: string, repetitions: string, clock: string) =>
    l10n.t(
      'Measured at n\u00a0=\u00a0{0}, decomposed graph, median of {1} repetitions, {2}.',
      n,
      repetitions,
      clock,
    ),
  cell: (head: string, stage: string, time: string) =>
    l10n.t('Head {0}, {1}: {2}, measured', head, stage, time),
  mapLabel: (heads: string) =>
    l10n.t('Measured time of each of {0} heads in three stages. Arrow keys move between cells.', heads),
  legend: (low: string, high: string) => l10n.t('Time of a stage, from {0} to {1}', low, high),
  legendTitle: l10n.t('measured time per stage'),
  stretch: l10n.t('Stretch colours from least to most'),
  barsNote: l10n.t(
    'One bar a head: measured median times. The line at its end is the interquartile range of the total.',
  ),
  barLabel: (head: string, total: string, spread: string) =>
    l10n.t('Head {0}: {1}, interquartile range {2}, measured', head, total, spread),
  barsLabel: l10n.t('Measured time of each head, split by stage'),
  columns: {
    head: l10n.t('Head'),
    total: l10n.t('Total'),
    share: l10n.t('Share of all'),
    spread: l10n.t('Spread (IQR)'),
  },
  summary: (shares: string, slowest: string, time: string, ratio: string) =>
    l10n.t(
      'Share of the stages: {0}. Slowest: head {1}, {2}, {3} of the mean.',
      shares,
      slowest,
      time,
      ratio,
    ),
  alike: l10n.t('All heads do the same work here: what differs between them is the machine.'),
  compareHeading: l10n.t('Whole call beside decomposed'),
  fused: l10n.t('Whole call'),
  decomposed: l10n.t('Sum over heads and stages'),
  shared: (time: string) =>
    l10n.t('Steps that belong to no head (scaling, transposition) take another {0}.', time),
  compareAt: (n: string, ratio: string) =>
    l10n.t('At n\u00a0=\u00a0{0} the sum is {1} the time of the whole call. Both measured.', n, ratio),
  noFusedAt: (n: string) => l10n.t('The whole call was not measured at n\u00a0=\u00a0{0}.', n),
  whyDifferent: l10n.t(
    'Why the sum of heads is not the time of the call: the kernel of the whole call may run heads in parallel and fuse its stages, reading K and V once a tile and holding the scores in fast memory. The decomposed graph writes the n × n scores of each head to memory, reads them back, and pays one kernel launch for each stage of each head. It says where the work lies; the time of the whole call says how long it takes.',
  ),
};

export const timeChart = {
  heading: l10n.t('Time over sequence length'),
  x: l10n.t('Sequence length n (tokens, 1K = 1,024)'),
  y: l10n.t('Time of one call (log axis)'),
  dense: l10n.t('dense'),
  label: (curves: string) =>
    l10n.t(
      'Time of one attention call over the sequence length, both axes logarithmic, for {0}. The data table below has the figures.',
      curves,
    ),
  key: l10n.t(
    'Solid with markers and whiskers: measured, 95 % CI (range of the runs where fewer than six were taken). Dashed: projected, with its band.',
  ),
  scenario: l10n.t('asked'),
  scenarioMark: (n: string) => l10n.t('asked: {0}', n),
  none: l10n.t('No curve to draw yet.'),
  columnN: l10n.t('n (tokens)'),
  hide: (name: string) => l10n.t('Show {0}', name),
  measuredCell: (time: string, low: string, high: string) =>
    l10n.t('{0} ({1} to {2}), measured', time, low, high),
  measuredOnceCell: (time: string) => l10n.t('{0} (1 run), measured', time),
  projectedCell: (time: string, low: string, high: string) =>
    l10n.t('{0} ({1} to {2}), projected', time, low, high),
  projectedFromOneCell: (time: string, low: string, high: string) =>
    l10n.t('{0} ({1} to {2}), projected from one length', time, low, high),
  fitFromOne: (terms: string) =>
    l10n.t('Dense was measured at one length: t(n) = {0}, in proportion to its FLOPs.', terms),
  fromOneLength: (names: string) =>
    l10n.t(
      'Projected from one measured length, in proportion to the FLOPs and with a wide band: {0}.',
      names,
    ),
  fit: (terms: string, points: string) => l10n.t('Fit of dense: t(n) = {0}, from {1} points.', terms, points),
  fitWithError: (terms: string, points: string, error: string) =>
    l10n.t('Fit of dense: t(n) = {0}, from {1} points, leave-one-out error {2}.', terms, points, error),
};
