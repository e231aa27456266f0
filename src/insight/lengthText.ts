import * as l10n from '@vscode/l10n';
import { formatBytes, formatFlops, formatInteger, formatPercent, formatRatio } from '../model/units';
import type { LengthCost, LengthInsight } from './insight';
import { ratioOf } from './lengthCost';
import type { InsightLine, InsightText } from './insightText';
import { timeLines } from './timeLines';
import { verdictLines } from './verdictLines';

/** What a length costs, as sentences. */
export function lengthText(insight: LengthInsight): InsightText {
  const { at, doubled, halved, limits, devices } = insight;
  const [first, ...otherTimes] = timeLines(insight);
  const lines = [
    ...positionLines(insight),
    ...verdictLines(insight.verdict, { devices, at, limits }),
    { text: cacheSentence(insight) },
    { text: attentionSentence(at) },
    ...(first ? [first] : []),
  ];
  return {
    lines,
    details: [
      ...otherTimes,
      ...[doubled, ...(halved ? [halved] : [])].map((other) => ({ text: otherSentence(insight, other) })),
      ...noteLines(insight),
    ],
  };
}

function positionLines({ n, limits: { learnedPositions: positions } }: LengthInsight): InsightLine[] {
  if (positions === undefined || n <= positions) return [];
  return [
    {
      lead: l10n.t('Not possible.'),
      text: l10n.t(
        'The model has learned positions for {0} tokens only; n = {1} is beyond them.',
        formatInteger(positions),
        formatInteger(n),
      ),
    },
  ];
}

function cacheSentence({ n, at, kvBytesPerToken, conditions, devices }: LengthInsight): string {
  const total = formatBytes(at.kvCacheBytes);
  if (at.kvCacheBytes === 0) return l10n.t('No KV cache: the model does not generate token by token.');
  if (kvBytesPerToken === 0) return l10n.t('The state takes {0}, whatever the length.', total);
  const figures = [
    total,
    formatInteger(n),
    formatBytes(kvBytesPerToken),
    conditions.cacheDType ?? conditions.dtype,
  ] as const;
  if (conditions.batch > 1) {
    const batch = formatInteger(conditions.batch);
    return devices === 1
      ? l10n.t('KV cache: {0} for {4} sequences of n = {1} tokens, {2} a token in {3}.', ...figures, batch)
      : l10n.t(
          'KV cache on all devices: {0} for {4} sequences of n = {1} tokens, {2} a token in {3}.',
          ...figures,
          batch,
        );
  }
  return devices === 1
    ? l10n.t('KV cache: {0} at n = {1} tokens, {2} a token in {3}.', ...figures)
    : l10n.t('KV cache on all devices: {0} at n = {1} tokens, {2} a token in {3}.', ...figures);
}

/** Share of QKᵀ and PV in a prefill. */
export function attentionSentence({ attentionShare, prefillFlops }: LengthCost): string {
  return l10n.t(
    'Attention (QKᵀ and PV): {0} of the {1} of a prefill.',
    formatPercent(attentionShare),
    formatFlops(prefillFlops),
  );
}

function otherSentence({ at, purpose }: LengthInsight, other: LengthCost): string {
  const ratio = (part: number, whole: number): string => formatRatio(ratioOf(part, whole));
  const tokens = formatInteger(other.n);
  const [training, before] = [other.training, at.training];
  if (purpose === 'training' && training && before) {
    return l10n.t(
      'At {0} tokens: training peak {1} ({2}), a training step {3} ({4}).',
      tokens,
      formatBytes(training.peakBytes),
      ratio(training.peakBytes, before.peakBytes),
      formatFlops(training.stepFlops),
      ratio(training.stepFlops, before.stepFlops),
    );
  }
  const inference = [
    tokens,
    formatBytes(other.inferencePeakBytes),
    ratio(other.inferencePeakBytes, at.inferencePeakBytes),
    formatFlops(other.prefillFlops),
    ratio(other.prefillFlops, at.prefillFlops),
  ] as const;
  return at.kvCacheBytes === 0
    ? l10n.t('At {0} tokens: inference peak {1} ({2}), a prefill {3} ({4}).', ...inference)
    : l10n.t(
        'At {0} tokens: KV cache {5} ({6}), inference peak {1} ({2}), a prefill {3} ({4}).',
        ...inference,
        formatBytes(other.kvCacheBytes),
        ratio(other.kvCacheBytes, at.kvCacheBytes),
      );
}

function noteLines({ key, n, from, of, limits, conditions }: LengthInsight): InsightLine[] {
  const { learnedPositions: positions, maxSequenceLength: declared } = limits;
  const notes: string[] = [];
  if (from === 'scenario') {
    notes.push(l10n.t('{0} sets no length: the figures are for {1} tokens.', key, formatInteger(n)));
  }
  if (from === 'parts') {
    notes.push(
      l10n.t(
        '{0} is a part of the sequence: prompt and completion together have {1} tokens, and the figures are for them.',
        key,
        formatInteger(n),
      ),
    );
  }
  if (of === 'source') {
    notes.push(
      l10n.t(
        'This is the length of the encoder’s input; the decoder has {0} tokens.',
        formatInteger(conditions.sequenceLength),
      ),
    );
  } else if (positions !== undefined) {
    notes.push(
      l10n.t(
        'The learned positions end at {0} tokens: nothing longer is possible.',
        formatInteger(positions),
      ),
    );
  } else if (declared !== undefined && n > declared) {
    notes.push(
      l10n.t(
        'The model itself declares {0} tokens: this is beyond what it was made for.',
        formatInteger(declared),
      ),
    );
  }
  return notes.map((text) => ({ text }));
}
