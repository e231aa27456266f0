import * as l10n from '@vscode/l10n';
import { adaptedWeights } from '../cost/adapters';
import { parameterTerms, type ParameterTerm } from '../cost/parameters';
import type { Place } from '../cost/term';
import type { Factor } from '../model/factor';
import type { ModelSpec } from '../model/modelSpec';
import type { LoraSpec } from '../model/recipe';
import { type WeightPart, type WeightSpec, rowsAndColumns, shortName, sidesOf } from '../model/weightSpec';
import { line, lineOf, type Line, type LineFactor } from './line';

/** The weights of some parts, each L · copies · shape. */
export function weightLines(model: ModelSpec, parts: readonly WeightPart[]): Line[] {
  return parameterTerms(model)
    .filter(({ part }) => parts.includes(part))
    .map((term) => lineOf(term));
}

/** The same for one token, which passes k of the E copies. */
export function activeWeightLines(model: ModelSpec, parts: readonly WeightPart[]): Line[] {
  return parameterTerms(model)
    .filter(({ part }) => parts.includes(part))
    .map((term) => ({ ...term, factors: activeFactors(term) }))
    .map((term) => lineOf(term));
}

function activeFactors({ factors, at: { weight } }: ParameterTerm): readonly Factor[] {
  const { copies, activeCopies } = weight;
  return activeCopies === undefined
    ? factors
    : factors.map((factor) => (factor === copies ? activeCopies : factor));
}

/** A matrix with an adapter, with its place. */
export interface AdaptedPlace extends Place {
  readonly weight: WeightSpec;
  readonly layers: number;
}

export function adaptedPlaces(model: ModelSpec, lora: LoraSpec): AdaptedPlace[] {
  return adaptedWeights(model, lora).flatMap(({ weight, stack: name, layers }) => {
    const stack = model.stacks.find((each) => each.name === name);
    const kind = stack?.layerKinds.find(({ weights }) => weights.includes(weight));
    return stack && kind ? [{ stack, kind, weight, layers }] : [];
  });
}

/** Both low-rank matrices of an adapter: rank · (out + in). */
export function adapterSize(weight: WeightSpec, { rank }: LoraSpec): LineFactor[] {
  const { out, input } = sidesOf(weight);
  return [
    { symbol: 'ρ', value: rank },
    { symbol: `(${product(out)} + ${product(input)})`, value: rowsAndColumns(weight) },
  ];
}

/** The adapters' parameters. */
export function adapterLines(model: ModelSpec, lora: LoraSpec): Line[] {
  return adaptedPlaces(model, lora).map((place) => {
    const { weight, layers } = place;
    const copies = weight.copies === undefined ? [] : [weight.copies];
    return line(
      l10n.t('adapters of {0}', shortName(weight)),
      [{ symbol: 'L', value: layers }, ...copies, ...adapterSize(weight, lora)],
      place,
    );
  });
}

function product(factors: readonly Factor[]): string {
  return factors.map(({ symbol }) => symbol).join('·');
}
