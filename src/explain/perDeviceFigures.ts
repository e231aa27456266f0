import * as l10n from '@vscode/l10n';
import { greatest } from '../cost/term';
import { kvCacheTerms } from '../cost/kvCache';
import { parallelismOf } from '../cost/parallelism';
import {
  activationShare,
  cacheShare,
  heaviestStage,
  heldShare,
  layerShare,
  stateShare,
  tensorShare,
} from '../cost/perDevice';
import { variantOf } from '../cost/trainingMemory';
import { trainingOptions, type StateShare } from '../cost/trainingState';
import { activationBytes } from '../cost/widths';
import type { Parallelism } from '../model/recipe';
import { parametersOf, type WeightSpec, shortName } from '../model/weightSpec';
import { citations } from './citations';
import {
  type FigureDerivation,
  type FigureDerivations,
  type KeysUnder,
  sumOfFigures,
} from './figureDerivation';
import { figureOf, type FigureKey } from './figureKeys';
import { adapterKeptLines, keptLines, outsideLines, scoreLines, type KeptShare } from './keptLines';
import { figureLine, line, lineOf, plain, type Line, type LineFactor } from './line';
import { shareFactors, withShare } from './shareFactors';
import { gradientLines, masterLines, momentLines, trainedWeightLines } from './stateLines';
import { storageLines } from './storageLines';
import { storedWidth } from './storedWidth';
import type { Subject } from './subject';

const notes = (): string[] => [
  l10n.t('Work is taken as evenly spread; of a pipeline, the stage with the greatest peak is shown.'),
];

/** What the most loaded device holds and computes. */
export const perDeviceFigures: FigureDerivations<KeysUnder<'perDevice'>> = {
  'perDevice.devices': figure((subject) => {
    const { data, tensor, pipeline, context } = degreesOf(subject);
    return [
      line(l10n.t('degrees of parallelism'), [
        { symbol: 'dp', value: data },
        { symbol: 'tp', value: tensor },
        { symbol: 'pp', value: pipeline },
        { symbol: 'cp', value: context },
      ]),
    ];
  }),
  'perDevice.inference.weights': figure((subject) =>
    storageLines(subject, {
      bytes: (weight) => storedWidth(subject, weight),
      share: inferenceShare(subject),
      what: l10n.t('weights'),
    }),
  ),
  'perDevice.inference.kvCache': figure((subject) => {
    const degrees = degreesOf(subject);
    return kvCacheTerms(subject.model, subject.options).map((term) => {
      const held = layerShare(subject.model, degrees) * cacheShare(term, degrees);
      return withShare(lineOf(term), held);
    });
  }),
  'perDevice.inference.activations': figure(activationLines),
  'perDevice.inference.logits': figure((subject) =>
    heaviestStage(subject.model, subject.options, 'inference') === 'first'
      ? []
      : [figureLine(subject, 'memory.inferenceParts.logits', divided(subject, 'tp'))],
  ),
  'perDevice.inference.naiveScores': figure((subject) => [
    figureLine(subject, 'memory.inferenceParts.naiveScores', divided(subject, 'tp', 'cp')),
  ]),
  'perDevice.inference.peak': sum([
    'perDevice.inference.weights',
    'perDevice.inference.kvCache',
    'perDevice.inference.activations',
    'perDevice.inference.logits',
  ]),
  'perDevice.training.weights': figure((subject) => trainedWeightLines(subject, sharesOf(subject))),
  'perDevice.training.gradients': figure((subject) => gradientLines(subject, sharesOf(subject))),
  'perDevice.training.optimizer': figure((subject) => [
    ...masterLines(subject, sharesOf(subject)),
    ...momentLines(subject, sharesOf(subject)),
  ]),
  'perDevice.training.gathered': figure(gatheredLines),
  'perDevice.training.activations': figure((subject) => {
    const share = keptShare(subject);
    const { context } = degreesOf(subject);
    return [
      figureLine(subject, 'perDevice.training.logits'),
      ...outsideLines(subject, share.of.input),
      ...adapterKeptLines(subject, share.stage / context),
      ...keptLines(subject, variantOf(trainingOptions(subject.options)), share),
    ];
  }),
  'perDevice.training.logits': figure((subject) =>
    trainingStage(subject) === 'first'
      ? []
      : [figureLine(subject, 'memory.training.logits', divided(subject, 'tp', 'cp'))],
  ),
  'perDevice.training.scores': figure((subject) =>
    variantOf(trainingOptions(subject.options)) === 'naiveNone'
      ? scoreLines(subject, keptShare(subject))
      : [],
  ),
  'perDevice.training.backwardBuffers': figure((subject) => [
    figureLine(subject, 'memory.training.backwardBuffers', divided(subject, 'tp', 'cp')),
  ]),
  'perDevice.training.peak': sum([
    'perDevice.training.weights',
    'perDevice.training.gradients',
    'perDevice.training.optimizer',
    'perDevice.training.gathered',
    'perDevice.training.activations',
    'perDevice.training.backwardBuffers',
  ]),
  'perDevice.flops.prefill': shared('flops.prefill'),
  'perDevice.flops.decodePerToken': shared('flops.decodePerToken'),
  'perDevice.flops.trainingStep': shared('flops.trainingStep'),
};

