import type { Timing, Verification } from '../report/report';

/** A figure that JSON can hold: null where it is absent or no finite number. */
export function figure(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

/** A median with what bounds it, in ms; null where nothing verified, or of the bound that there is not. */
export function timingJson(timing: Timing | undefined) {
  const confidence = timing?.interval === 'confidence' ? timing : undefined;
  const range = timing?.interval === 'range' ? timing : undefined;
  return {
    medianMs: figure(timing?.medianMs),
    spread: confidence === undefined ? null : figure((confidence.highMs - confidence.lowMs) / 2),
    ciLowMs: figure(confidence?.lowMs),
    ciHighMs: figure(confidence?.highMs),
    rangeLowMs: figure(range?.lowMs),
    rangeHighMs: figure(range?.highMs),
    repetitions: timing?.repetitions ?? 0,
  };
}

export function verifiedJson({ passed, maxError }: Verification) {
  return { verified: passed, verifiedMaxError: figure(maxError) };
}
