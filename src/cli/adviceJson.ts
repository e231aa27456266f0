import type { ProjectedSettings } from '../advisor/settingsThatFit';
import type { Advice, LayerKindResult, MechanismResult, MemoryAdvice } from '../report/report';
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

/** Whether the whole model fits the device, and the settings that make it; null where its memory is not known. */
export function memoryAdviceJson(advice: Advice | undefined) {
  return { inference: memoryJson(advice?.inference), training: memoryJson(advice?.training) };
}

function memoryJson(advice: MemoryAdvice | undefined) {
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
  };
}

function settingsJson(settings: ProjectedSettings | undefined) {
  if (settings === undefined) return null;
  const { changes, peakBytes } = settings;
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
