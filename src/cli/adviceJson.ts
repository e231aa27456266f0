import type { ProjectedSettings } from '../advisor/settingsThatFit';
import type { LayerKindResult, MechanismResult, MemoryAdvice } from '../report/report';
import { figure } from './jsonFigures';

/** What to do in one kind of layers; nothing before the device or a time is known. */
export function adviceJson({ name, advice }: LayerKindResult) {
  if (advice === undefined) return [];
  const { keep, fastest, cheapestThatFits, sentences } = advice;
  return [
    {
      layerKind: name,
      keep,
      fastest: fastest ?? null,
      cheapestThatFits: cheapestThatFits ?? null,
      sentences,
    },
  ];
}

/**
 * Whether the whole model fits the device, and the settings that make it; null where its memory is not known. Pairs of a
 * replacement and settings are of a kind of layers, and of inference alone.
 */
export function memoryAdviceJson(kinds: readonly LayerKindResult[]) {
  // What is of the whole model is the same in all kinds of layers.
  const advice = kinds[0]?.advice;
  return {
    inference: memoryJson(advice?.inference, kinds.flatMap(pairJson)),
    training: memoryJson(advice?.training, []),
  };
}

function memoryJson(advice: MemoryAdvice | undefined, pairs: ReturnType<typeof pairJson>) {
  if (advice === undefined) return null;
  const { fits, peakBytes, limitBytes, cheapest, smallerBatch, least, longestWithLeast, adapters } = advice;
  return {
    fits,
    peakBytes: figure(peakBytes),
    limitBytes: figure(limitBytes),
    cheapest: settingsJson(cheapest),
    smallerBatch: settingsJson(smallerBatch),
    least: settingsJson(least),
    longestWithLeast: figure(longestWithLeast),
    adapters: settingsJson(adapters),
    pairs,
  };
}

function pairJson({ name, advice }: LayerKindResult) {
  if (advice?.pair === undefined) return [];
  const { replacement, parameters, fits, ...settings } = advice.pair;
  return [{ layerKind: name, replacement, parameters, fits, ...projectedJson(settings) }];
}

function settingsJson(settings: ProjectedSettings | undefined) {
  return settings === undefined ? null : projectedJson(settings);
}

function projectedJson({ changes, peakBytes }: ProjectedSettings) {
  return {
    changes: changes.map(({ setting, value }) => ({ setting, value })),
    peakBytes: figure(peakBytes),
  };
}

/** The keys to set, and the file that reads them: null where it is the profiled one. Empty where there are none. */
export function adoptionEditsJson(adoption: MechanismResult['adoption']) {
  if (adoption.kind !== 'config') return [];
  return adoption.edits.map(({ path, value }) => ({ path, value, file: adoption.file ?? null }));
}
