import * as l10n from '@vscode/l10n';
import { formatDuration } from '../model/units';
import type { LengthInsight, MeasuredTime, RooflineTimes } from './insight';
import type { InsightLine } from './insightText';

/** Times, what was measured first; why there are none where there are none. */
export function timeLines({ times, purpose, verdict }: LengthInsight): InsightLine[] {
  const { measured, roofline } = times;
  const sentences = [
    ...(measured ? [measuredSentence(measured)] : []),
    ...(roofline ? rooflineSentences(roofline, purpose === 'training') : []),
  ];
  if (sentences.length === 0 && verdict.target) {
    sentences.push(
      l10n.t('No time: nothing was measured, and the peak rates of {0} are not known.', verdict.target.name),
    );
  }
  return sentences.map((text) => ({ text }));
}

function measuredSentence({ atThisLength, ms, lowMs, highMs, device, precision }: MeasuredTime): string {
  const [time, low, high] = [ms, lowMs, highMs].map(formatDuration);
  return atThisLength
    ? l10n.t(
        'Self-attention of all layers: {0} ({1} to {2}) a prefill, measured on {3} in {4}.',
        time ?? '',
        low ?? '',
        high ?? '',
        device,
        precision,
      )
    : l10n.t(
        'Self-attention of all layers: {0} ({1} to {2}) a prefill, projected from measurements on {3} in {4}.',
        time ?? '',
        low ?? '',
        high ?? '',
        device,
        precision,
      );
}

function rooflineSentences({ device, prefillMs, ...times }: RooflineTimes, trains: boolean): string[] {
  const passes = [
    l10n.t(
      'A prefill takes at least {0} (roofline-projected, {1} data sheet).',
      formatDuration(prefillMs),
      device,
    ),
    ...(times.decodeMs === undefined
      ? []
      : [
          l10n.t(
            'A decode step takes at least {0} (roofline-projected, {1} data sheet).',
            formatDuration(times.decodeMs),
            device,
          ),
        ]),
  ];
  const step =
    times.trainingStepMs === undefined
      ? []
      : [
          l10n.t(
            'A training step takes at least {0} (roofline-projected, {1} data sheet).',
            formatDuration(times.trainingStepMs),
            device,
          ),
        ];
  return trains ? [...step, ...passes] : [...passes, ...step];
}