function figure(lines: FigureDerivation['lines']): FigureDerivation {
  return { lines, source: citations.parallel, notes };
}

function sum(keys: readonly FigureKey[]): FigureDerivation {
  return sumOfFigures(keys, citations.parallel, notes);
}

/** The whole over the devices that share one replica's work. */
function shared(key: FigureKey): FigureDerivation {
  return figure((subject) => [figureLine(subject, key, divided(subject, 'tp', 'pp', 'cp'))]);
}

function degreesOf({ options }: Subject): Parallelism {
  return parallelismOf(options.parallelism);
}

const degreeOf = { tp: 'tensor', pp: 'pipeline', cp: 'context' } as const;

function divided(subject: Subject, ...symbols: readonly (keyof typeof degreeOf)[]): LineFactor[] {
  const degrees = degreesOf(subject);
  return symbols.map((symbol) => ({ symbol, value: degrees[degreeOf[symbol]], divides: true }));
}

function inferenceShare({ model, options }: Subject): (weight: WeightSpec) => number {
  const end = heaviestStage(model, options, 'inference');
  return heldShare(model, parallelismOf(options.parallelism), end);
}

/** All of the activations split, or the residual stream, which is whole on every tensor-parallel device. */
function activationLines(subject: Subject): Line[] {
  const { model, options, figures } = subject;
  const key = 'memory.inferenceParts.activations';
  const value = figureOf(figures, 'perDevice.inference.activations');
  const whole = figureOf(figures, key);
  const { tensor, context } = degreesOf(subject);
  if (value === whole / (tensor * context)) {
    return [figureLine(subject, key, divided(subject, 'tp', 'cp'))];
  }
  if (value === whole) return [figureLine(subject, key)];
  const [stack] = model.stacks;
  if (stack === undefined) return [];
  const factors = [
    plain(2),
    { symbol: 'b', value: options.batch },
    { symbol: 'n', value: options.sequenceLength },
    { symbol: 'h', value: model.hiddenSize },
    { symbol: 'eₐ', value: activationBytes(options.dtype) },
  ];
  return [line(l10n.t('residual and input of a block'), [...factors, ...divided(subject, 'cp')], { stack })];
}

function trainingStage({ model, options }: Subject): ReturnType<typeof heaviestStage> {
  return heaviestStage(model, options, 'training');
}

function sharesOf(subject: Subject): StateShare {
  return stateShare(subject.model, degreesOf(subject), trainingStage(subject));
}

function keptShare(subject: Subject): KeptShare {
  const degrees = degreesOf(subject);
  const inFlight = trainingStage(subject) === 'last' ? 1 : degrees.pipeline;
  return { of: activationShare(degrees), stage: layerShare(subject.model, degrees) * inFlight };
}

/** Twice the greatest layer, whole but for tensor parallelism, where ZeRO stage 3 spreads the weights. */
function gatheredLines({ model, options }: Subject): Line[] {
  const degrees = parallelismOf(options.parallelism);
  if (degrees.zeroStage !== 3 || degrees.data * degrees.context === 1) return [];
  const width = { symbol: 'eₐ', value: activationBytes(options.dtype) };
  const layers = model.stacks.flatMap((stack) =>
    stack.layerKinds.map((kind) =>
      kind.weights
        .filter((weight) => parametersOf(weight) > 0)
        .map((weight) =>
          line(
            shortName(weight),
            [
              plain(2),
              ...(weight.copies === undefined ? [] : [weight.copies]),
              ...weight.shape,
              width,
              ...shareFactors(tensorShare(weight, degrees)),
            ],
            { stack, kind, weight },
          ),
        ),
    ),
  );
  return greatest([[], ...layers]);
}
