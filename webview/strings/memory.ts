import * as l10n from '@vscode/l10n';

export const memory = {
  heading: l10n.t('Memory'),
  lead: l10n.t(
    'Estimated by formula for the whole model; nothing here was measured. The controls recompute at once.',
  ),
  use: l10n.t('Use'),
  uses: { inference: l10n.t('Inference'), training: l10n.t('Training') },
  dtype: l10n.t('Dtype'),
  batch: l10n.t('Batch'),
  batchInvalid: (max: string) => l10n.t('Whole number from 1 to {0}', max),
  attention: l10n.t('Attention'),
  attentions: { fused: l10n.t('Fused (no n × n tensor)'), naive: l10n.t('Naive (n × n scores)') },
  recomputation: l10n.t('Recomputation'),
  recomputations: { none: l10n.t('None'), selective: l10n.t('Selective'), full: l10n.t('Full') },
  scale: l10n.t('Vertical axis'),
  scales: { log: l10n.t('Logarithmic, parts as lines'), linear: l10n.t('Linear, stacked') },
  parts: {
    weights: l10n.t('Weights'),
    kvCache: l10n.t('KV cache'),
    activations: l10n.t('Activations'),
    logits: l10n.t('Logits'),
    scores: l10n.t('n × n scores'),
    gradients: l10n.t('Gradients'),
    optimizer: l10n.t('Optimizer state'),
    gathered: l10n.t('Gathered weights'),
    backwardBuffers: l10n.t('Backward buffers'),
  },
  total: l10n.t('Total'),
  x: l10n.t('Sequence length n (tokens, 1K = 1,024)'),
  y: { log: l10n.t('Estimated memory (log axis)'), linear: l10n.t('Estimated memory (linear axis)') },
  tooltipTitle: (n: string) => l10n.t('n\u00a0=\u00a0{0} tokens, estimated by formula', n),
  limit: (bytes: string) => l10n.t('device memory: {0}', bytes),
  servedLimit: (bytes: string) => l10n.t('the server may take: {0}', bytes),
  /** The limit where it is not simply that of the device named above; `owner` says whose, and what of it. */
  limitOf: (bytes: string, owner: string) => l10n.t('the {0} of {1}', bytes, owner),
  planned: (bytes: string) => l10n.t('{0} (planned)', bytes),
  crossing: (n: string) => l10n.t('limit at n\u00a0=\u00a0{0}', n),
  summaryFits: (use: string, n: string, limit: string) =>
    l10n.t('{0}: up to n\u00a0=\u00a0{1} tokens fit into {2}.', use, n, limit),
  summaryAll: (use: string, n: string, limit: string) =>
    l10n.t('{0}: every length up to {1} tokens fits into {2}.', use, n, limit),
  summaryNone: (use: string, limit: string) => l10n.t('{0}: no length fits into {1}.', use, limit),
  summaryPositions: (n: string) =>
    l10n.t('The model has learned positions for {0} tokens and can take no more.', n),
  summaryUnknown: l10n.t('The memory of the device is not known, so no limit is drawn.'),
  atScenario: (n: string, bytes: string) => l10n.t('At n\u00a0=\u00a0{0}: {1}.', n, bytes),
  conditions: (dtype: string, batch: string, attention: string) =>
    l10n.t('Estimated by formula: {0}, batch {1}, attention: {2}', dtype, batch, attention),
  recomputedWith: (policy: string) => l10n.t('recomputation: {0}', policy),
  label: (use: string, summary: string) =>
    l10n.t(
      'Estimated memory over the sequence length, {0}, split into parts. {1} The data table below has the figures.',
      use,
      summary,
    ),
  tableLabel: (use: string) => l10n.t('Estimated by formula: Memory, {0}', use),
  columnN: l10n.t('n (tokens)'),
  asked: l10n.t('asked'),
  longest: l10n.t('longest that fits'),
  verdictColumn: l10n.t('Fits'),
  verdictColumnPlanned: l10n.t('Fits the planned device'),
  yes: l10n.t('yes'),
  no: l10n.t('no'),
  sources: l10n.t(
    'Sources: activations and recomputation after Korthikanti et al. 2022; optimizer state after Rajbhandari et al. 2020; fused attention after Dao et al. 2022.',
  ),
};

export const derivation = {
  heading: l10n.t('How a figure comes about'),
  figure: l10n.t('Figure'),
  equals: (title: string, text: string) => l10n.t('{0}: {1}, by formula', title, text),
  terms: l10n.t('Addends of the figure'),
  term: l10n.t('Part'),
  symbols: l10n.t('In symbols'),
  numbers: l10n.t('With numbers'),
  value: l10n.t('Value'),
  fields: l10n.t('What the symbols stand for'),
  symbol: l10n.t('Symbol'),
  meaning: l10n.t('Meaning'),
  from: l10n.t('Comes from'),
  condition: l10n.t('asked for'),
  source: (source: string) => l10n.t('Source: {0}', source),
};
