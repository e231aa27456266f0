import * as l10n from '@vscode/l10n';
import { shortName } from '../model/weightSpec';
import { adaptedTokens } from '../cost/adapters';
import { decodeTerms, prefillTerms, type FlopPart } from '../cost/flops';
import { isDecoder } from '../model/modelSpec';
import type { LoraSpec, Recomputation } from '../model/recipe';
import { citations } from './citations';
import type { FigureDerivation, FigureDerivations, KeysUnder } from './figureDerivation';
import type { FigureKey } from './figureKeys';
import { figureLine, line, lineOf, plain, type Line } from './line';
import { trainingOptions } from '../cost/trainingState';
import type { Subject } from './subject';
import { adaptedPlaces, adapterSize } from './weightLines';

const notes = (): string[] => [
  l10n.t(
    'A multiply-add is two operations. Masked pairs, softmax, norms, activation functions and rotary positions are not counted.',
  ),
];

const prefillParts = [
  'flops.attentionPrefill',
  'flops.projectionsPrefill',
  'flops.feedForwardPrefill',
  'flops.recurrencePrefill',
  'flops.logitsPrefill',
  'flops.otherPrefill',
] as const;

/** Operations of the passes. */
export const flopFigures: FigureDerivations<KeysUnder<'flops'>> = {
  'flops.prefill': {
    lines: (subject) => prefillParts.map((key) => figureLine(subject, key)),
    source: citations.flops,
    notes,
  },
  'flops.attentionPrefill': prefillPart('attention'),
  'flops.projectionsPrefill': prefillPart('projections'),
  'flops.feedForwardPrefill': prefillPart('feedForward'),
  'flops.recurrencePrefill': prefillPart('recurrence'),
  'flops.logitsPrefill': prefillPart('logits'),
  'flops.otherPrefill': prefillPart('other'),
  'flops.decodePerToken': {
    lines: ({ model, options }) =>
      isDecoder(model) ? decodeTerms(model, options).map((term) => lineOf(term)) : [],
    source: citations.flops,
    notes,
  },
  'flops.trainingStep': { lines: trainingLines, source: citations.trainingFlops, notes },
};

function prefillPart(part: FlopPart): FigureDerivation {
  return {
    lines: ({ model, options }) =>
      prefillTerms(model, options)
        .filter((term) => term.part === part)
        .map((term) => lineOf(term)),
    source: citations.flops,
    notes,
  };
}

const recomputedParts: Readonly<Record<Recomputation, readonly FigureKey[]>> = {
  none: [],
  selective: ['flops.attentionPrefill'],
  full: [
    'flops.attentionPrefill',
    'flops.projectionsPrefill',
    'flops.feedForwardPrefill',
    'flops.recurrencePrefill',
  ],
};

function trainingLines(subject: Subject): Line[] {
  const { recomputation, lora } = trainingOptions(subject.options);
  const recomputed = recomputedParts[recomputation].map((key) =>
    figureLine(subject, key, [], l10n.t('recomputed')),
  );
  const forward = figureLine(subject, 'flops.prefill', [], l10n.t('forward'));
  if (lora === undefined) {
    return [
      forward,
      figureLine(subject, 'flops.prefill', [plain(2)], l10n.t('backward, twice the forward')),
      ...recomputed,
    ];
  }
  return [
    forward,
    figureLine(subject, 'flops.prefill', [], l10n.t('backward through frozen weights')),
    figureLine(
      subject,
      'flops.attentionPrefill',
      [],
      l10n.t('backward of attention, which has two operands'),
    ),
    ...recomputed,
    ...adapterLines(subject, lora),
  ];
}

/** Three times 2 operations an element of an adapter and token that passes it. */
function adapterLines({ model, options }: Subject, lora: LoraSpec): Line[] {
  return adaptedPlaces(model, lora).map((place) => {
    const { weight, layers, stack } = place;
    const tokens = adaptedTokens(model, stack.name, weight, options);
    const factors = [plain(6), { symbol: 'b', value: options.batch }, { symbol: 'L', value: layers }];
    return line(
      l10n.t('adapters of {0}', shortName(weight)),
      [...factors, { symbol: 'tokens', value: tokens }, ...adapterSize(weight, lora)],
      place,
    );
  });
}
