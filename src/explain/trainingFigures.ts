import * as l10n from '@vscode/l10n';
import { transientTerms } from '../cost/backwardBuffers';
import type { ActivationVariants } from '../cost/estimate';
import { trainingOptions } from '../cost/trainingState';
import { variantOf } from '../cost/trainingMemory';
import { parameterTerms } from '../cost/parameters';
import { FLOAT32_BYTES } from '../cost/widths';
import { citations } from './citations';
import {
  type FigureDerivation,
  type FigureDerivations,
  type KeysUnder,
  sumOfFigures,
} from './figureDerivation';
import { adapterKeptLines, keptLines, outsideLines } from './keptLines';
import { figureFactor, figureLine, line, lineOf, plain, type Line } from './line';
import { gradientLines, masterLines, momentLines, trainedWeightLines } from './stateLines';
import type { Subject } from './subject';
import { adapterLines } from './weightLines';

const state = ['memory.training.weights', 'memory.training.gradients', 'memory.training.optimizer'] as const;

const sixteenBits = (): string[] => [
  l10n.t('Weights that are trained, their gradients and activations have 16 bits at the least.'),
];

/** Bytes of a training step. */
export const trainingFigures: FigureDerivations<KeysUnder<'memory.training'>> = {
  'memory.training.weights': {
    lines: (subject) => trainedWeightLines(subject),
    source: citations.state,
    notes: sixteenBits,
  },
  'memory.training.gradients': {
    lines: (subject) => gradientLines(subject),
    source: citations.state,
    notes: sixteenBits,
  },
  'memory.training.masterWeights': { lines: (subject) => masterLines(subject), source: citations.state },
  'memory.training.optimizer': {
    lines: (subject) => [figureLine(subject, 'memory.training.masterWeights'), ...momentLines(subject)],
    source: citations.state,
  },
  'memory.training.activations': {
    lines: (subject) => variantLines(subject, variantOf(trainingOptions(subject.options))),
    source: citations.activations,
    notes: sixteenBits,
  },
  'memory.training.total': sumOfFigures([...state, 'memory.training.activations'], citations.state),
  'memory.training.backwardBuffers': {
    lines: ({ model, options }) => transientTerms(model, options).map((term) => lineOf(term)),
    source: citations.naiveScores,
    notes: () => [l10n.t('Of the one layer and block that needs the most.')],
  },
  'memory.training.peak': sumOfFigures(
    ['memory.training.total', 'memory.training.backwardBuffers'],
    citations.activations,
  ),
  'memory.training.trainableParameters': {
    lines: (subject) => {
      const { lora } = trainingOptions(subject.options);
      if (lora !== undefined) return adapterLines(subject.model, lora);
      return parameterTerms(subject.model).length === 0 ? [] : [figureLine(subject, 'parameters.total')];
    },
    source: citations.adapters,
  },
  'memory.training.activationVariants.fusedNone': variant('fusedNone', citations.activations),
  'memory.training.activationVariants.naiveNone': variant('naiveNone', citations.activations),
  'memory.training.activationVariants.selective': variant('selective', citations.recomputation),
  'memory.training.activationVariants.full': variant('full', citations.recomputation),
  'memory.training.logits': { lines: logitLines, source: citations.activations },
  'memory.training.bytesPerParameter': {
    lines: (subject) =>
      state.map((key) =>
        figureLine(subject, key, [{ ...figureFactor(subject, 'parameters.total'), divides: true }]),
      ),
    source: citations.state,
  },
};

function variant(name: keyof ActivationVariants, source: FigureDerivation['source']): FigureDerivation {
  return { lines: (subject) => variantLines(subject, name), source, notes: sixteenBits };
}

function variantLines(subject: Subject, name: keyof ActivationVariants): Line[] {
  return [
    figureLine(subject, 'memory.training.logits', [], l10n.t('logits and their gradient')),
    ...outsideLines(subject),
    ...adapterKeptLines(subject),
    ...keptLines(subject, name),
  ];
}

/** Logits at every position and their gradient, both in float32. */
function logitLines({ model, options }: Subject): Line[] {
  const [stack] = model.stacks;
  if (model.head.kind !== 'language-model' || stack === undefined) return [];
  const factors = [
    plain(2),
    plain(FLOAT32_BYTES),
    { symbol: 'b', value: options.batch },
    { symbol: 'n', value: options.sequenceLength },
    { symbol: 'V', value: model.vocabSize },
  ];
  return [line(l10n.t('logits and their gradient, in float32'), factors, { stack })];
}
