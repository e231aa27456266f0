import * as l10n from '@vscode/l10n';
import { shortName } from '../model/weightSpec';
import { adaptedTokens } from '../cost/adapters';
import type { ActivationVariants } from '../cost/estimate';
import { layerActivations, type ActivationItem } from '../cost/layerActivations';
import { stackTokens } from '../cost/stackTokens';
import { greatest } from '../cost/term';
import { outsideInputs, type ActivationShare } from '../cost/trainingMemory';
import { trainingOptions } from '../cost/trainingState';
import { activationBytes, MASK_BYTES } from '../cost/widths';
import type { LayerKind, Stack } from '../model/modelSpec';
import { line, lineOf, plain, type Line, type LineFactor } from './line';
import { withShare } from './shareFactors';
import type { Subject } from './subject';
import { adaptedPlaces } from './weightLines';

/** What a device has of the layers' activations; a device alone has all. */
export interface KeptShare {
  readonly of: ActivationShare;
  /** Of the layers, times the micro-batches in flight. */
  readonly stage: number;
}

const all: KeptShare = { of: { item: () => 1, input: 1 }, stage: 1 };

type Keeper = ActivationItem['keptBy'];

const keepers: Readonly<Record<Exclude<keyof ActivationVariants, 'full'>, readonly Keeper[]>> = {
  fusedNone: ['any', 'fused'],
  naiveNone: ['any', 'naive'],
  selective: ['any'],
};

/** What the layers keep for the backward pass. */
export function keptLines(subject: Subject, variant: keyof ActivationVariants, share = all): Line[] {
  if (variant === 'full') return [...inputLines(subject, share), ...rebuiltLines(subject, share)];
  return itemLines(subject, keepers[variant], share);
}

/** The n × n tensors alone. */
export function scoreLines(subject: Subject, share = all): Line[] {
  return itemLines(subject, ['naive'], share);
}

function itemLines({ model, options }: Subject, kept: readonly Keeper[], share: KeptShare): Line[] {
  return kindsOf(model.stacks).flatMap(({ stack, kind }) =>
    layerActivations(model, stack, kind, options)
      .filter(({ keptBy }) => kept.includes(keptBy))
      .map((item) => withShare(lineOf(item, [layersOf(kind)]), share.of.item(item) * share.stage)),
  );
}

/** Full recomputation: the input of each layer. */
function inputLines({ model, options }: Subject, share: KeptShare): Line[] {
  return kindsOf(model.stacks).map(({ stack, kind }) => {
    const factors = [layersOf(kind), ...inputFactors({ options }, stack)];
    return withShare(
      line(l10n.t('input of the layer'), factors, { stack, kind }),
      share.of.input * share.stage,
    );
  });
}

/** The items of the one layer that needs the most while it is rebuilt, without its input, which is counted. */
function rebuiltLines({ model, options }: Subject, share: KeptShare): Line[] {
  const candidates = kindsOf(model.stacks).map(({ stack, kind }) => [
    ...layerActivations(model, stack, kind, options)
      .filter(({ keptBy }) => keepers.fusedNone.includes(keptBy))
      .map((item) => withShare(lineOf(item), share.of.item(item)))
      .map((each) => ({ ...each, label: l10n.t('rebuilt {0}', each.label) })),
    withShare(
      line(l10n.t('its input, which is counted already'), [plain(-1), ...inputFactors({ options }, stack)], {
        stack,
        kind,
      }),
      share.of.input,
    ),
  ]);
  return greatest([[], ...candidates]);
}

/** Kept outside the layers: the inputs of the outer norms and of the head, and the mask of the embedding's dropout. */
export function outsideLines({ model, options }: Subject, share = 1): Line[] {
  return model.stacks.flatMap((stack) => {
    const inputs = outsideInputs(model, stack);
    const mask = stack.dropout.hidden > 0 ? [plain(MASK_BYTES)] : [];
    const [batch, tokens, hidden, width] = inputFactors({ options }, stack);
    return [
      line(l10n.t('inputs of the outer norms and the head'), [plain(inputs), batch, tokens, hidden, width], {
        stack,
      }),
      ...mask.map((bytes) =>
        line(l10n.t("mask of the embedding's dropout"), [batch, tokens, hidden, bytes], { stack }),
      ),
    ].map((each) => withShare(each, share));
  });
}

/** What lies between the two matrices of each adapter. */
export function adapterKeptLines({ model, options }: Subject, share = 1): Line[] {
  const { lora } = trainingOptions(options);
  if (lora === undefined) return [];
  return adaptedPlaces(model, lora).map((place) => {
    const { weight, layers, stack } = place;
    const factors = [
      { symbol: 'L', value: layers },
      { symbol: 'b', value: options.batch },
      { symbol: 'tokens', value: adaptedTokens(model, stack.name, weight, options) },
      { symbol: 'ρ', value: lora.rank },
      { symbol: 'eₐ', value: activationBytes(options.dtype) },
    ];
    return withShare(line(l10n.t('inside the adapters of {0}', shortName(weight)), factors, place), share);
  });
}

function inputFactors(
  { options }: Pick<Subject, 'options'>,
  stack: Stack,
): readonly [LineFactor, LineFactor, LineFactor, LineFactor] {
  return [
    { symbol: 'b', value: options.batch },
    { symbol: 'n', value: stackTokens(stack, options) },
    { symbol: 'h', value: stack.hiddenSize },
    { symbol: 'eₐ', value: activationBytes(options.dtype) },
  ];
}

function layersOf({ layers }: LayerKind): LineFactor {
  return { symbol: 'L', value: layers };
}

function kindsOf(stacks: readonly Stack[]): { readonly stack: Stack; readonly kind: LayerKind }[] {
  return stacks.flatMap((stack) => stack.layerKinds.map((kind) => ({ stack, kind })));
}
