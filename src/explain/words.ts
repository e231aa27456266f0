import * as l10n from '@vscode/l10n';
import type { WeightPart } from '../model/weightSpec';
import type { FigureKey } from './figureKeys';

type LastName<Key extends string> = Key extends `${string}.${infer Rest}` ? LastName<Rest> : Key;

/** What a formula calls a figure, or a part of the model. */
export type FormulaName = WeightPart | LastName<FigureKey> | 'parameters' | 'trained';

const words: Readonly<Record<FormulaName, () => string>> = {
  parameters: () => l10n.t('parameters'),
  trained: () => l10n.t('trained'),
  tokenEmbedding: () => l10n.t('token embedding'),
  positionEmbedding: () => l10n.t('position embedding'),
  patchEmbedding: () => l10n.t('patch embedding'),
  attention: () => l10n.t('attention'),
  crossAttention: () => l10n.t('cross attention'),
  recurrence: () => l10n.t('recurrence'),
  feedForward: () => l10n.t('feed forward'),
  experts: () => l10n.t('experts'),
  router: () => l10n.t('router'),
  norm: () => l10n.t('norm'),
  outputHead: () => l10n.t('output head'),
  pooler: () => l10n.t('pooler'),
  projector: () => l10n.t('projector'),
  total: () => l10n.t('total'),
  active: () => l10n.t('active'),
  embedding: () => l10n.t('embedding'),
  other: () => l10n.t('other'),
  norms: () => l10n.t('norms'),
  prefill: () => l10n.t('prefill'),
  decodePerToken: () => l10n.t('decode per token'),
  attentionPrefill: () => l10n.t('attention prefill'),
  projectionsPrefill: () => l10n.t('projections prefill'),
  feedForwardPrefill: () => l10n.t('feed forward prefill'),
  recurrencePrefill: () => l10n.t('recurrence prefill'),
  logitsPrefill: () => l10n.t('logits prefill'),
  otherPrefill: () => l10n.t('other prefill'),
  trainingStep: () => l10n.t('training step'),
  weights: () => l10n.t('weights'),
  kvCache: () => l10n.t('KV cache'),
  kvCacheBytesPerToken: () => l10n.t('KV cache bytes per token'),
  inferencePeak: () => l10n.t('inference peak'),
  inferencePeakNaive: () => l10n.t('inference peak naive'),
  activations: () => l10n.t('activations'),
  logits: () => l10n.t('logits'),
  naiveScores: () => l10n.t('naive scores'),
  gradients: () => l10n.t('gradients'),
  optimizer: () => l10n.t('optimizer'),
  masterWeights: () => l10n.t('master weights'),
  backwardBuffers: () => l10n.t('backward buffers'),
  peak: () => l10n.t('peak'),
  trainableParameters: () => l10n.t('trainable parameters'),
  fusedNone: () => l10n.t('fused none'),
  naiveNone: () => l10n.t('naive none'),
  selective: () => l10n.t('selective'),
  full: () => l10n.t('full'),
  bytesPerParameter: () => l10n.t('bytes per parameter'),
  devices: () => l10n.t('devices'),
  gathered: () => l10n.t('gathered'),
  scores: () => l10n.t('scores'),
};

/** `feedForward` as `feed forward`. */
export function wordsOf(name: FormulaName): string {
  return words[name]();
}
