import * as l10n from '@vscode/l10n';

export const replacements = {
  heading: l10n.t('Replacements'),
  lead: l10n.t(
    'Attention mechanisms that could take the place of dense attention in these layers, best first.',
  ),
  leadWindowed: (window: string) =>
    l10n.t(
      'These layers have a window of {0} tokens already. Mechanisms beside dense attention without a window, which stands for comparison, best first.',
      window,
    ),
  leadPattern: l10n.t(
    'These layers have a pattern of their own already. Mechanisms beside dense attention without it, which stands for comparison, best first.',
  ),
  orderBySpeedup: (n: string) =>
    l10n.t('No time at n\u00a0=\u00a0{0} is known: the rows are ordered by their measured speed-up.', n),
  orderNotByTime: (n: string) =>
    l10n.t(
      'Ranked by the time at n\u00a0=\u00a0{0}, but those with which the model fits come first, and of these the ones that are clearly faster than what these layers have.',
      n,
    ),
  pending: l10n.t('No replacement has been measured yet.'),
  /** How the table is to be read: what its rows would repeat otherwise. */
  reading: {
    mechanism: l10n.t(
      'On the front: nothing else here is as fast, as small and as exact at the asked length.',
    ),
    time: l10n.t('Median of one call of one layer, at the n under it.'),
    speedup: l10n.t('Over dense attention at that n; the range is by the ends of both intervals.'),
    memory: l10n.t(
      'What the runtime held within the call, inputs and outputs not counted; by formula where it gives no figure.',
    ),
    error: l10n.t('Against the mechanism’s own float64 reference.'),
    kind: l10n.t(
      'Approximate: not the result of dense attention; what that costs in quality is unknown without weights.',
    ),
    projected: l10n.t(
      'Measured where it was run at that n, else projected with a band. Break-even: the n from which on it stays faster than dense, by the fits.',
    ),
  },
  table: l10n.t('Ranked replacements for dense attention, each speed-up against dense at the same n'),
  columns: {
    rank: l10n.t('Rank'),
    mechanism: l10n.t('Mechanism'),
    time: l10n.t('Measured time'),
    speedup: l10n.t('Speed-up'),
    memory: l10n.t('Peak memory'),
    error: l10n.t('Verified error'),
    kind: l10n.t('Exact, causal'),
    adoption: l10n.t('What it asks'),
  },
  atAsked: (n: string) => l10n.t('Time at n\u00a0=\u00a0{0}', n),
  measuredAt: (n: string) => l10n.t('at n\u00a0=\u00a0{0}', n),
  speedupBounds: (low: string, high: string) => l10n.t('{0} to {1}', low, high),
  denseTime: (time: string) => l10n.t('dense: {0}', time),
  asFastAsNow: (ratio: string) => l10n.t('{0} as fast as now', ratio),
  asFastAsNowAt: (ratio: string, n: string) => l10n.t('{0} as fast as now at n\u00a0=\u00a0{1}', ratio, n),
  noGain: (comparison: string) => l10n.t('{0}: no gain', comparison),
  flops: (ratio: string) => l10n.t('{0} fewer FLOPs', ratio),
  flopsMore: (ratio: string) => l10n.t('{0} the FLOPs', ratio),
  memoryRatio: (ratio: string) => l10n.t('{0} less than dense', ratio),
  memoryRatioMore: (ratio: string) => l10n.t('{0} of dense', ratio),
  memoryFormula: l10n.t('by formula'),
  exact: l10n.t('Exact'),
  approximate: l10n.t('Approximate'),
  causal: { yes: l10n.t('causal only'), no: l10n.t('not causal'), both: l10n.t('causal or not') },
  projectedBand: (low: string, high: string) => l10n.t('projected, band {0} to {1}', low, high),
  projectedBandFromOne: (low: string, high: string) =>
    l10n.t('projected from one length, band {0} to {1}', low, high),
  breakEven: (n: string) => l10n.t('break-even n: {0}', n),
  breakEvenOrNever: (n: string) => l10n.t('break-even n: {0}, or never', n),
  noBreakEven: l10n.t('no break-even'),
  breakEvenUnknown: l10n.t('break-even unknown'),
  noClearDifference: (n: string) => l10n.t('no clear difference from dense at n\u00a0=\u00a0{0}', n),
  inProportion: l10n.t(
    'Projected from one measured length, in proportion to the FLOPs: how the time grows was not measured.',
  ),
  leaveOneOut: (error: string) => l10n.t('Leave-one-out error of the fit: {0}.', error),
  versusNaive: (ratio: string) => l10n.t('{0} as fast as the naive n\u00a0×\u00a0n graph (few runs).', ratio),
  naiveTime: (time: string) => l10n.t('The naive n\u00a0×\u00a0n graph takes {0} (few runs).', time),
  rivalReason: (kernel: string) =>
    l10n.t('What every speed-up is over, with its fastest verified kernel: {0}.', kernel),
  modelPeak: (bytes: string) => l10n.t('Projected inference peak of the model with it: {0}.', bytes),
  modelPeakOver: (bytes: string) =>
    l10n.t('Projected inference peak of the model with it: {0}, which does not fit on this device.', bytes),
  modelTooLarge: l10n.t('the model with it does not fit'),
  reported: (text: string, authors: string, year: string) =>
    l10n.t('Reported: {0} ({1} {2})', text, authors, year),
  reportedAsIs: (text: string) => l10n.t('Reported: {0}', text),
  rival: l10n.t('rival'),
  onFront: l10n.t('on the front'),
  filters: l10n.t('Show only'),
  filter: {
    mask: l10n.t('Has the mask of these layers'),
    exact: l10n.t('Exact'),
    noTraining: l10n.t('No retraining'),
    configOnly: l10n.t('Config switch only'),
  },
  filteredOut: (count: string) => l10n.t('Left out by the filters: {0}.', count),
  current: l10n.t('now'),
  currentKind: l10n.t('As it is'),
  currentHint: l10n.t('what these layers compute already'),
  ask: {
    current: l10n.t('Nothing'),
    config: l10n.t('Config key'),
    code: l10n.t('Code change'),
    none: l10n.t('Not offered'),
    retraining: l10n.t('needs retraining'),
    noRetraining: l10n.t('no retraining'),
  },
  set: (path: string, value: string) => `${path}: ${value}`,
  inFile: (file: string) => l10n.t('in {0}', file),
  apply: l10n.t('Apply'),
  applyLabel: (name: string) => l10n.t('Apply {0} to the config', name),
  about: l10n.t('Details'),
  aboutLabel: (name: string) => l10n.t('Details of {0}', name),
  showCode: l10n.t('Show code'),
  codeLabel: (name: string) => l10n.t('Code for {0}', name),
  unverified: l10n.t('Not verified: no time shown'),
  unverifiedDetail: (error: string, tolerance: string) =>
    l10n.t('largest error {0} against a tolerance of {1}', error, tolerance),
  skipped: l10n.t('Not run'),
  waiting: l10n.t('Not measured yet'),
  citation: (authors: string, year: string, title: string) => `${authors} ${year}: ${title}`,
  arxiv: (id: string) => `arXiv:${id}`,
  openCode: l10n.t('Open as a file'),
  openCodeLabel: (name: string) => l10n.t('Open the code for {0} as a new file', name),
  scatterHeading: l10n.t('Time against memory'),
  scatterNote: l10n.t(
    'At the asked length: measured where it was run, else projected; memory of one call by formula. Down and to the left is better. The line joins what nothing else beats in time, memory and exactness, where a time projected from one length counts with the upper end of its band; how much quality an approximation costs is unknown without weights.',
  ),
  scatterX: l10n.t('Time of one call (log axis)'),
  scatterY: l10n.t('Memory of one call (log axis)'),
  scatterLabel: (n: string, points: string) =>
    l10n.t('Time against memory of one call at n\u00a0=\u00a0{0}: {1}. Both axes logarithmic.', n, points),
  scatterPoint: (name: string, time: string, memory: string) => l10n.t('{0}: {1}, {2}', name, time, memory),
  scatterColumns: {
    time: l10n.t('Time'),
    memory: l10n.t('Memory'),
    source: l10n.t('Measured or projected'),
    front: l10n.t('On the front'),
  },
  yes: l10n.t('yes'),
  no: l10n.t('no'),
  scatterNone: l10n.t('No verified mechanism to draw yet.'),
};
