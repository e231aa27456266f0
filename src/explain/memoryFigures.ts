import * as l10n from '@vscode/l10n';
import { activationTerms, logitTerms, scoreTerms } from '../cost/inferenceMemory';
import { kvCacheBytesPerTokenTerms, kvCacheTerms } from '../cost/kvCache';
import type { Term } from '../cost/term';
import { citations } from './citations';
import {
  type FigureDerivation,
  type FigureDerivations,
  type KeysUnder,
  sumOfFigures,
} from './figureDerivation';
import type { FigureKey } from './figureKeys';
import { lineOf } from './line';
import { storageLines } from './storageLines';
import { storedWidth } from './storedWidth';
import type { Subject } from './subject';

type InferenceKey = Exclude<KeysUnder<'memory'>, KeysUnder<'memory.training'>>;

const bound = (): string[] => [
  l10n.t(
    'The parts are added as if their worst moments coincided, so the sum is an upper bound of these tensors.',
  ),
];

/** Bytes of inference. */
export const memoryFigures: FigureDerivations<InferenceKey> = {
  'memory.weights': {
    lines: (subject) =>
      storageLines(subject, { bytes: (weight) => storedWidth(subject, weight), what: l10n.t('weights') }),
    source: citations.dtype,
  },
  'memory.kvCache': {
    ...terms(({ model, options }) => kvCacheTerms(model, options), citations.kvCache),
    notes: () => [
      l10n.t(
        'A layer with a window holds no more than its window, unless the cache is laid out in pages; then every layer holds whole pages for every token.',
      ),
    ],
  },
  'memory.kvCacheBytesPerToken': terms(
    ({ model, options }) => kvCacheBytesPerTokenTerms(model, options.cacheDType ?? options.dtype),
    citations.kvCache,
  ),
  'memory.inferencePeak': sum(
    ['memory.weights', 'memory.kvCache', 'memory.inferenceParts.activations', 'memory.inferenceParts.logits'],
    citations.prefillMemory,
  ),
  'memory.inferencePeakNaive': sum(
    ['memory.inferencePeak', 'memory.inferenceParts.naiveScores'],
    citations.naiveScores,
  ),
  'memory.inferenceParts.activations': {
    ...terms(({ model, options }) => activationTerms(model, options), citations.prefillMemory),
    notes: () => [l10n.t('The tensors of the one block that holds the most at once.')],
  },
  'memory.inferenceParts.logits': terms(
    ({ model, options }) => logitTerms(model, options),
    citations.prefillMemory,
  ),
  'memory.inferenceParts.naiveScores': terms(
    ({ model, options }) => scoreTerms(model, options),
    citations.naiveScores,
  ),
};

function terms(
  of: (subject: Subject) => readonly Term[],
  source: FigureDerivation['source'],
): FigureDerivation {
  return { lines: (subject) => of(subject).map((term) => lineOf(term)), source };
}

function sum(keys: readonly FigureKey[], source: FigureDerivation['source']): FigureDerivation {
  return sumOfFigures(keys, source, bound);
}
