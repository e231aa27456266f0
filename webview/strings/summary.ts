import * as l10n from '@vscode/l10n';

export const header = {
  architecture: l10n.t('Architecture'),
  device: l10n.t('Device'),
  /** The device's name in place of `device` where the verdicts are about another one. */
  measuredOn: l10n.t('Measured on'),
  verdictsFor: l10n.t('Verdicts for'),
  planned: (name: string) => l10n.t('{0} (planned)', name),
  plannedMemory: (bytes: string) => l10n.t('{0} of memory', bytes),
  conditions: l10n.t('Conditions'),
  parameters: (count: string) => l10n.t('{0} parameters', count),
  dimensions: (layers: string, heads: string, kvHeads: string, headDim: string) =>
    l10n.t('{0} layers · {1} heads, {2} KV heads · head_dim {3}', layers, heads, kvHeads, headDim),
  grouping: {
    MHA: l10n.t('MHA (multi-head attention)'),
    GQA: l10n.t('GQA (grouped-query attention)'),
    MQA: l10n.t('MQA (multi-query attention)'),
    MLA: l10n.t('MLA (multi-head latent attention)'),
  },
  window: (window: string) => l10n.t('window {0}', window),
  bestEffort: l10n.t('unknown architecture, read by the usual field names (best effort)'),
  causal: l10n.t('causal'),
  bidirectional: l10n.t('bidirectional'),
  length: (n: string) => l10n.t('n = {0} tokens', n),
  declared: (length: string) => l10n.t('config declares up to {0} tokens', length),
  deviceUnknown: l10n.t('not known yet'),
  deviceMemory: (total: string, free: string) => l10n.t('{0} memory, {1} free at the start', total, free),
  memoryUnknown: l10n.t('memory size unknown'),
  precision: (dtype: string) => l10n.t('measured in {0}', dtype),
  estimatesIn: (dtype: string, batch: string) => l10n.t('estimates in {0}, batch {1}', dtype, batch),
  lengthLabel: l10n.t('Sequence length n (tokens)'),
  profileAt: l10n.t('Profile at this length'),
  lengthInvalid: (min: string, max: string) =>
    l10n.t('Give a whole number of tokens from {0} to {1}, such as 8192 or 128K.', min, max),
  fallback: (asked: string, used: string) =>
    l10n.t('{0} was asked for and could not be used: measured on {1} instead.', asked, used),
};

export const verdict = {
  heading: l10n.t('Does it fit?'),
  use: { inference: l10n.t('Inference'), training: l10n.t('Training') },
  states: {
    inference: {
      fits: l10n.t('Inference fits'),
      'too-large': l10n.t('Inference does not fit'),
      unknown: l10n.t('Inference: fit unknown'),
      impossible: l10n.t('Inference is not possible'),
    },
    training: {
      fits: l10n.t('Training fits'),
      'too-large': l10n.t('Training does not fit'),
      unknown: l10n.t('Training: fit unknown'),
      impossible: l10n.t('Training is not possible'),
    },
  },
  at: (length: string) => l10n.t('at n\u00a0=\u00a0{0}', length),
  needs: (bytes: string, limit: string, share: string) =>
    l10n.t('Needs {0} of {1} ({2})', bytes, limit, share),
  /** `owner`: the device, that it is planned, and how much of its memory a server may take. */
  needsOf: (bytes: string, limit: string, owner: string, share: string) =>
    l10n.t('Needs {0} of the {1} of {2}: {3}', bytes, limit, owner, share),
  needsOnly: (bytes: string) => l10n.t("Needs {0}; the device's memory is not known", bytes),
  longest: (length: string) => l10n.t('Longest n that fits: {0} tokens', length),
  longestOver: (length: string) => l10n.t('Fits at any n up to {0} tokens', length),
  longestNone: l10n.t('No length fits: the fixed parts alone are larger than the memory'),
  noPosition: (positions: string) =>
    l10n.t(
      'The model has only {0} learned positions and cannot take this length. The rest is about memory alone.',
      positions,
    ),
  longestPositions: (positions: string) =>
    l10n.t('Every length that the model has positions for fits: up to {0} tokens', positions),
  longestPastDeclared: (length: string, declared: string) =>
    l10n.t('Longest n that fits: {0} tokens (more than the {1} that the config declares)', length, declared),
  basisInference: (dtype: string, batch: string) =>
    l10n.t('Estimated by formula: prefill, fused attention, {0}, batch {1}', dtype, batch),
  basisTraining: (recipe: string, dtype: string, batch: string) =>
    l10n.t('Estimated by formula: {0}, {1}, batch {2}', recipe, dtype, batch),
  adapters: (rank: string) => l10n.t('LoRA of rank {0}', rank),
  devices: (count: string) => l10n.t('the most loaded of {0} devices', count),
  meter: (use: string, share: string) => l10n.t("{0}: {1} of the device's memory", use, share),
  meterServed: (use: string, share: string) =>
    l10n.t('{0}: {1} of the memory that the server may take', use, share),
  meterPlanned: (use: string, share: string, device: string) =>
    l10n.t('{0}: {1} of the memory of {2} (planned)', use, share, device),
};
